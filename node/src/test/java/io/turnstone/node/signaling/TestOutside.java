package io.turnstone.node.signaling;

import java.util.List;

/** What a signaling thread has that is reached by nobody but the connections that a test opens. */
public final class TestOutside {
    private TestOutside() {}

    public static SignalingAgent.Outside none() {
        return with(PushSettings.NONE);
    }

    static SignalingAgent.Outside with(PushSettings pushes) {
        return new SignalingAgent.Outside(new DatagramPorts(new TestDatagrams(), List.of(), 1, 1), TestFlow::dial,
            TrunkSettings.NONE, null, pushes);
    }
}
