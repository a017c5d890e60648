package io.turnstone.protocol.net;

/**
 * A range of ports, both ends included. Immutable, any thread.
 *
 * @param first the lowest port, 1 to 65535
 * @param last the highest port, not below {@code first}
 */
public record PortRange(int first, int last) {
    public PortRange {
        if (first < 1 || last > TransportAddress.PORT_MAX || first > last) {
            throw new IllegalArgumentException("'" + first + "-" + last + "' is not a range of ports within 1-65535");
        }
    }

    /**
     * Parses {@code 49152-65535}.
     *
     * @throws IllegalArgumentException with a sentence that quotes {@code text}
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-');
        try {
            return new PortRange(Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
        } catch (NumberFormatException | StringIndexOutOfBoundsException notNumbers) {
            throw new IllegalArgumentException("'" + text + "' is not FIRST-LAST", notNumbers);
        }
    }

    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
