package io.turnstone.node.rib;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an Allocate success response said beside the route itself, so that any node can repeat it byte for byte when the
 * request is retransmitted (RFC 8656 §7.2). Immutable, any thread.
 *
 * @param transactionIdHigh the first 64 bits of the transaction id
 * @param transactionIdLow the last 32 bits of the transaction id
 * @param lifetimeSeconds as granted
 * @param integrity which integrity attribute the response carried
 * @param reservationToken RESERVATION-TOKEN, if a port was reserved
 * @param addressError ADDRESS-ERROR-CODE, if one of two families was refused
 * @param repeatUntilMs epoch milliseconds
 */
public record AllocateAnswer(long transactionIdHigh, int transactionIdLow, int lifetimeSeconds, Integrity integrity,
    OptionalLong reservationToken, Optional<AddressError> addressError, long repeatUntilMs) {

    /** RFC 8489 §14.5 and §14.6. */
    public enum Integrity {
        SHA1,
        SHA256
    }

    /**
     * RFC 8656 §18.12.
     *
     * @param family the address family number, 1 for IPv4 and 2 for IPv6
     * @param errorCode 440 or 508
     */
    public record AddressError(int family, int errorCode) {}

    public boolean answers(long idHigh, int idLow, long nowMs) {
        return transactionIdHigh == idHigh && transactionIdLow == idLow && nowMs < repeatUntilMs;
    }
}
