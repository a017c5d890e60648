package io.turnstone.node.signaling;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.SipHash;
import io.turnstone.protocol.sip.CSeq;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.Via;
import org.agrona.DirectBuffer;

/**
 * Names of transactions: 128 bits of a hash under a key of the cluster, so that every node gives the same request the same
 * name, and nobody else can make two requests share one. One thread; the last name stands in {@link #high} and
 * {@link #low}. Allocates nothing.
 *
 * <p>An INVITE, its ACK and its CANCEL have one name. The branch of a request that is sent on is the hash of (the name of
 * the request that came in, the target): a retransmission, CANCEL or ACK that another node gets is sent on under the same
 * branch without anything being remembered.
 */
final class TransactionNames {
    private final SipHash hash;

    TransactionNames(ClusterKeys keys) {
        hash = new SipHash(keys.key(ClusterKeys.Purpose.BRANCH, 0));
    }

    long high() {
        return hash.first();
    }

    long low() {
        return hash.second();
    }

    /** The last name, to be kept. */
    RequestName name() {
        return new RequestName(high(), low());
    }

    /** By branch, sent-by and method (RFC 3261 §17.2.3), or what RFC 2543 has instead where the branch is no name. */
    void ofRequest(SipMessage request, Via via, CSeq cseq, SipAddress from) {
        hash.begin();
        SipMethod method = request.method();
        if (method == SipMethod.INVITE || method == SipMethod.ACK || method == SipMethod.CANCEL) {
            hash.put(SipMethod.INVITE.name());
        } else {
            hash.put(request.buffer(), request.methodStart(), request.methodEnd());
        }
        hash.put((byte) ' ');
        DirectBuffer buffer = request.buffer();
        if (via.hasMagicCookie()) {
            hash.put(buffer, via.branchStart(), via.branchEnd()).put((byte) ' ');
            putLowerCase(buffer, via.hostStart(), via.hostEnd());
            hash.put(via.port());
        } else {
            // RFC 3261 §17.2.3, without the To tag, which an ACK has and its INVITE has not
            int callId = request.first(SipHeader.CALL_ID);
            hash.put(buffer, request.requestUriStart(), request.requestUriEnd()).put((byte) ' ');
            hash.put(buffer, request.valueStart(callId), request.valueEnd(callId)).put((byte) ' ');
            hash.put(cseq.number());
            if (from.hasTag()) {
                hash.put(buffer, from.tagStart(), from.tagEnd());
            }
            hash.put((byte) ' ').put(buffer, via.start(), via.end());
        }
        hash.end();
    }

    private void putLowerCase(DirectBuffer buffer, int start, int end) {
        for (int position = start; position < end; position++) {
            byte octet = buffer.getByte(position);
            hash.put(octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet);
        }
    }

    /** The branch under which a request goes to a target. */
    RequestName ofBranch(long requestHigh, long requestLow, BindingId target) {
        hash.begin().put(requestHigh).put(requestLow).put(target.addressOfRecord()).put(target.binding()).end();
        return name();
    }

    /**
     * What tells a loop from a spiral (RFC 5393 §4.2): a hash of what the routing of the request depends on, the
     * Request-URI and the Route. Never 0.
     */
    int ofRouting(SipMessage request) {
        hash.begin().put(request.buffer(), request.requestUriStart(), request.requestUriEnd());
        for (int row = request.first(SipHeader.ROUTE); row != SipMessage.NOT_FOUND; row = request.next(row)) {
            hash.put((byte) ' ').put(request.buffer(), request.valueStart(row), request.valueEnd(row));
        }
        return (int) hash.end().first() | 1;
    }

    /** By which a dialog's token knows the tag of its caller; 0 without a tag. */
    int ofTag(SipAddress from) {
        return from.hasTag() ? (int) hash.begin().put(from.buffer(), from.tagStart(), from.tagEnd()).end().first() : 0;
    }

    /** Of a request that was not understood: all its octets. */
    RequestName ofText(SipMessage request) {
        hash.begin().put(request.buffer(), 0, request.length()).end();
        return name();
    }
}
