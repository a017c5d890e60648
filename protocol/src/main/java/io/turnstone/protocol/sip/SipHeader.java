package io.turnstone.protocol.sip;

import java.util.Arrays;
import java.util.Locale;
import org.agrona.DirectBuffer;

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

    private static final int SLOTS = 256;
    private static final int HASH_FACTOR = 31;
    private static final char NO_COMPACT_FORM = 0;
    private static final SipHeader[] BY_HASH = new SipHeader[SLOTS];
    private static final SipHeader[] BY_COMPACT_FORM = new SipHeader[128];

    static {
        Arrays.fill(BY_HASH, OTHER);
        Arrays.fill(BY_COMPACT_FORM, OTHER);
        for (SipHeader header : values()) {
            int slot = hash(header.lowerCase) & SLOTS - 1;
            while (BY_HASH[slot] != OTHER) {
                slot = slot + 1 & SLOTS - 1;
            }
            BY_HASH[slot] = header;
            if (header.compactForm != NO_COMPACT_FORM) {
                BY_COMPACT_FORM[header.compactForm] = header;
            }
        }
    }

    private final String fieldName;
    private final char compactForm;
    private final String lowerCase;

    SipHeader(String fieldName) {
        this(fieldName, NO_COMPACT_FORM);
    }

    SipHeader(String fieldName, char compactForm) {
        this.fieldName = fieldName;
        this.compactForm = compactForm;
        this.lowerCase = fieldName.toLowerCase(Locale.ROOT);
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

    /** The hash after one more octet of a name; a name's hash starts at 0. */
    static int hash(int hash, int lowerCaseOctet) {
        return hash * HASH_FACTOR + lowerCaseOctet;
    }

    private static int hash(String lowerCase) {
        int hash = 0;
        for (int i = 0; i < lowerCase.length(); i++) {
            hash = hash(hash, lowerCase.charAt(i));
        }
        return hash;
    }

    /** @param hash of the name in lower case, see {@link #hash(int, int)} */
    static SipHeader of(DirectBuffer buffer, int start, int end, int hash) {
        if (end - start == 1) {
            return BY_COMPACT_FORM[Octets.lowerCase(buffer.getByte(start)) & 0x7F];
        }
        int slot = hash & SLOTS - 1;
        SipHeader header = BY_HASH[slot];
        while (header != OTHER && !Octets.equalsIgnoreCase(buffer, start, end, header.lowerCase)) {
            slot = slot + 1 & SLOTS - 1;
            header = BY_HASH[slot];
        }
        return header;
    }
}
