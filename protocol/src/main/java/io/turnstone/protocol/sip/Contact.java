package io.turnstone.protocol.sip;

/**
 * One value of Contact at a time (RFC 3261 §20.10), with the parameters of outbound (RFC 5626 §4.1) and GRUU (RFC 5627
 * §4.2). One thread.
 */
public final class Contact {
    /** What {@link #quality} returns without a q parameter, and the most it can be. */
    public static final int QUALITY_MAX = 1000;

    /** What is returned for a parameter that is not there. */
    public static final int NOT_FOUND = SipView.NOT_FOUND;

    /** What is returned for a parameter that is no number or out of range. */
    public static final int MALFORMED = SipMessage.MALFORMED;

    private static final int FRACTION_DIGITS_MAX = 3;

    private final SipAddress address = new SipAddress();
    private boolean star;

    /**
     * Goes to the first value; false if there is none, it is malformed or it is the star. A star is a star only if it is
     * alone, without parameters (RFC 3261 §10.2.2); elsewhere it is malformed.
     */
    public boolean first(SipMessage message) {
        int row = message.first(SipHeader.CONTACT);
        star = row != NOT_FOUND
            && message.next(row) == NOT_FOUND
            && message.valueEnd(row) - message.valueStart(row) == 1
            && message.octets()[message.valueStart(row)] == '*';
        if (star) {
            address.begin(message.octets());
            return false;
        }
        return address.first(message, SipHeader.CONTACT);
    }

    /** Goes to the next value; false if there is none or it is malformed. */
    public boolean next() {
        return !star && address.next();
    }

    /** Whether all bindings are meant; then there is no value. */
    public boolean isStar() {
        return star;
    }

    /** The value itself, and what is wrong with it. */
    public SipAddress address() {
        return address;
    }

    /** The preference in thousandths, {@link #QUALITY_MAX} without one, or {@link #MALFORMED} (RFC 3261 §25.1 qvalue). */
    public int quality() {
        int index = address.parameters().find("q");
        if (index == NOT_FOUND) {
            return QUALITY_MAX;
        }
        int start = address.parameters().valueStart(index);
        int end = address.parameters().valueEnd(index);
        int wholeEnd = Octets.skip(address.octets(), start, end, Octets.DIGIT);
        long whole = Octets.number(address.octets(), start, wholeEnd, 1);
        if (start == NOT_FOUND || whole == NOT_FOUND) {
            return MALFORMED;
        }
        int thousandths = (int) whole * QUALITY_MAX;
        if (wholeEnd < end) {
            int fraction = fraction(wholeEnd, end);
            thousandths = fraction == MALFORMED ? MALFORMED : thousandths + fraction;
        }
        return thousandths > QUALITY_MAX ? MALFORMED : thousandths;
    }

    private int fraction(int dot, int end) {
        int digits = end - dot - 1;
        boolean isFraction = Octets.isAt(address.octets(), dot, end, '.') && digits <= FRACTION_DIGITS_MAX
            && Octets.skip(address.octets(), dot + 1, end, Octets.DIGIT) == end;
        if (!isFraction) {
            return MALFORMED;
        }
        int value = 0;
        for (int i = 0; i < FRACTION_DIGITS_MAX; i++) {
            value = value * 10 + (i < digits ? address.octets()[dot + 1 + i] - '0' : 0);
        }
        return value;
    }

    /** Seconds of this binding, {@link #NOT_FOUND} or {@link #MALFORMED}; the RFC's default may stand for both. */
    public long expires() {
        return number("expires", SipMessage.EXPIRES_MAX);
    }

    /** The flow of this instance, 1 to 2^31-1, {@link #NOT_FOUND} or {@link #MALFORMED} (RFC 5626 §4.2). */
    public int registrationId() {
        int number = (int) number("reg-id", Integer.MAX_VALUE);
        return number == 0 ? MALFORMED : number;
    }

    private long number(String name, long limit) {
        if (!address.parameters().has(name)) {
            return NOT_FOUND;
        }
        long number = address.parameters().number(name, limit);
        return number == NOT_FOUND ? MALFORMED : number;
    }

    /** The index of {@code +sip.instance} among the parameters, or {@link #NOT_FOUND}; its value is {@code "<urn>"}. */
    public int instance() {
        return address.parameters().find("+sip.instance");
    }

    /** The index of {@code pub-gruu} among the parameters, or {@link #NOT_FOUND}. */
    public int publicGruu() {
        return address.parameters().find("pub-gruu");
    }

    /** The index of {@code temp-gruu} among the parameters, or {@link #NOT_FOUND}. */
    public int temporaryGruu() {
        return address.parameters().find("temp-gruu");
    }
}
