package io.turnstone.protocol.sip;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.MutableDirectBuffer;

/**
 * IP addresses in text, read and written without objects; IPv4 is v4-mapped as in {@link IpAddress}. One thread.
 *
 * <p>Three colons before an IPv4 tail, which the grammar of RFC 3261 lets through by mistake, are read as two (RFC 5118
 * §4.10).
 */
final class IpLiteral {
    /** The longest text: eight groups of four digits, the last two as an IPv4 address. */
    static final int LENGTH_MAX = 45;

    private static final int GROUPS = 8;
    private static final int GROUPS_PER_LONG = 4;
    private static final int GROUP_DIGITS_MAX = 4;
    private static final int IPV4_PARTS = 4;
    private static final int IPV4_DIGITS_MAX = 3;
    private static final int OCTET_MAX = 255;
    private static final int HEX_RADIX = 16;
    private static final int NO_GAP = -1;

    private long high;
    private long low;

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** Reads four decimal numbers with dots between, all of {@code start} to {@code end}. */
    boolean parseIpv4(byte[] source, int start, int end) {
        long address = 0;
        int position = start;
        for (int part = 0; part < IPV4_PARTS; part++) {
            if (part > 0) {
                if (!Octets.isAt(source, position, end, '.')) {
                    return false;
                }
                position++;
            }
            int digitsEnd = Octets.skip(source, position, end, Octets.DIGIT);
            long number = Octets.number(source, position, digitsEnd, OCTET_MAX);
            if (number == Octets.NOT_FOUND || digitsEnd - position > IPV4_DIGITS_MAX) {
                return false;
            }
            address = address << Byte.SIZE | number;
            position = digitsEnd;
        }
        high = 0;
        low = IpAddress.V4_MAPPED_PREFIX | address;
        return position == end;
    }

    /** Reads an IPv6 address without brackets (RFC 4291 §2.2), all of {@code start} to {@code end}. */
    boolean parseIpv6(byte[] source, int start, int end) {
        long left = 0;
        long right = 0;
        int count = 0;
        int gap = NO_GAP;
        int position = start;
        if (Octets.isAt(source, position, end, ':') && !Octets.isAt(source, position + 1, end, ':')) {
            return false;
        }
        while (position < end) {
            if (Octets.isAt(source, position, end, ':') && Octets.isAt(source, position + 1, end, ':')) {
                if (gap != NO_GAP) {
                    return false;
                }
                gap = count;
                position += 2;
                if (Octets.isAt(source, position, end, ':') && parseIpv4(source, position + 1, end)) {
                    position++;
                }
                continue;
            }
            if (count > 0 && gap != count) {
                if (!Octets.isAt(source, position, end, ':') || position + 1 == end) {
                    return false;
                }
                position++;
            }
            int groupEnd = Octets.skip(source, position, end, Octets.HEX);
            int bits = Short.SIZE;
            long group;
            if (Octets.isAt(source, groupEnd, end, '.')) {
                if (!parseIpv4(source, position, end)) {
                    return false;
                }
                bits = Integer.SIZE;
                group = low & 0xFFFF_FFFFL;
                groupEnd = end;
            } else if (groupEnd == position || groupEnd - position > GROUP_DIGITS_MAX) {
                return false;
            } else {
                group = hex(source, position, groupEnd);
            }
            left = left << bits | right >>> (Long.SIZE - bits);
            right = right << bits | group;
            count += bits / Short.SIZE;
            position = groupEnd;
            if (count > GROUPS) {
                return false;
            }
        }
        return place(left, right, count, gap);
    }

    private static long hex(byte[] source, int start, int end) {
        long value = 0;
        for (int position = start; position < end; position++) {
            value = value * HEX_RADIX + Character.digit(source[position], HEX_RADIX);
        }
        return value;
    }

    /** Opens the gap: what was read lies at the right end, {@code gap} groups of it belong to the left one. */
    private boolean place(long readHigh, long readLow, int count, int gap) {
        if (gap == NO_GAP ? count != GROUPS : count == GROUPS) {
            return false;
        }
        high = 0;
        low = 0;
        for (int i = 0; i < count; i++) {
            boolean before = gap == NO_GAP || i < gap;
            put(before ? i : GROUPS - count + i, group(readHigh, readLow, GROUPS - count + i));
        }
        return true;
    }

    private void put(int index, long group) {
        long shifted = group << (Short.SIZE * (GROUPS_PER_LONG - 1 - index % GROUPS_PER_LONG));
        if (index < GROUPS_PER_LONG) {
            high |= shifted;
        } else {
            low |= shifted;
        }
    }

    private static int group(long high, long low, int index) {
        long half = index < GROUPS_PER_LONG ? high : low;
        return (int) (half >>> (Short.SIZE * (GROUPS_PER_LONG - 1 - index % GROUPS_PER_LONG))) & 0xFFFF;
    }

    /** Writes dotted quad, or RFC 5952 without brackets; returns the number of octets. */
    static int put(MutableDirectBuffer buffer, int offset, long high, long low) {
        return IpAddress.isIpv4(high, low) ? putIpv4(buffer, offset, low) : putIpv6(buffer, offset, high, low);
    }

    private static int putIpv4(MutableDirectBuffer buffer, int offset, long low) {
        int position = offset;
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            position += buffer.putIntAscii(position, (int) (low >>> shift) & OCTET_MAX);
            if (shift > 0) {
                buffer.putByte(position++, (byte) '.');
            }
        }
        return position - offset;
    }

    private static int putIpv6(MutableDirectBuffer buffer, int offset, long high, long low) {
        int runStart = NO_GAP;
        int runLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int length = zeroRun(high, low, start);
            if (length > runLength) {
                runStart = start;
                runLength = length;
            }
        }
        int position = offset;
        int index = 0;
        while (index < GROUPS) {
            if (index == runStart) {
                buffer.putByte(position++, (byte) ':');
                buffer.putByte(position++, (byte) ':');
                index += runLength;
                continue;
            }
            if (index > 0 && index != runStart + runLength) {
                buffer.putByte(position++, (byte) ':');
            }
            position += putHex(buffer, position, group(high, low, index));
            index++;
        }
        return position - offset;
    }

    private static int zeroRun(long high, long low, int start) {
        int end = start;
        while (end < GROUPS && group(high, low, end) == 0) {
            end++;
        }
        return end - start;
    }

    private static int putHex(MutableDirectBuffer buffer, int offset, int group) {
        int position = offset;
        for (int shift = Short.SIZE - 4; shift >= 0; shift -= 4) {
            int digit = group >>> shift & 0xF;
            if (digit != 0 || position > offset || shift == 0) {
                buffer.putByte(position++, (byte) Character.forDigit(digit, HEX_RADIX));
            }
        }
        return position - offset;
    }
}
