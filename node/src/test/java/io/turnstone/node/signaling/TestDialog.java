package io.turnstone.node.signaling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One side of a dialog as a phone keeps it (RFC 3261 §12). */
final class TestDialog {
    private final TestPhone phone;
    private final String callId;
    private final String local;
    private final String remote;
    private final String target;
    private final List<String> routes;
    private long cseq;

    private TestDialog(
        TestPhone phone, String callId, String local, String remote, String target, List<String> routes, long cseq) {
        this.phone = phone;
        this.callId = callId;
        this.local = local;
        this.remote = remote;
        this.target = target;
        this.routes = routes;
        this.cseq = cseq;
    }

    /** Of the one who called, made by a response. */
    static TestDialog ofCaller(TestPhone phone, TestMessage response) {
        return new TestDialog(phone, response.header("Call-ID"), response.header("From"), response.header("To"),
            response.uri("Contact"), new ArrayList<>(response.values("Record-Route")).reversed(),
            response.cseqNumber());
    }

    /** Of the one who was called, made by the request and the response to it. */
    static TestDialog ofCallee(TestPhone phone, TestMessage request, TestMessage response) {
        return new TestDialog(phone, request.header("Call-ID"), response.header("To"), request.header("From"),
            request.uri("Contact"), request.values("Record-Route"), 100);
    }

    List<String> routes() {
        return routes;
    }

    TestMessage send(String method) {
        return send(method, "", null);
    }

    /** @param cseqNumber that of the INVITE for an ACK; null for the next */
    TestMessage send(String method, String lines, @Nullable Long cseqNumber) {
        TestMessage message = write(method, lines, cseqNumber);
        phone.send(message);
        return message;
    }

    /** What {@link #send} sends. */
    TestMessage write(String method, String lines, @Nullable Long cseqNumber) {
        long number = cseqNumber == null ? ++cseq : cseqNumber;
        StringBuilder text = new StringBuilder(method + " " + target + " SIP/2.0\n");
        text.append("Via: ").append(phone.via()).append('\n');
        routes.forEach(route -> text.append("Route: ").append(route).append('\n'));
        text.append("Max-Forwards: 70\nFrom: ").append(local).append("\nTo: ").append(remote).append('\n');
        text.append("Call-ID: ").append(callId).append("\nCSeq: ").append(number).append(' ').append(method);
        text.append("\nContact: ").append(phone.contact()).append('\n').append(lines).append("Content-Length: 0\n\n");
        return new TestMessage(text.toString());
    }

    void acknowledge(TestMessage response) {
        send("ACK", "", response.cseqNumber());
    }
}
