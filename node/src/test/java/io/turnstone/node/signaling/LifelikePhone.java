package io.turnstone.node.signaling;

import io.turnstone.node.auth.DigestClient;
import io.turnstone.protocol.sip.SipTransport;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes what a user agent of life sends, header fields in the order and with the parameters that it uses. One thread. */
final class LifelikePhone {
    private static final String SDP = """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:4ZcD
        a=rtpmap:111 opus/48000/2
        """.replace("\n", "\r\n");
    private static final String PIDF = "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
        + "entity=\"sip:alice@example.com\"><tuple id=\"t1\"><status><basic>open</basic></status></tuple></presence>";

    private final Kind kind;
    private final String user;
    private final DigestClient digest;
    private final SplittableRandom random;
    private final Map<String, String> credentials = new HashMap<>();
    private List<String> dialogRoutes = List.of();
    private String challenge = "";

    /** What it imitates. */
    enum Kind {
        SIP_JS(SipTransport.WS, "4kq0t1e6jq2a.invalid", "z9hG4bK", "SIP.js/0.21.2",
            "ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER", "outbound, path, gruu"),
        JSSIP(SipTransport.WS, "8ehkvh7nq9fd.invalid", "z9hG4bK", "JsSIP 3.13.0",
            "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY", "path,gruu,outbound"),
        DESK_UDP(SipTransport.UDP, "203.0.113.7:5060", "z9hG4bKPj", "Desk/1.0", "INVITE, ACK, BYE, CANCEL, PRACK",
            "100rel, replaces"),
        DESK_TCP(SipTransport.TCP, "203.0.113.7:5060", "z9hG4bKPj", "Desk/1.0", "INVITE, ACK, BYE, CANCEL, PRACK",
            "100rel, replaces");

        private final SipTransport transport;
        private final String host;
        private final String branch;
        private final String agent;
        private final String allow;
        private final String supported;

        Kind(SipTransport transport, String host, String branch, String agent, String allow, String supported) {
            this.transport = transport;
            this.host = host;
            this.branch = branch;
            this.agent = agent;
            this.allow = allow;
            this.supported = supported;
        }

        SipTransport transport() {
            return transport;
        }
    }

    LifelikePhone(Kind kind, String user, String password, SplittableRandom random) {
        this.kind = kind;
        this.user = user;
        this.digest = new DigestClient(user, password, "MD5");
        this.random = random;
    }

    /** Answers this challenge from now on. */
    void challenged(String by) {
        challenge = by;
        credentials.clear();
    }

    /** The Route header fields of a dialog that it is in. */
    void inDialog(List<String> routes) {
        dialogRoutes = routes;
    }

    String addressOfRecord() {
        return "sip:" + user + "@" + EngineRig.DOMAIN;
    }

    Kind kind() {
        return kind;
    }

    private String contact() {
        return "<sip:" + user + "@" + kind.host
            + (kind.transport == SipTransport.WS
                ? ";transport=ws>"
                : ";transport="
                    + kind.transport.name().toLowerCase(Locale.ROOT) + ">");
    }

    /** @param number of the request; the same again is a retransmission */
    String register(long number) {
        String instance = kind == Kind.JSSIP
            ? ";+sip.ice;reg-id=1;+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\""
            : "";
        return request("REGISTER", "sip:" + EngineRig.DOMAIN, addressOfRecord(), number,
            authorization("Authorization", "REGISTER") + "Contact: " + contact() + instance + ";expires=600\r\n"
                + "Expires: 600\r\n",
            "");
    }

