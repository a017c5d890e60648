package io.turnstone.node.replication;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.turnstone.protocol.wire.RecordVersion;
import io.turnstone.protocol.wire.ReplicatedRecord;
import io.turnstone.protocol.wire.Withdrawal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one author wrote about one record, with the author's own bytes. Immutable.
 *
 * @param wire as the author sent it, with fields that this release may not know
 * @param content null for a withdrawal
 */
record StoredRecord<R>(long id, Lineage lineage, long deadlineMs, ReplicatedRecord wire, @Nullable R content) {

    static <R> StoredRecord<R> of(R content, RecordCodec<R> codec) {
        ByteString bytes = UnsafeByteOperations.unsafeWrap(codec.encode(content));
        return new StoredRecord<>(
            codec.id(content),
            codec.lineage(content),
            codec.deadlineMs(content),
            ReplicatedRecord.newBuilder().setContent(bytes).build(),
            content);
    }

    static <R> StoredRecord<R> withdrawal(long id, Lineage lineage, long deadlineMs) {
        Withdrawal.Builder withdrawal = Withdrawal.newBuilder()
            .setId(id)
            .setVersion(wire(lineage.version()))
            .setDeadlineMs(deadlineMs);
        lineage.ancestors().forEach(ancestor -> withdrawal.addAncestors(wire(ancestor)));
        ReplicatedRecord wire = ReplicatedRecord.newBuilder().setWithdrawal(withdrawal).build();
        return new StoredRecord<>(id, lineage, deadlineMs, wire, null);
    }

    /** Empty for what no author of this or a later release can have written. */
    static <R> Optional<StoredRecord<R>> read(ReplicatedRecord wire, RecordCodec<R> codec) {
        return switch (wire.getStateCase()) {
            case CONTENT -> codec.decode(wire.getContent().toByteArray())
                .map(content -> new StoredRecord<>(
                    codec.id(content), codec.lineage(content), codec.deadlineMs(content), wire, content));
            case WITHDRAWAL -> {
                Withdrawal withdrawal = wire.getWithdrawal();
                Lineage lineage = lineage(withdrawal.getVersion(), withdrawal.getAncestorsList());
                yield Optional.of(
                    new StoredRecord<>(withdrawal.getId(), lineage, withdrawal.getDeadlineMs(), wire, null));
            }
            case STATE_NOT_SET -> Optional.empty();
        };
    }

    boolean isWithdrawal() {
        return content == null;
    }

    Version version() {
        return lineage.version();
    }

    private static Lineage lineage(RecordVersion version, List<RecordVersion> ancestors) {
        return new Lineage(version(version), ancestors.stream().map(StoredRecord::version).toList());
    }

    static Version version(RecordVersion wire) {
        return new Version(wire.getTerm(), wire.getVersion(), wire.getOwner());
    }

    static RecordVersion wire(Version version) {
        return RecordVersion.newBuilder()
            .setTerm(version.term())
            .setVersion(version.version())
            .setOwner(version.owner())
            .build();
    }
}
