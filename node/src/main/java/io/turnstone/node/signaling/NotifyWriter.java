package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipRequestWriter;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipWriter;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/** Writes NOTIFY requests of our own (RFC 6665 §4.2.2). One thread; what was written stands there until the next one. */
final class NotifyWriter {
    private static final int MAX_FORWARDS = 70;

    private final ViaWriter viaWriter;
    private final SipRequestWriter writer = new SipRequestWriter();
    private final SipText text = new SipText();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    NotifyWriter(SignalingSettings settings) {
        this.viaWriter = new ViaWriter(settings);
    }

    /** Where the request stands, from offset 0. */
    MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * @param contact the URI by which the watcher asks again
     * @return the length in octets
     */
    int write(PresenceEffect.Notify notify, String contact, RequestName branch, SipTransport transport) {
        Subscription subscription = notify.subscription();
        Watcher watcher = subscription.watcher();
        SipWriter request = writer.begin(buffer, 0, "NOTIFY", watcher.target());
        request.header(SipHeader.VIA, viaWriter.write(text, transport, branch, 0));
        request.header(SipHeader.MAX_FORWARDS, MAX_FORWARDS);
        if (!watcher.routes().isEmpty()) {
            request.header(SipHeader.ROUTE, watcher.routes());
        }
        request.header(SipHeader.FROM, watcher.from() + ";tag=" + subscription.id());
        request.header(SipHeader.TO, watcher.to());
        request.header(SipHeader.CALL_ID, watcher.callId());
        request.header(SipHeader.CSEQ, subscription.notifyCseq() + " NOTIFY");
        request.header(SipHeader.CONTACT, "<" + contact + ">");
        request.header(
            SipHeader.EVENT,
            subscription.eventId().isEmpty()
                ? subscription.event()
                : subscription.event() + ";id=" + subscription.eventId());
        request.header(SipHeader.SUBSCRIPTION_STATE, notify.state());
        return request.body(notify.contentType(), notify.body().getBytes(UTF_8));
    }
}