    /** Any request outside of a dialog. */
    String ask(LifelikePhone other, long number) {
        String to = other.addressOfRecord();
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> invite(other, number);
            case 3 -> proxied("MESSAGE", to, number, "Content-Type: text/plain\r\n", "Gr\u00c3\u00bc\u00c3\u009fe");
            case 4 -> proxied("OPTIONS", to, number, "Accept: application/sdp\r\n", "");
            case 5 -> proxied("SUBSCRIBE", to, number,
                "Event: presence\r\nExpires: 300\r\nContact: " + contact() + "\r\n", "");
            case 6 -> proxied("PUBLISH", addressOfRecord(), number,
                "Event: presence\r\nExpires: 300\r\nContent-Type: application/pidf+xml\r\n", PIDF);
            case 7 -> proxied("SUBSCRIBE", addressOfRecord(), number,
                "Event: reg;id=7\r\nExpires: 300\r\nContact: " + contact() + "\r\n", "");
            default -> register(number);
        };
    }

    String invite(LifelikePhone other, long number) {
        return proxied("INVITE", other.addressOfRecord(), number,
            "Contact: " + contact() + "\r\nSession-Expires: 90\r\nContent-Type: application/sdp\r\n", SDP);
    }

    /** Another message as if it were this user's, for somebody who is registered, and with the proof of it. */
    String invited(String message, LifelikePhone other) {
        int end = message.indexOf("\r\n");
        String method = message.substring(0, Math.max(0, message.indexOf(' ')));
        if (end < 0 || method.isEmpty() || method.startsWith("SIP/")) {
            return message;
        }
        String rest = message.substring(end)
            .replaceFirst("(?i)\r\n(From|f)[ \t]*:[^\r]*",
                "\r\nFrom: <" + addressOfRecord() + ">;tag=torture");
        return method + " " + other.addressOfRecord() + " SIP/2.0\r\n"
            + authorization("Proxy-Authorization", method).strip() + rest;
    }

    /** Any request of the dialog. */
    String talk(long number) {
        String lines = String.join("", dialogRoutes);
        String to = "sip:peer@peer.invalid;transport=ws";
        return switch (random.nextInt(5)) {
            case 0 -> request("ACK", to, to, number, lines, "");
            case 1 -> request("BYE", to, to, number, lines, "");
            case 2 -> request("INFO", to, to, number, lines + "Content-Type: application/dtmf-relay\r\n",
                "Signal=5\r\nDuration=160\r\n");
            case 3 -> request("REFER", to, to, number,
                lines + "Refer-To: <sip:carol@example.com?Replaces=a%3Bto-tag%3Db>\r\n",
                "");
            default -> request("INVITE", to, to, number,
                lines + "Contact: " + contact() + "\r\nContent-Type: application/sdp\r\n", SDP);
        };
    }

    /** What goes with an INVITE of that number. */
    String cancel(LifelikePhone other, long number) {
        return request("CANCEL", other.addressOfRecord(), other.addressOfRecord(), number, "", "");
    }

    private String proxied(String method, String uri, long number, String lines, String body) {
        return request(method, uri, uri, number, authorization("Proxy-Authorization", method) + lines, body);
    }

    private String authorization(String header, String method) {
        if (challenge.isEmpty()) {
            return "";
        }
        String answer = credentials.computeIfAbsent(method,
            it -> digest.answerWithoutQop(challenge, it, "sip:" + EngineRig.DOMAIN));
        return header + ": " + answer + "\r\n";
    }

    private String request(String method, String uri, String to, long number, String lines, String body) {
        return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/" + kind.transport + " " + kind.host + ";branch="
            + kind.branch + number + (kind.transport == SipTransport.UDP ? ";rport" : "")
            + "\r\nMax-Forwards: 70\r\nTo: <"
            + to + ">\r\nFrom: \"" + user + "\" <" + addressOfRecord() + ">;tag=l4fs2s8r2b\r\nCall-ID: 3nv1ij5vqf"
            + number
            + "\r\nCSeq: " + number + " " + method + "\r\n" + lines + "Allow: " + kind.allow + "\r\nSupported: "
            + kind.supported + "\r\nUser-Agent: " + kind.agent + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
            + body;
    }

    /** An answer to a request that came. */
    String reply(RawSip request, int status) {
        StringBuilder text = new StringBuilder("SIP/2.0 " + status + " Because\r\n");
        for (String row : request.rows()) {
            switch (RawSip.name(row)) {
                case "via", "record-route", "from", "call-id", "cseq" -> text.append(row).append("\r\n");
                case "to" -> text.append(row).append(row.contains(";tag=") ? "" : ";tag=" + user).append("\r\n");
                default -> {
                    // what it says is for the user
                }
            }
        }
        return text + "Contact: " + contact() + "\r\nServer: " + kind.agent + "\r\nContent-Length: 0\r\n\r\n";
    }
}
