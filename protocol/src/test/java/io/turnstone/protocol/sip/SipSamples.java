package io.turnstone.protocol.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages for tests. Text has LF, messages have CRLF. */
final class SipSamples {
    static final List<String> RFC_4475 = List.of(
        "badaspec", "badbranch", "baddate", "baddn", "badinv01", "badvers", "bcast", "bext01", "bigcode", "clerr",
        "cparam01", "cparam02", "dblreq", "esc01", "esc02", "escnull", "escruri", "insuf", "intmeth", "inv2543",
        "invut", "longreq", "ltgtruri", "lwsdisp", "lwsruri", "lwsstart", "mcl01", "mismatch01", "mismatch02",
        "mpart01", "multi01", "ncl", "noreason", "novelsc", "quotbal", "regaut01", "regbadct", "regescrt", "scalar02",
        "scalarlg", "sdp01", "semiuri", "transports", "trws", "unkscm", "unksm2", "unreason", "wsinv", "zeromf");
    static final List<String> RFC_5118 = List.of(
        "ipv6-good", "ipv6-bad", "port-ambiguous", "port-unambiguous", "via-received-param-with-delim",
        "via-received-param-no-delim", "ipv6-in-sdp", "mult-ip-in-header", "mult-ip-in-sdp", "ipv4-mapped-ipv6",
        "ipv6-bug-abnf-3-colons", "ipv6-correct-abnf-2-colons");

    private static final Pattern ONE_LINE = Pattern.compile("<allOneLine>\n(.*?)\n</allOneLine>", Pattern.DOTALL);
    private static final Pattern HEX = Pattern.compile("<hex>(.*?)</hex>", Pattern.DOTALL);
    private static final Pattern REPEAT = Pattern.compile("<repeat count=(\\d+)>(.*?)</repeat>");

    private SipSamples() {}

    /** A torture message, with the marks of RFC 4475 §2 resolved. */
    static byte[] torture(String rfc, String name) {
        String text = resource(rfc + "/" + name + ".sip");
        text = ONE_LINE.matcher(text).replaceAll(line -> Matcher.quoteReplacement(line.group(1).replace("\n", "")));
        text = REPEAT.matcher(text).replaceAll(SipSamples::repeated);
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        int position = 0;
        Matcher hex = HEX.matcher(text);
        while (hex.find()) {
            octets.writeBytes(wire(text.substring(position, hex.start())));
            octets.writeBytes(HexFormat.of().parseHex(hex.group(1).replaceAll("\\s", "")));
            position = hex.end();
        }
        octets.writeBytes(wire(text.substring(position)));
        return octets.toByteArray();
    }

    private static String repeated(MatchResult match) {
        return Matcher.quoteReplacement(match.group(2).repeat(Integer.parseInt(match.group(1))));
    }

    private static String resource(String name) {
        try (InputStream in = SipSamples.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + name);
            }
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] wire(String text) {
        return text.replace("\n", "\r\n").getBytes(UTF_8);
    }

    /** In a buffer of exactly that size, so that one octet too far is an exception. */
    static UnsafeBuffer buffer(String text) {
        return new UnsafeBuffer(wire(text));
    }

    static String text(UnsafeBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        return new String(octets, UTF_8).replace("\r\n", "\n");
    }

    /** A message that must be accepted by the parser. */
    static SipMessage parsed(String text) {
        return parsed(wire(text));
    }

    static SipMessage parsed(byte[] octets) {
        SipParser parser = new SipParser(SipLimits.DEFAULT);
        boolean good = parser.parse(new UnsafeBuffer(octets), 0, octets.length, SipFraming.DATAGRAM);
        assertThat(good).as("%s at %d", parser.error(), parser.errorOffset()).isTrue();
        return parser.message();
    }

    /** An OPTIONS with these lines added, each ended by LF. */
    static SipMessage withLines(String lines) {
        return parsed("OPTIONS sip:bob@example.com SIP/2.0\n" + lines + "\n");
    }

    /** What a browser sends through a first hop, as large as in life. */
    static String invite() {
        return """
            INVITE sip:bob@example.com SIP/2.0
            Via: SIP/2.0/WSS 4kq0t1e6jq2a.invalid;branch=z9hG4bK7463528
            Max-Forwards: 69
            Route: <sip:edge.example.com;transport=wss;lr>
            To: <sip:bob@example.com>
            From: "Alice" <sip:alice@example.com>;tag=l4fs2s8r2b
            Call-ID: 3nv1ij5vqf7t2l3kq1hs
            CSeq: 8412 INVITE
            Proxy-Authorization: Digest algorithm=SHA-256, username="alice", realm="example.com", \
            nonce="2f9c8e7d6b5a49382716", uri="sip:bob@example.com", \
            response="6f1ed002ab5595859014ebf0951522d9f1a1b2c3d4e5f60718293a4b5c6d7e8f", qop=auth, \
            cnonce="c0ffee11d00d", nc=00000001
            Contact: <sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6;ob>
            Content-Type: application/sdp
            Session-Expires: 90
            Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY
            Supported: timer,gruu,ice,replaces,outbound
            User-Agent: JsSIP 3.13.0
            Content-Length: %d

            %s""".formatted(wire(sdp()).length, sdp());
    }

    private static String sdp() {
        return "v=0\no=- 4611731400430051336 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n"
            + "a=candidate:1467250027 1 udp 2122260223 192.0.2.7 46243 typ host generation 0\n".repeat(24);
    }
}
