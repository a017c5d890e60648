package io.turnstone.node.signaling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactions by their name of 128 bits, a keyed hash that nobody outside can aim (see {@link TransactionNames}). One
 * thread. Looking up allocates nothing.
 */
final class TransactionTable<T extends Transaction> {
    private static final int INITIAL_SLOTS = 256;

    private final Class<T> type;
    private @Nullable Transaction[] slots = new Transaction[INITIAL_SLOTS];
    private int size;

    TransactionTable(Class<T> type) {
        this.type = type;
    }

    @Nullable
    T find(long high, long low) {
        Transaction transaction = slots[slot(low)];
        while (transaction != null && !transaction.isNamed(high, low)) {
            transaction = transaction.chained();
        }
        return transaction == null ? null : type.cast(transaction);
    }

    /** No other one may have its name. */
    void add(T transaction) {
        if (size == slots.length) {
            grow();
        }
        link(transaction);
        size++;
    }

    private void link(Transaction transaction) {
        int slot = slot(transaction.low());
        transaction.chained(slots[slot]);
        slots[slot] = transaction;
    }

    private void grow() {
        @Nullable
        Transaction[] old = slots;
        slots = new Transaction[2 * old.length];
        for (Transaction first : old) {
            Transaction transaction = first;
            while (transaction != null) {
                Transaction next = transaction.chained();
                link(transaction);
                transaction = next;
            }
        }
    }

    /** Does nothing if it is not in the table. */
    void remove(T transaction) {
        int slot = slot(transaction.low());
        Transaction before = null;
        Transaction at = slots[slot];
        while (at != null && at != transaction) {
            before = at;
            at = at.chained();
        }
        if (at == null) {
            return;
        }
        if (before == null) {
            slots[slot] = at.chained();
        } else {
            before.chained(at.chained());
        }
        at.chained(null);
        size--;
    }

    /** All of them, as they are now. */
    List<T> all() {
        List<T> found = new ArrayList<>(size);
        for (Transaction first : slots) {
            for (Transaction each = first; each != null; each = each.chained()) {
                found.add(type.cast(each));
            }
        }
        return found;
    }

    int size() {
        return size;
    }

    private int slot(long low) {
        return (int) low & slots.length - 1;
    }
}
