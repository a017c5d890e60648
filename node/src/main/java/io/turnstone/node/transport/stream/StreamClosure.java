package io.turnstone.node.transport.stream;

/**
 * How a flow ended.
 *
 * @param code of the Close frame that was received or sent (RFC 6455 §7.4), {@link #ABNORMAL} if there was none; 0 for TCP and TLS
 * @param detail for a log, such as what the system said; may be empty
 */
public record StreamClosure(Cause cause, int code, String detail) {
    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    /** A Close frame without a code; never sent. */
    public static final int NO_CODE = 1005;
    /** No Close frame; never sent. */
    public static final int ABNORMAL = 1006;
    public static final int BAD_DATA = 1007;
    public static final int POLICY = 1008;
    public static final int TOO_BIG = 1009;
    public static final int INTERNAL_ERROR = 1011;

    private static final int CODE_RESERVED = 1004;
    private static final int LAST_REGISTERED = 1014;
    private static final int LIBRARY_MIN = 3000;
    private static final int PRIVATE_MAX = 4999;

    /** Who or what ended it. */
    public enum Cause {
        /** The peer, in order: by a Close frame or the end of its stream. */
        PEER,
        /** The network or the peer's system. */
        BROKEN,
        /** {@link StreamFlow#close}. */
        HERE,
        /** {@link Streams#drain} or {@link Streams#close}. */
        DRAINED,
        /** The peer did not take in what was sent. */
        SLOW_READER,
        /** The peer answered no Ping. */
        SILENT,
        /** The peer broke the rules of WebSocket or a limit. */
        VIOLATION,
        /** The handler threw. */
        HANDLER_FAILED,
        /** A connection could not be made; the handler never heard {@link StreamHandler#onOpened}. */
        CONNECT_FAILED
    }

    /** Whether a Close frame may carry that code (RFC 6455 §7.4.2 and the IANA registry). */
    static boolean mayBeSent(int code) {
        boolean registered = code >= NORMAL && code <= LAST_REGISTERED;
        boolean neverSent = code == CODE_RESERVED || code == NO_CODE || code == ABNORMAL;
        return (registered && !neverSent) || (code >= LIBRARY_MIN && code <= PRIVATE_MAX);
    }
}
