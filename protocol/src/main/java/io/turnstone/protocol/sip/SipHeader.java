package io.turnstone.protocol.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;

/** Header fields that have a number in the index, with their compact forms (IANA registry "SIP Header Fields"). */
public enum SipHeader {
    VIA("Via", 'v'),
    FROM("From", 'f'),
    TO("To", 't'),
    CALL_ID("Call-ID", 'i'),
    CSEQ("CSeq"),
    MAX_FORWARDS("Max-Forwards"),
    CONTACT("Contact", 'm'),
    ROUTE("Route"),
    RECORD_ROUTE("Record-Route"),
    PATH("Path"),
    SERVICE_ROUTE("Service-Route"),
    CONTENT_LENGTH("Content-Length", 'l'),
    CONTENT_TYPE("Content-Type", 'c'),
    CONTENT_ENCODING("Content-Encoding", 'e'),
    CONTENT_DISPOSITION("Content-Disposition"),
    EXPIRES("Expires"),
    MIN_EXPIRES("Min-Expires"),
    REQUIRE("Require"),
    PROXY_REQUIRE("Proxy-Require"),
    SUPPORTED("Supported", 'k'),
    UNSUPPORTED("Unsupported"),
    ALLOW("Allow"),
    ALLOW_EVENTS("Allow-Events", 'u'),
    ACCEPT("Accept"),
    ACCEPT_CONTACT("Accept-Contact", 'a'),
    REJECT_CONTACT("Reject-Contact", 'j'),
    REQUEST_DISPOSITION("Request-Disposition", 'd'),
    EVENT("Event", 'o'),
    SUBSCRIPTION_STATE("Subscription-State"),
    AUTHORIZATION("Authorization"),
    PROXY_AUTHORIZATION("Proxy-Authorization"),
    WWW_AUTHENTICATE("WWW-Authenticate"),
    PROXY_AUTHENTICATE("Proxy-Authenticate"),
    AUTHENTICATION_INFO("Authentication-Info"),
    FLOW_TIMER("Flow-Timer"),
    P_ASSERTED_IDENTITY("P-Asserted-Identity"),
    P_PREFERRED_IDENTITY("P-Preferred-Identity"),
    PRIVACY("Privacy"),
    IDENTITY("Identity", 'y'),
    REFER_TO("Refer-To", 'r'),
    REFERRED_BY("Referred-By", 'b'),
    REPLACES("Replaces"),
    SESSION_EXPIRES("Session-Expires", 'x'),
    MIN_SE("Min-SE"),
    SIP_ETAG("SIP-ETag"),
    SIP_IF_MATCH("SIP-If-Match"),
    RSEQ("RSeq"),
    RACK("RAck"),
    RETRY_AFTER("Retry-After"),
    REASON("Reason"),
    WARNING("Warning"),
    TIMESTAMP("Timestamp"),
    DATE("Date"),
    SUBJECT("Subject", 's'),
    USER_AGENT("User-Agent"),
    SERVER("Server"),
    /** Any other name. */
    OTHER("");

    /** Names longer than this have no number. */
    static final int LENGTH_MAX = 3 * Long.BYTES - 1;
    private static final int SLOTS = 256;
    private static final long HASH_FACTOR = 0x9E37_79B9_7F4A_7C15L;
    private static final char NO_COMPACT_FORM = 0;
    private static final SipHeader[] BY_HASH = new SipHeader[SLOTS];
    private static final SipHeader[] BY_COMPACT_FORM = new SipHeader[128];

    static {
        Arrays.fill(BY_HASH, OTHER);
        Arrays.fill(BY_COMPACT_FORM, OTHER);
        for (SipHeader header : values()) {
            if (header != OTHER) {
                BY_HASH[slot(header.first, header.second, header.third)] = header;
            }
            if (header.compactForm != NO_COMPACT_FORM) {
                BY_COMPACT_FORM[header.compactForm] = header;
            }
        }
    }

    private final String fieldName;
    private final char compactForm;
    /** The name in lower case, eight octets each, the first one in the lowest place; zeros follow. */
    private final long first;
    private final long second;
    private final long third;
    private final int length;

    SipHeader(String fieldName) {
        this(fieldName, NO_COMPACT_FORM);
    }

    SipHeader(String fieldName, char compactForm) {
        this.fieldName = fieldName;
        this.compactForm = compactForm;
        byte[] octets = Arrays.copyOf(fieldName.toLowerCase(Locale.ROOT).getBytes(US_ASCII), LENGTH_MAX + 1);
        this.first = Octets.eight(octets, 0);
        this.second = Octets.eight(octets, Long.BYTES);
        this.third = Octets.eight(octets, 2 * Long.BYTES);
        this.length = fieldName.length();
    }

    /** The long form, as its RFC writes it; empty for {@link #OTHER}. */
    public String fieldName() {
        return fieldName;
    }

    /** The place in arrays that have one for each. */
    @SuppressWarnings("EnumOrdinal") // never leaves this process
    int number() {
        return ordinal();
    }

    /** The slot of a name, or the free one where it belongs. */
    private static int slot(long first, long second, long third) {
        long mixed = (first ^ Long.rotateLeft(second, 21) ^ Long.rotateLeft(third, 42)) * HASH_FACTOR;
        int slot = (int) (mixed >>> (Long.SIZE - Byte.SIZE));
        while (BY_HASH[slot] != OTHER && !BY_HASH[slot].isNamed(first, second, third)) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    private boolean isNamed(long otherFirst, long otherSecond, long otherThird) {
        return first == otherFirst && second == otherSecond && third == otherThird;
    }

    /**
     * The header field with the name that stands there, in any case.
     *
     * @param octets that go on for {@link #LENGTH_MAX} octets behind {@code start} at least
     */
    static SipHeader of(byte[] octets, int start, int end) {
        int length = end - start;
        if (length <= 1) {
            return length == 1 && octets[start] >= 0 ? BY_COMPACT_FORM[Octets.lowerCase(octets[start])] : OTHER;
        }
        if (length > LENGTH_MAX) {
            return OTHER;
        }
        long first = eightInLowerCase(octets, start, length);
        long second = length <= Long.BYTES ? 0 : eightInLowerCase(octets, start + Long.BYTES, length - Long.BYTES);
        long third = length <= 2 * Long.BYTES
            ? 0
            : eightInLowerCase(octets, start + 2 * Long.BYTES, length - 2 * Long.BYTES);
        SipHeader header = BY_HASH[slot(first, second, third)];
        return header.length == length ? header : OTHER; // "To" and "To\0" are the same numbers
    }

    /** Of {@code length} octets the first eight, or all and zeros. */
    private static long eightInLowerCase(byte[] octets, int start, int length) {
        long eight = Octets.eight(octets, start);
        long wanted = length >= Long.BYTES ? eight : eight & -1L >>> (Long.SIZE - length * Byte.SIZE);
        return Octets.lowerCase(wanted);
    }
}
