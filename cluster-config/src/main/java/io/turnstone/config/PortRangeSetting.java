package io.turnstone.config;

/**
 * {@code FIRST-LAST}, both ports included. Immutable, any thread.
 *
 * @param first the lowest port, 1024 or above
 * @param last the highest port, at least one above {@code first} so that EVEN-PORT can be served
 */
public record PortRangeSetting(int first, int last) {
    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int PORT_MAX = 0xFFFF;

    public PortRangeSetting {
        if (first < FIRST_UNPRIVILEGED || last > PORT_MAX || first >= last) {
            throw new IllegalArgumentException(first + "-" + last + " is not a range of ports");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code FIRST-LAST} */
    public static PortRangeSetting parse(String text) {
        String[] ends = text.split("-", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is not FIRST-LAST");
        }
        return new PortRangeSetting(Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[1].strip()));
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
