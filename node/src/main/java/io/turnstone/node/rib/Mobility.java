package io.turnstone.node.rib;

import io.turnstone.protocol.net.FiveTuple;
import java.util.Optional;

/**
 * How an allocation follows its client from one 5-tuple to the next (RFC 8016). Immutable, any thread.
 *
 * @param ticket the number of the ticket that is good now, counted from {@value #FIRST_TICKET}; 0 if the client asked for
 *     none
 * @param previous the 5-tuple before the last move, until the client has sent data from the new one: so long, data come
 *     from both and go to this one (RFC 8016 §3.2.2)
 * @param lifetimeSeconds as granted by the answer to the last move
 * @param repeatUntilMs how long that answer is given again to the ticket before this one; epoch milliseconds
 */
public record Mobility(int ticket, Optional<FiveTuple> previous, int lifetimeSeconds, long repeatUntilMs) {
    /** The ticket in the answer to the Allocate. */
    public static final int FIRST_TICKET = 1;
    /** Of an allocation that stays where it is. */
    public static final Mobility NONE = new Mobility(0, Optional.empty(), 0, 0);
    /** Of a new allocation whose client asked for a ticket. */
    public static final Mobility NEW = new Mobility(FIRST_TICKET, Optional.empty(), 0, 0);

    public boolean isGranted() {
        return ticket >= FIRST_TICKET;
    }

    /** Whether this is the ticket that the last move was made with, and that move's answer may still be asked for. */
    public boolean isSpent(int number, long nowMs) {
        return number == ticket - 1 && nowMs < repeatUntilMs;
    }

    Mobility moved(FiveTuple from, int grantedSeconds, long newRepeatUntilMs) {
        return new Mobility(ticket + 1, Optional.of(from), grantedSeconds, newRepeatUntilMs);
    }

    Mobility arrived() {
        return new Mobility(ticket, Optional.empty(), lifetimeSeconds, repeatUntilMs);
    }
}
