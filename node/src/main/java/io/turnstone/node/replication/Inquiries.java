package io.turnstone.node.replication;

import com.google.protobuf.UnsafeByteOperations;
import io.turnstone.protocol.wire.Inquiry;
import io.turnstone.protocol.wire.InquiryAnswer;
import io.turnstone.protocol.wire.ReplicatedRecord;
import io.turnstone.protocol.wire.ReplicationMessage;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Asks every member whether it knows a key: at most one question per key and second. One thread. */
final class Inquiries<R> {
    private static final long TIMEOUT_MS = 1_000;
    private static final int ACTIVE_MAX = 10_000;

    private static final class Active<R> {
        final byte[] key;
        final long askedMs;
        final Set<Long> waitingFor = new TreeSet<>();
        final Consumer<KeyAnswer<R>> answer;
        boolean answered;

        Active(byte[] key, long askedMs, Consumer<KeyAnswer<R>> answer) {
            this.key = key;
            this.askedMs = askedMs;
            this.answer = answer;
        }
    }

    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final RecordCodec<R> codec;
    private final BooleanSupplier sure;
    private final Map<Long, Active<R>> byNumber = new LinkedHashMap<>();
    private final Map<ByteBuffer, Long> numberByKey = new HashMap<>();
    private long lastNumber;

    /** @param sure whether what this node does not know is known to no other, as far as it can tell */
    Inquiries(PeerStreams streams, RecordStore<R> store, RecordCodec<R> codec, BooleanSupplier sure) {
        this.streams = streams;
        this.store = store;
        this.codec = codec;
        this.sure = sure;
    }

    void inquire(byte[] key, long nowMs, Consumer<KeyAnswer<R>> answer) {
        Optional<R> known = known(key, nowMs);
        if (known.isPresent()) {
            answer.accept(new KeyAnswer.Known<>(known.get()));
        } else if (streams.all().isEmpty()) {
            answer.accept(new KeyAnswer.Unknown<>());
        } else if (byNumber.size() >= ACTIVE_MAX || numberByKey.containsKey(ByteBuffer.wrap(key))) {
            answer.accept(new KeyAnswer.Unsure<>());
        } else {
            ask(new Active<>(key, nowMs, answer));
        }
    }

    private void ask(Active<R> active) {
        long number = ++lastNumber;
        byNumber.put(number, active);
        numberByKey.put(ByteBuffer.wrap(active.key), number);
        Inquiry.Builder inquiry = Inquiry.newBuilder()
            .setInquiry(number)
            .setKey(UnsafeByteOperations.unsafeWrap(active.key));
        for (PeerStream stream : streams.all()) {
            active.waitingFor.add(stream.peer);
            streams.send(stream, ReplicationMessage.newBuilder().setInquiry(inquiry));
        }
    }

    private Optional<R> known(byte[] key, long nowMs) {
        return store.liveByKey(key, 0, nowMs).map(StoreEntry::content);
    }

    void onInquiry(PeerStream from, Inquiry inquiry, long nowMs) {
        Optional<StoreEntry<R>> entry = store.liveByKey(inquiry.getKey().toByteArray(), 0, nowMs);
        InquiryAnswer.Builder answer = InquiryAnswer.newBuilder().setInquiry(inquiry.getInquiry());
        if (entry.isPresent()) {
            answer.setVerdict(InquiryAnswer.Verdict.KNOWN);
            entry.get().siblings().forEach(record -> answer.addRecords(record.wire()));
        } else {
            answer.setVerdict(sure.getAsBoolean() ? InquiryAnswer.Verdict.UNKNOWN : InquiryAnswer.Verdict.UNSURE);
        }
        streams.send(from, ReplicationMessage.newBuilder().setInquiryAnswer(answer));
    }

    /** False if a record could not be understood. */
    boolean onAnswer(PeerStream from, InquiryAnswer answer, long nowMs) {
        for (ReplicatedRecord wire : answer.getRecordsList()) {
            Optional<StoredRecord<R>> record = StoredRecord.read(wire, codec);
            if (record.isEmpty()) {
                return false;
            }
            store.apply(record.get(), nowMs);
        }
        Active<R> active = byNumber.get(answer.getInquiry());
        if (active == null || active.answered) {
            return true;
        }
        switch (answer.getVerdict()) {
            case KNOWN -> finish(active, nowMs);
            case UNKNOWN -> {
                active.waitingFor.remove(from.peer);
                if (active.waitingFor.isEmpty()) {
                    finish(active, nowMs);
                }
            }
            case UNSURE, UNRECOGNIZED -> finish(active, nowMs);
        }
        return true;
    }

    private void finish(Active<R> active, long nowMs) {
        active.answered = true;
        Optional<R> known = known(active.key, nowMs);
        boolean certain = active.waitingFor.isEmpty() && sure.getAsBoolean();
        active.answer.accept(
            known.isPresent()
                ? new KeyAnswer.Known<>(known.get())
                : certain ? new KeyAnswer.Unknown<>() : new KeyAnswer.Unsure<>());
    }

    int expire(long nowMs) {
        int work = 0;
        Iterator<Active<R>> oldestFirst = byNumber.values().iterator();
        while (oldestFirst.hasNext()) {
            Active<R> active = oldestFirst.next();
            if (active.askedMs + TIMEOUT_MS > nowMs) {
                break;
            }
            oldestFirst.remove();
            numberByKey.remove(ByteBuffer.wrap(active.key));
            work++;
            if (!active.answered) {
                finish(active, nowMs);
            }
        }
        return work;
    }
}
