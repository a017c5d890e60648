package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipTransport;

/** Three nodes in one thread and in virtual time, as phones see them. */
interface PhoneNetwork {
    /** Epoch milliseconds. */
    long nowMs();

    /** Connects a phone to the node 1, 2 or 3. */
    FlowName open(TestPhone phone, long node, SipTransport transport);

    void close(FlowName flow);

    /** Whether the flow is one of the process that is that node now. */
    boolean isAt(FlowName flow, long node);

    /** A node is gone with all that it knew and its flows, and another process takes its place. */
    void kill(long node);

    /** A phone sends a message over its flow. */
    void send(FlowName flow, String text);

    /** Delivers what is on its way, and what comes of it. */
    void settle();

    /** Lets time pass. */
    void advance(long ms);

    long count(SipCounter counter);

    /** After all time-outs nothing may be remembered. */
    void assertNothingLeft();
}
