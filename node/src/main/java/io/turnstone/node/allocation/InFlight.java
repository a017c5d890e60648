package io.turnstone.node.allocation;

import io.turnstone.node.allocation.AllocationCommand.Request;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.stun.StunMethod;
import io.turnstone.protocol.stun.TransactionId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests that authorities have been told and have not answered yet. Owned by one thread; bounded. */
final class InFlight {
    /** As long as clients retransmit (CLIENTS rule 4). */
    static final long FORGET_MS = 40_000;

    private final int max;
    private final Map<Long, Entry> byNumber = new LinkedHashMap<>();
    private final Map<Key, Entry> byTransaction = new HashMap<>();
    private final Map<FiveTuple, Entry> allocating = new HashMap<>();
    private final Map<String, Integer> allocatingByAccount = new HashMap<>();

    private record Key(FiveTuple fiveTuple, TransactionId id) {}

    /** A request on its way. */
    static final class Entry {
        private final Exchange exchange;
        private final long allocationId;
        private final Request command;
        private final long sinceMs;
        private long toldMs;

        private Entry(Exchange exchange, long allocationId, Request command, long nowMs) {
            this.exchange = exchange;
            this.allocationId = allocationId;
            this.command = command;
            this.sinceMs = nowMs;
            this.toldMs = nowMs;
        }

        Exchange exchange() {
            return exchange;
        }

        long allocationId() {
            return allocationId;
        }

        Request command() {
            return command;
        }

        /** Whether the last telling is so long ago that it may have been lost; notes that it is told now if so. */
        boolean isToBeToldAgain(long nowMs, long afterMs) {
            if (nowMs - toldMs < afterMs) {
                return false;
            }
            toldMs = nowMs;
            return true;
        }
    }

    InFlight(int max) {
        this.max = max;
    }

    boolean isFull() {
        return byNumber.size() >= max;
    }

    int size() {
        return byNumber.size();
    }

    @Nullable
    Entry find(FiveTuple fiveTuple, TransactionId id) {
        return byTransaction.get(new Key(fiveTuple, id));
    }

    /** Whether an allocation is being made for the 5-tuple. */
    boolean isAllocating(FiveTuple fiveTuple) {
        return allocating.containsKey(fiveTuple);
    }

    /** How many allocations are being made for the account through this node. */
    int countAllocating(String account) {
        return allocatingByAccount.getOrDefault(account, 0);
    }

    void add(Exchange exchange, long allocationId, Request command, long nowMs) {
        Entry entry = new Entry(exchange, allocationId, command, nowMs);
        byNumber.put(command.requestId().number(), entry);
        byTransaction.put(new Key(exchange.fiveTuple(), exchange.id()), entry);
        if (exchange.method() == StunMethod.ALLOCATE) {
            allocating.put(exchange.fiveTuple(), entry);
            allocatingByAccount.merge(command.account(), 1, Integer::sum);
        }
    }

    /** Takes the request out, or returns null if it is not there any more. */
    @Nullable
    Entry remove(RequestId requestId) {
        Entry entry = byNumber.remove(requestId.number());
        if (entry != null) {
            forget(entry);
        }
        return entry;
    }

    /** Forgets what nobody will answer any more. */
    int forgetOld(long nowMs) {
        int forgotten = 0;
        Iterator<Entry> oldestFirst = byNumber.values().iterator();
        while (oldestFirst.hasNext()) {
            Entry oldest = oldestFirst.next();
            if (nowMs - oldest.sinceMs < FORGET_MS) {
                break;
            }
            oldestFirst.remove();
            forget(oldest);
            forgotten++;
        }
        return forgotten;
    }

    private void forget(Entry entry) {
        Exchange exchange = entry.exchange;
        byTransaction.remove(new Key(exchange.fiveTuple(), exchange.id()));
        if (exchange.method() == StunMethod.ALLOCATE) {
            allocating.remove(exchange.fiveTuple());
            allocatingByAccount
                .computeIfPresent(entry.command.account(), (account, count) -> count == 1 ? null : count - 1);
        }
    }
}
