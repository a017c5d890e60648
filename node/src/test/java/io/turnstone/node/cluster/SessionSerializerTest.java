package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.CallOutcome;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.CallTimes;
import io.turnstone.node.session.SessionCommand;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.SignalingSessionActor;
import io.turnstone.protocol.wire.CallFinished;
import io.turnstone.protocol.wire.CallTelling;
import java.io.NotSerializableException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionSerializerTest {
    private static final CallParties PARTIES = new CallParties("sip:alice@a.example", "sip:bob@a.example", "tag");

    private final SessionSerializer serializer = new SessionSerializer();

    @ParameterizedTest
    @MethodSource
    void shouldReadTheMessageThatItWrote(Object message) throws NotSerializableException {
        byte[] octets = serializer.toBinary(message);

        assertThat(serializer.fromBinary(octets, serializer.manifest(message))).isEqualTo(message);
    }

    static Stream<Object> shouldReadTheMessageThatItWrote() {
        Stream<CallCommand> commands = Stream.of(
            new CallCommand.Invited(PARTIES, -1, 1),
            new CallCommand.Answered("tag", "to", 2, 3, 1_800),
            new CallCommand.Failed("tag", 486, 4, 5),
            new CallCommand.Refreshed("tag", "to", 6, 90),
            new CallCommand.Ended("tag", "to", CallCause.ABSENT, 7),
            new CallCommand.Restored(
                new CallState(PARTIES, "to", List.of(-1L, 2L), new CallTimes(1, 2, 3, 4),
                    new CallOutcome(CallCause.BYE, 200), 5)));
        return Stream.concat(
            commands.map(SignalingSessionActor.Envelope::new),
            Stream.of(new SignalingSessionActor.Delivery(-1, new SessionNotice.CallEnded("a84b"))));
    }

    @Test
    void shouldRefuseWhatStaysOnItsNode() {
        assertThatThrownBy(() -> serializer.manifest(new SignalingSessionActor.Fact(new SessionCommand.Wake())))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> serializer.toBinary(new SignalingSessionActor.HandOver()))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseWhatItCannotRead() {
        byte[] cause = CallTelling.newBuilder()
            .setFinished(CallFinished.newBuilder().setCause(99))
            .build()
            .toByteArray();

        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "RoomTelling.9"))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("newer version");
        assertThatThrownBy(() -> serializer.fromBinary(new byte[]{1}, SessionSerializer.CALL))
            .isInstanceOf(NotSerializableException.class);
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], SessionSerializer.CALL))
            .isInstanceOf(NotSerializableException.class);
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], SessionSerializer.DELIVERY))
            .isInstanceOf(NotSerializableException.class);
        assertThatThrownBy(() -> serializer.fromBinary(cause, SessionSerializer.CALL))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("cause 99");
    }
}
