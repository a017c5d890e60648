package io.turnstone.protocol.net;

/** The text form of RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as {@code ::}. */
final class Ipv6Text {
    private static final int GROUPS = 8;
    private static final int GROUPS_PER_LONG = 4;

    private Ipv6Text() {}

    static String of(long high, long low) {
        int runStart = -1;
        int runLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int length = zeroRun(high, low, start);
            if (length > runLength) {
                runStart = start;
                runLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
        }
        return text.toString();
    }

    private static int zeroRun(long high, long low, int start) {
        int end = start;
        while (end < GROUPS && group(high, low, end) == 0) {
            end++;
        }
        return end - start;
    }

    private static int group(long high, long low, int index) {
        long half = index < GROUPS_PER_LONG ? high : low;
        return (int) (half >>> (Long.SIZE - Short.SIZE * (index % GROUPS_PER_LONG + 1))) & 0xFFFF;
    }
}
