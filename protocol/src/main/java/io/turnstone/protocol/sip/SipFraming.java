package io.turnstone.protocol.sip;

/** How the end of a message is known (RFC 3261 §18.3). */
public enum SipFraming {
    /** One message in each datagram or WebSocket message (RFC 7118 §5); without Content-Length all of it. */
    DATAGRAM,
    /** Messages one after the other: Content-Length is required. */
    STREAM
}
