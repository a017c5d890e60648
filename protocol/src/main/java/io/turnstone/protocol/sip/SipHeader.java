package io.turnstone.protocol.sip;

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
    private static final int LENGTH_MAX = 3 * Long.BYTES;
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
                BY_HASH[slot(header.high, header.middle, header.low)] = header;
            }
            if (header.compactForm != NO_COMPACT_FORM) {
                BY_COMPACT_FORM[header.compactForm] = header;
            }
        }
    }

    private final String fieldName;
    private final char compactForm;
    /** The name in lower case as one number of 24 octets. */
    private final long high;
    private final long middle;
    private final long low;

    SipHeader(String fieldName) {
        this(fieldName, NO_COMPACT_FORM);
    }

    SipHeader(String fieldName, char compactForm) {
        this.fieldName = fieldName;
        this.compactForm = compactForm;
        long[] number = new long[3];
        for (char octet : fieldName.toLowerCase(Locale.ROOT).toCharArray()) {
            number[0] = number[0] << Byte.SIZE | number[1] >>> (Long.SIZE - Byte.SIZE);
            number[1] = number[1] << Byte.SIZE | number[2] >>> (Long.SIZE - Byte.SIZE);
            number[2] = number[2] << Byte.SIZE | octet;
        }
        this.high = number[0];
        this.middle = number[1];
        this.low = number[2];
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
    private static int slot(long high, long middle, long low) {
        long mixed = ((high * HASH_FACTOR ^ middle) * HASH_FACTOR ^ low) * HASH_FACTOR;
        int slot = (int) (mixed >>> (Long.SIZE - Byte.SIZE));
        while (BY_HASH[slot] != OTHER && !BY_HASH[slot].isNamed(high, middle, low)) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    private boolean isNamed(long otherHigh, long otherMiddle, long otherLow) {
        return low == otherLow && middle == otherMiddle && high == otherHigh;
    }

    /** The header field whose name in lower case is the last 24 octets of what was read. */
    static SipHeader of(int length, long high, long middle, long low) {
        if (length == 1) {
            return BY_COMPACT_FORM[(int) low];
        }
        return length > LENGTH_MAX ? OTHER : BY_HASH[slot(high, middle, low)];
    }
}
