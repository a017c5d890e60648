package io.turnstone.protocol.sip;

/**
 * Whether two URIs are equivalent: RFC 3261 §19.1.4 for SIP and SIPS, RFC 3966 §4 for tel, octet for octet for others. Any
 * thread. Not transitive, as the RFC says: a parameter that stands in one URI only is ignored, with exceptions.
 */
public final class UriComparison {
    /** Parameters that never match when only one URI has them (§19.1.4). */
    private static final String[] BOTH_OR_NEITHER = {"user", "ttl", "method", "maddr", "transport"};
    private static final String VISUAL_SEPARATORS = "-.()";
    private static final int NOT_FOUND = SipView.NOT_FOUND;

    private UriComparison() {}

    /** Both must have been wrapped; they may lie in different buffers. */
    public static boolean areEquivalent(SipUri left, SipUri right) {
        if (left.scheme() != right.scheme()) {
            return false;
        }
        return switch (left.scheme()) {
            case SIP, SIPS -> areEquivalentSip(left, right);
            case TEL -> areEquivalentTel(left, right);
            case OTHER -> UriText.equals(
                left.octets(),
                left.start(),
                left.end(),
                right.octets(),
                right.start(),
                right.end());
        };
    }

    private static boolean areEquivalentSip(SipUri left, SipUri right) {
        return sameOptional(left, left.userStart(), left.userEnd(), right, right.userStart(), right.userEnd())
            && sameOptional(
                left,
                left.passwordStart(),
                left.passwordEnd(),
                right,
                right.passwordStart(),
                right.passwordEnd())
            && sameHost(left, right)
            && left.port() == right.port()
            && sameBothOrNeither(left, right)
            && sameCommonParameters(left, right)
            && sameHeaders(left, right)
            && sameHeaders(right, left);
    }

    private static boolean sameOptional(
        SipUri left, int leftStart, int leftEnd, SipUri right, int rightStart, int rightEnd) {
        if (leftStart == NOT_FOUND || rightStart == NOT_FOUND) {
            return leftStart == rightStart;
        }
        return UriText.equals(left.octets(), leftStart, leftEnd, right.octets(), rightStart, rightEnd);
    }

    private static boolean sameHost(SipUri left, SipUri right) {
        if (left.isHostIp() && right.isHostIp()) {
            return left.hostHigh() == right.hostHigh() && left.hostLow() == right.hostLow();
        }
        return UriText.equalsIgnoreCase(
            left.octets(),
            left.hostStart(),
            left.hostEnd(),
            right.octets(),
            right.hostStart(),
            right.hostEnd());
    }

    private static boolean sameBothOrNeither(SipUri left, SipUri right) {
        for (String name : BOTH_OR_NEITHER) {
            if (left.parameters().has(name) != right.parameters().has(name)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameCommonParameters(SipUri left, SipUri right) {
        SipParameters ours = left.parameters();
        SipParameters theirs = right.parameters();
        for (int i = 0; i < ours.count(); i++) {
            for (int j = 0; j < theirs.count(); j++) {
                boolean sameName = UriText.equalsIgnoreCase(
                    ours.octets(),
                    ours.nameStart(i),
                    ours.nameEnd(i),
                    theirs.octets(),
                    theirs.nameStart(j),
                    theirs.nameEnd(j));
                if (sameName && !sameValue(ours, i, theirs, j)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean sameValue(SipParameters ours, int i, SipParameters theirs, int j) {
        if (!ours.hasValue(i) || !theirs.hasValue(j)) {
            return ours.hasValue(i) == theirs.hasValue(j);
        }
        return UriText.equalsIgnoreCase(
            ours.octets(),
            ours.valueStart(i),
            ours.valueEnd(i),
            theirs.octets(),
            theirs.valueStart(j),
            theirs.valueEnd(j));
    }

    /** Whether each header of {@code left} stands in {@code right} as often as in {@code left}, in any order. */
    private static boolean sameHeaders(SipUri left, SipUri right) {
        int start = left.headersStart();
        while (start != NOT_FOUND && start < left.end()) {
            int end = headerEnd(left.octets(), start, left.end());
            if (countHeader(left, start, end, left) != countHeader(left, start, end, right)) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    private static int countHeader(SipUri left, int start, int end, SipUri in) {
        int count = 0;
        int position = in.headersStart();
        while (position != NOT_FOUND && position < in.end()) {
            int positionEnd = headerEnd(in.octets(), position, in.end());
            if (UriText.equalsIgnoreCase(left.octets(), start, end, in.octets(), position, positionEnd)) {
                count++;
            }
            position = positionEnd + 1;
        }
        return count;
    }

    private static int headerEnd(byte[] source, int start, int end) {
        int position = start;
        while (position < end && source[position] != '&') {
            position++;
        }
        return position;
    }

    /** The same digits whatever separates them, and the same parameters in any order. */
    private static boolean areEquivalentTel(SipUri left, SipUri right) {
        return left.parameters().count() == right.parameters().count()
            && sameDigits(left, right)
            && sameCommonParameters(left, right)
            && hasAllParameters(left.parameters(), right.parameters());
    }

    private static boolean hasAllParameters(SipParameters ours, SipParameters theirs) {
        int common = 0;
        for (int i = 0; i < ours.count(); i++) {
            for (int j = 0; j < theirs.count(); j++) {
                if (UriText.equalsIgnoreCase(
                    ours.octets(),
                    ours.nameStart(i),
                    ours.nameEnd(i),
                    theirs.octets(),
                    theirs.nameStart(j),
                    theirs.nameEnd(j))) {
                    common++;
                }
            }
        }
        return common == ours.count();
    }

    private static boolean sameDigits(SipUri left, SipUri right) {
        int leftAt = digit(left, left.userStart());
        int rightAt = digit(right, right.userStart());
        while (leftAt < left.userEnd() && rightAt < right.userEnd()) {
            if (Octets.lowerCase(left.octets()[leftAt]) != Octets.lowerCase(right.octets()[rightAt])) {
                return false;
            }
            leftAt = digit(left, leftAt + 1);
            rightAt = digit(right, rightAt + 1);
        }
        return leftAt == left.userEnd() && rightAt == right.userEnd();
    }

    private static int digit(SipUri uri, int from) {
        int position = from;
        while (position < uri.userEnd() && VISUAL_SEPARATORS.indexOf(uri.octets()[position]) >= 0) {
            position++;
        }
        return position;
    }
}
