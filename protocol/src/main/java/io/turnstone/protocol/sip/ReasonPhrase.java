package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;

/** Reason phrases of the IANA registry "Response Codes" (RFC 3261 §21 and its extensions). Any thread. */
public final class ReasonPhrase {
    private static final int CODE_MIN = 100;
    private static final int CODE_MAX = 699;
    private static final int CLASS_SIZE = 100;
    private static final String[] CLASSES = {"Trying", "OK", "Multiple Choices", "Bad Request", "Server Internal Error",
        "Busy Everywhere"};
    private static final byte[][] PHRASES = new byte[CODE_MAX + 1][];

    static {
        for (int code = CODE_MIN; code <= CODE_MAX; code++) {
            // RFC 3261 §8.1.3.2: an unknown code is as the first of its class
            put(code, CLASSES[code / CLASS_SIZE - 1]);
        }
        put(180, "Ringing");
        put(181, "Call Is Being Forwarded");
        put(182, "Queued");
        put(183, "Session Progress");
        put(199, "Early Dialog Terminated");
        put(202, "Accepted");
        put(204, "No Notification");
        put(301, "Moved Permanently");
        put(302, "Moved Temporarily");
        put(305, "Use Proxy");
        put(380, "Alternative Service");
        put(401, "Unauthorized");
        put(402, "Payment Required");
        put(403, "Forbidden");
        put(404, "Not Found");
        put(405, "Method Not Allowed");
        put(406, "Not Acceptable");
        put(407, "Proxy Authentication Required");
        put(408, "Request Timeout");
        put(410, "Gone");
        put(412, "Conditional Request Failed");
        put(413, "Request Entity Too Large");
        put(414, "Request-URI Too Long");
        put(415, "Unsupported Media Type");
        put(416, "Unsupported URI Scheme");
        put(417, "Unknown Resource-Priority");
        put(420, "Bad Extension");
        put(421, "Extension Required");
        put(422, "Session Interval Too Small");
        put(423, "Interval Too Brief");
        put(424, "Bad Location Information");
        put(428, "Use Identity Header");
        put(429, "Provide Referrer Identity");
        put(430, "Flow Failed");
        put(433, "Anonymity Disallowed");
        put(436, "Bad Identity Info");
        put(437, "Unsupported Credential");
        put(438, "Invalid Identity Header");
        put(439, "First Hop Lacks Outbound Support");
        put(440, "Max-Breadth Exceeded");
        put(469, "Bad Info Package");
        put(470, "Consent Needed");
        put(480, "Temporarily Unavailable");
        put(481, "Call/Transaction Does Not Exist");
        put(482, "Loop Detected");
        put(483, "Too Many Hops");
        put(484, "Address Incomplete");
        put(485, "Ambiguous");
        put(486, "Busy Here");
        put(487, "Request Terminated");
        put(488, "Not Acceptable Here");
        put(489, "Bad Event");
        put(491, "Request Pending");
        put(493, "Undecipherable");
        put(494, "Security Agreement Required");
        put(501, "Not Implemented");
        put(502, "Bad Gateway");
        put(503, "Service Unavailable");
        put(504, "Server Time-out");
        put(505, "Version Not Supported");
        put(513, "Message Too Large");
        put(555, "Push Notification Service Not Supported");
        put(580, "Precondition Failure");
        put(603, "Decline");
        put(604, "Does Not Exist Anywhere");
        put(606, "Not Acceptable");
        put(607, "Unwanted");
        put(608, "Rejected");
    }

    private ReasonPhrase() {}

    private static void put(int code, String phrase) {
        PHRASES[code] = phrase.getBytes(StandardCharsets.US_ASCII);
    }

    /** @param code 100 to 699 */
    static byte[] octets(int code) {
        return PHRASES[code];
    }

    /**
     * The phrase; of an unknown code that of the first in its class. Allocates.
     *
     * @param code 100 to 699
     */
    public static String of(int code) {
        return new String(PHRASES[code], StandardCharsets.US_ASCII);
    }
}
