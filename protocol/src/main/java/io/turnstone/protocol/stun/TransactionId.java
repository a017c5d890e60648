package io.turnstone.protocol.stun;

/**
 * The 96 bits that tie a response to its request (RFC 8489 §5). Immutable, any thread.
 *
 * @param high the first 32 bits
 * @param low the last 64 bits
 */
public record TransactionId(int high, long low) {
    @Override
    public String toString() {
        return String.format("%08x%016x", high, low);
    }
}
