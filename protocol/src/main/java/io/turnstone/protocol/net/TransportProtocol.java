package io.turnstone.protocol.net;

/** How a client reaches the server (RFC 8656 §3.1). The number is the IANA protocol number. */
public enum TransportProtocol {
    UDP(17),
    TCP(6);

    private final int number;

    TransportProtocol(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** @throws IllegalArgumentException for a number that is neither UDP nor TCP */
    public static TransportProtocol ofNumber(int number) {
        return switch (number) {
            case 17 -> UDP;
            case 6 -> TCP;
            default -> throw new IllegalArgumentException("no transport protocol has the number " + number);
        };
    }
}
