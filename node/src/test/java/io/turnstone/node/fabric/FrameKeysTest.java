package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.fabric.NhAuthenticator;
import io.turnstone.protocol.fabric.SipHashAuthenticator;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class FrameKeysTest {
    private static final int LENGTH = MediaFrame.HEADER_LENGTH + 160;
    private static final ClusterKeys NEW_AND_OLD = ClusterKeys.ofSecrets(List.of("new", "old"));

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[LENGTH]);
    private final FrameKeys keys = new FrameKeys(NEW_AND_OLD, LENGTH);

    @Test
    void shouldSignWithTheNewestKeyAsTheReceiverKnowsIt() {
        byte[] newest = NEW_AND_OLD.key(ClusterKeys.Purpose.FABRIC, 0);

        assertThat(keys.sign(frame, 0, LENGTH, true)).isTrue();
        assertThat(new NhAuthenticator(newest, LENGTH).verify(frame, 0, LENGTH)).isTrue();

        assertThat(keys.sign(frame, 0, LENGTH, false)).isTrue();
        assertThat(new SipHashAuthenticator(newest).verify(frame, 0, LENGTH)).isTrue();
    }

    @Test
    void shouldAcceptBothWaysUnderEveryValidKeyAndNoOther() {
        for (boolean knowsNh : new boolean[]{true, false}) {
            new FrameKeys(ClusterKeys.ofSecrets(List.of("old")), LENGTH).sign(frame, 0, LENGTH, knowsNh);
            assertThat(keys.verify(frame, 0, LENGTH)).isTrue();

            new FrameKeys(ClusterKeys.ofSecrets(List.of("other")), LENGTH).sign(frame, 0, LENGTH, knowsNh);
            assertThat(keys.verify(frame, 0, LENGTH)).isFalse();
        }
    }
}
