package io.turnstone.node.forwarding;

import io.turnstone.node.auth.Nonces;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunClass;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunMethod;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What happens to STUN messages other than Send indications: requests with credentials are punted, those without are
 * answered in place and without state, nothing else needs an answer. One thread.
 *
 * <p>Answers in place are as small as the RFCs allow, since the source may be forged: no SOFTWARE, FINGERPRINT only if
 * the request had one, a limit per source, and silence for what is shorter than any Allocate request.
 */
final class RequestPath {
    /** A header and REQUESTED-TRANSPORT (RFC 8656 §7.1). */
    private static final int CHALLENGED_LENGTH_MIN = 28;
    private static final int ANSWER_LENGTH_MAX = 4096;
    private static final byte[] PASSWORD_ALGORITHMS = PasswordAlgorithm.encode(Nonces.PASSWORD_ALGORITHMS);

    private final PacketThread thread;
    private final Sockets sockets;
    private final PuntQueue punts;
    private final byte[] realm;
    private final PathSettings.Balancer balancer;
    private final SourceLimiter limiter;
    private final StunMessage request = new StunMessage();
    private final StunWriter answer = new StunWriter();
    private final UnsafeBuffer answerBuffer = new UnsafeBuffer(new byte[ANSWER_LENGTH_MAX]);
    private final UnsafeBuffer id = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer nonce = new UnsafeBuffer(new byte[Nonces.LENGTH]);

    RequestPath(Sockets sockets, PuntQueue punts, PathSettings settings, PacketThread thread) {
        this.thread = thread;
        this.sockets = sockets;
        this.punts = punts;
        this.realm = settings.realm().getBytes(StandardCharsets.UTF_8);
        this.balancer = settings.balancer();
        this.limiter = new SourceLimiter(settings.answersPerSecond(), settings.incarnation());
    }

    void onMessage(Arrival from) {
        if (!request.wrap(from.buffer, from.offset, from.length) || hasWrongFingerprint()) {
            count(ForwardingCounter.STUN_MALFORMED);
            return;
        }
        PuntReason reason = reason();
        if (reason == null) {
            count(ForwardingCounter.STUN_IGNORED);
        } else if (hasCredentials()) {
            punt(reason, from, from.length);
        } else if (reason == PuntReason.BINDING) {
            answerBinding(from);
        } else {
            challenge(from);
        }
    }

    private boolean hasWrongFingerprint() {
        return request.has(StunAttribute.FINGERPRINT) && !request.fingerprintValid();
    }

    /** RFC 8489 §9.2.4: a request is authenticated by either integrity attribute. */
    private boolean hasCredentials() {
        return request.has(StunAttribute.MESSAGE_INTEGRITY) || request.has(StunAttribute.MESSAGE_INTEGRITY_SHA256);
    }

    /** Why the message would be punted; null for what no server of UDP answers (RFC 8489 §6.3). */
    private @Nullable PuntReason reason() {
        if (request.messageClass() != StunClass.REQUEST) {
            return null;
        }
        return switch (request.method()) {
            case StunMethod.BINDING -> PuntReason.BINDING;
            case StunMethod.ALLOCATE -> PuntReason.ALLOCATE;
            case StunMethod.REFRESH -> PuntReason.REFRESH;
            case StunMethod.CREATE_PERMISSION -> PuntReason.CREATE_PERMISSION;
            case StunMethod.CHANNEL_BIND -> PuntReason.CHANNEL_BIND;
            default -> null;
        };
    }

    /** @param length how much of the packet the control thread needs, from its start */
    void punt(PuntReason reason, Arrival from, int length) {
        punt(reason, from, from.buffer, from.offset, length);
    }

    /** @param from the peer, no client */
    void puntPeer(Arrival from, long allocationId) {
        id.putLong(0, allocationId);
        punt(PuntReason.PEER_MOVED, from, id, 0, Long.BYTES);
    }

    void punt(PuntReason reason, Arrival from, DirectBuffer buffer, int offset, int length) {
        boolean queued = punts.offer(reason, from, buffer, offset, length);
        if (queued) {
            thread.counters().punts().increment(reason);
        } else {
            count(ForwardingCounter.PUNT_DROPPED);
        }
    }

    private void answerBinding(Arrival to) {
        if (balancer.isProbe(to.sourceHigh(), to.sourceLow()) && !balancer.serving().getAsBoolean()) {
            count(ForwardingCounter.PROBE_UNANSWERED);
            return;
        }
        if (!mayAnswer(to)) {
            return;
        }
        if (request.isUnderstood(StunAttribute.STUN_SERVER_SET)) {
            answer.begin(answerBuffer, 0, StunType.BINDING_SUCCESS, request)
                .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, to.sourceHigh(), to.sourceLow(), to.sourcePort());
            send(to, ForwardingCounter.BINDING_ANSWERED);
        } else {
            // RFC 8489 §6.3.1
            answer.begin(answerBuffer, 0, StunType.BINDING_ERROR, request)
                .errorCode(StunError.UNKNOWN_ATTRIBUTE)
                .unknownAttributes(request.unknownAttributes(StunAttribute.STUN_SERVER_SET));
            send(to, ForwardingCounter.UNKNOWN_ATTRIBUTE_ANSWERED);
        }
    }

    /** RFC 8489 §9.2.4, first step, with the algorithms that the nonce's cookie announces. */
    private void challenge(Arrival to) {
        if (to.length < CHALLENGED_LENGTH_MIN) {
            count(ForwardingCounter.TOO_SHORT_TO_CHALLENGE);
            return;
        }
        if (!mayAnswer(to)) {
            return;
        }
        thread.nonces().write(nonce, 0, to.nowMs);
        answer.begin(answerBuffer, 0, StunType.of(request.method(), StunClass.ERROR_RESPONSE), request)
            .errorCode(StunError.UNAUTHENTICATED)
            .bytes(StunAttribute.REALM, realm)
            .bytes(StunAttribute.NONCE, nonce, 0, Nonces.LENGTH)
            .bytes(StunAttribute.PASSWORD_ALGORITHMS, PASSWORD_ALGORITHMS);
        send(to, ForwardingCounter.CHALLENGED);
    }

    private boolean mayAnswer(Arrival to) {
        boolean allowed = limiter.tryAcquire(to.sourceHigh(), to.sourceLow(), to.nowMs);
        if (!allowed) {
            count(ForwardingCounter.ANSWER_LIMITED);
        }
        return allowed;
    }

    private void send(Arrival to, ForwardingCounter what) {
        if (request.has(StunAttribute.FINGERPRINT)) {
            answer.fingerprint();
        }
        int socket = sockets.listenerSocket(to.listener(), thread.forwarder());
        boolean sent = thread.sender()
            .send(socket, answerBuffer, 0, answer.length(), to.hopHigh(), to.hopLow(), to.hopPort());
        count(sent ? what : ForwardingCounter.SEND_LOST);
    }

    private void count(ForwardingCounter counter) {
        thread.counters().path().increment(counter);
    }
}
