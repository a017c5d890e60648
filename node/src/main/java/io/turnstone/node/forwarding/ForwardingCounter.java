package io.turnstone.node.forwarding;

/** What the packet path counts, besides drops and punts by reason. The sentence is the counter's meaning. */
public enum ForwardingCounter {
    PACKETS_TO_PEER("datagrams sent to peers"),
    BYTES_TO_PEER("application octets sent to peers"),
    PACKETS_TO_CLIENT("datagrams of peers sent to clients attached here"),
    BYTES_TO_CLIENT("application octets of peers sent to clients attached here"),
    PACKETS_RELAY("datagrams handed from one client to another on this node, without UDP in between"),
    BYTES_RELAY("application octets handed from one client to another on this node"),
    PACKETS_TO_FABRIC("frames handed to the fabric for another node"),
    BYTES_TO_FABRIC("application octets handed to the fabric for another node"),
    PACKETS_FROM_FABRIC("frames that came from other nodes"),
    BYTES_FROM_FABRIC("application octets that came from other nodes"),
    PASSED_ON("frames from other nodes handed on to the node that the client or the home has moved to"),
    INJECTED("answers of the control plane sent to clients"),
    BINDING_ANSWERED("Binding requests answered in place (RFC 8489 §12)"),
    CHALLENGED("requests without credentials challenged in place (RFC 8489 §9.2.4)"),
    UNKNOWN_ATTRIBUTE_ANSWERED("Binding requests with an unknown required attribute, answered 420 in place"),
    ANSWER_LIMITED("requests without credentials beyond what one source is answered"),
    TOO_SHORT_TO_CHALLENGE("requests without credentials so short that a challenge would amplify too much"),
    STUN_IGNORED("indications, responses and unknown methods, for which there is nothing to do"),
    STUN_MALFORMED("what begins as STUN but is none, or has a wrong FINGERPRINT"),
    SEND_MALFORMED("Send indications that RFC 8656 §11.4 has discarded"),
    CHANNEL_DATA_MALFORMED("what begins as ChannelData but is none, or has a number outside the range in force"),
    PROXY_UNTRUSTED("datagrams with a PROXY header from a source that is not trusted to name clients"),
    PROXY_MALFORMED("what begins as a PROXY header but is none of version 2 for datagrams"),
    PROXY_MISDIRECTED("datagrams whose PROXY header names another service address than that of the listener"),
    PROBE_UNANSWERED("Binding requests of the balancer's probes left unanswered, since this node is not ready"),
    SOCKET_CLOSED("datagrams for a relay socket that was just closed"),
    NOT_TURN("first octets that belong to neither STUN nor ChannelData (RFC 7983)"),
    FRAME_MALFORMED("frames from other nodes of an unknown version or kind"),
    PUNT_DROPPED("requests dropped because the punt queue was full"),
    SEND_LOST("datagrams that the transport could not send");

    private final String meaning;

    ForwardingCounter(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence for whoever reads the counter. */
    public String meaning() {
        return meaning;
    }
}
