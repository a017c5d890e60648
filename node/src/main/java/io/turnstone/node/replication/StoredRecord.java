package io.turnstone.node.replication;

import com.google.protobuf.UnsafeByteOperations;
import io.turnstone.protocol.wire.ReplicatedRecord;
import io.turnstone.protocol.wire.Withdrawal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one author wrote about one record, with the author's own bytes. Nothing of it changes; what this node wrote becomes
 * bytes when the first peer is told, since a node without peers needs none. One thread.
 */
final class StoredRecord<R> {
    private final long id;
    private final Lineage lineage;
    private final long deadlineMs;
    private final @Nullable R content;
    private @Nullable ReplicatedRecord wire;
    /** Makes the bytes that are not there yet. */
    private final @Nullable RecordCodec<R> codec;

    private StoredRecord(long id, Lineage lineage, long deadlineMs, @Nullable R content,
        @Nullable ReplicatedRecord wire, @Nullable RecordCodec<R> codec) {
        this.id = id;
        this.lineage = lineage;
        this.deadlineMs = deadlineMs;
        this.content = content;
        this.wire = wire;
        this.codec = codec;
    }

    static <R> StoredRecord<R> of(R content, RecordCodec<R> codec) {
        return of(content, codec, null);
    }

    private static <R> StoredRecord<R> of(R content, RecordCodec<R> codec, @Nullable ReplicatedRecord wire) {
        return new StoredRecord<>(
            codec.id(content), codec.lineage(content), codec.deadlineMs(content), content, wire, codec);
    }

    static <R> StoredRecord<R> withdrawal(long id, Lineage lineage, long deadlineMs) {
        Withdrawal.Builder withdrawal = Withdrawal.newBuilder()
            .setId(id)
            .setVersion(LineageCodec.wire(lineage.version()))
            .setDeadlineMs(deadlineMs);
        lineage.ancestors().forEach(ancestor -> withdrawal.addAncestors(LineageCodec.wire(ancestor)));
        ReplicatedRecord wire = ReplicatedRecord.newBuilder().setWithdrawal(withdrawal).build();
        return new StoredRecord<>(id, lineage, deadlineMs, null, wire, null);
    }

    /** Empty for what no author of this or a later release can have written. */
    static <R> Optional<StoredRecord<R>> read(ReplicatedRecord wire, RecordCodec<R> codec) {
        return switch (wire.getStateCase()) {
            case CONTENT -> codec.decode(wire.getContent().toByteArray())
                .map(content -> of(content, codec, wire));
            case WITHDRAWAL -> {
                Withdrawal withdrawal = wire.getWithdrawal();
                Lineage lineage = LineageCodec.read(withdrawal.getVersion(), withdrawal.getAncestorsList());
                yield Optional.of(
                    new StoredRecord<>(withdrawal.getId(), lineage, withdrawal.getDeadlineMs(), null, wire, null));
            }
            case STATE_NOT_SET -> Optional.empty();
        };
    }

    long id() {
        return id;
    }

    Lineage lineage() {
        return lineage;
    }

    long deadlineMs() {
        return deadlineMs;
    }

    /** Null for a withdrawal. */
    @Nullable
    R content() {
        return content;
    }

    /** As the author sent it, with fields that this release may not know. */
    ReplicatedRecord wire() {
        ReplicatedRecord bytes = wire;
        if (bytes == null) {
            byte[] encoded = Objects.requireNonNull(codec).encode(Objects.requireNonNull(content));
            bytes = ReplicatedRecord.newBuilder().setContent(UnsafeByteOperations.unsafeWrap(encoded)).build();
            wire = bytes;
        }
        return bytes;
    }

    boolean isWithdrawal() {
        return content == null;
    }

    Version version() {
        return lineage.version();
    }
}
