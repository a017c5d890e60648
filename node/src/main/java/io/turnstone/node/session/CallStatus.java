package io.turnstone.node.session;

/** What final responses to an INVITE mean for its call. Stateless. */
final class CallStatus {
    static final int OK = 200;

    private static final int FAILURE_MIN = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int REQUEST_ENTITY_TOO_LARGE = 413;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    private static final int UNSUPPORTED_URI_SCHEME = 416;
    private static final int BAD_EXTENSION = 420;
    private static final int SESSION_INTERVAL_TOO_SMALL = 422;
    private static final int REQUEST_TERMINATED = 487;

    private CallStatus() {}

    /** Whether a caller may go on with the same Call-ID (RFC 3261 §8.1.3.4, §8.1.3.5; RFC 4028 §7.4). */
    static boolean isTriedAgain(int status) {
        return switch (status) {
            case UNAUTHORIZED,
                PROXY_AUTHENTICATION_REQUIRED,
                REQUEST_ENTITY_TOO_LARGE,
                UNSUPPORTED_MEDIA_TYPE,
                UNSUPPORTED_URI_SCHEME,
                BAD_EXTENSION,
                SESSION_INTERVAL_TOO_SMALL -> true;
            default -> status < FAILURE_MIN;
        };
    }

    static CallCause causeOf(int status) {
        return status == REQUEST_TERMINATED ? CallCause.CANCELED : CallCause.FAILED;
    }
}
