package io.turnstone.loadtest.client;

import java.nio.ByteBuffer;

/** The 96 bits of a STUN transaction id as a map key. */
record TransactionKey(int high, long low) {
    /** @param message at least a whole STUN header */
    static TransactionKey of(byte[] message) {
        ByteBuffer buffer = ByteBuffer.wrap(message);
        return new TransactionKey(buffer.getInt(Stun.TRANSACTION_ID_OFFSET),
            buffer.getLong(Stun.TRANSACTION_ID_OFFSET + Integer.BYTES));
    }
}
