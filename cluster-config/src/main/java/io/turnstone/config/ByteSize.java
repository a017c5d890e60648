package io.turnstone.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 512 KiB} or {@code 4 MiB}. Immutable, any thread.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)");
    private static final Map<String, Long> UNITS = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    /** @throws IllegalArgumentException when {@code text} is no number with a unit */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a number of B, KiB, MiB or GiB");
        }
        return new ByteSize(
            Math.multiplyExact(Long.parseLong(matcher.group(1)), UNITS.getOrDefault(matcher.group(2), 1L)));
    }

    public boolean isPowerOfTwo() {
        return Long.bitCount(bytes) == 1;
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d B", bytes);
    }
}
