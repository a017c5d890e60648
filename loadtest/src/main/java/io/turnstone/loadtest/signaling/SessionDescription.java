package io.turnstone.loadtest.signaling;

/** An SDP body of about the length that a browser's has: what a proxy carries and does not read. */
final class SessionDescription {
    private static final String START = """
        v=0\r
        o=- 4611731400430051336 2 IN IP4 127.0.0.1\r
        s=-\r
        t=0 0\r
        a=group:BUNDLE 0\r
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r
        c=IN IP4 0.0.0.0\r
        a=mid:0\r
        a=sendrecv\r
        a=rtcp-mux\r
        a=rtpmap:111 opus/48000/2\r
        """;

    private SessionDescription() {}

    /** At least that many octets, and no more than one line beyond. */
    static String ofBytes(int bytes) {
        StringBuilder text = new StringBuilder(START);
        for (int i = 1; text.length() < bytes; i++) {
            text.append("a=candidate:")
                .append(i)
                .append(" 1 udp 2113937151 192.0.2.")
                .append(i % 256)
                .append(" 54321 typ host generation 0 network-cost 999\r\n");
        }
        return text.toString();
    }
}
