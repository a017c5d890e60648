package io.turnstone.protocol.turn;

/** What a client asks of the relayed port's number (RFC 8656 §18.7). */
public enum EvenPort {
    /** EVEN-PORT is absent. */
    ANY,
    /** EVEN-PORT with the R bit 0. */
    EVEN,
    /** EVEN-PORT with the R bit 1: even, and the next higher port is to be reserved. */
    EVEN_AND_RESERVE_NEXT
}
