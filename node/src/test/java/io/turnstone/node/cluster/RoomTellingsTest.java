package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.rooms.Announced;
import io.turnstone.node.rooms.Departure;
import io.turnstone.node.rooms.Letter;
import io.turnstone.node.rooms.Member;
import io.turnstone.node.rooms.Place;
import io.turnstone.node.rooms.Receipt;
import io.turnstone.node.rooms.RoomCommand;
import io.turnstone.node.rooms.RoomError;
import io.turnstone.node.rooms.RoomNews;
import io.turnstone.node.session.RoomTelling;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.SignalingSessionActor.Delivery;
import io.turnstone.node.session.SignalingSessionActor.Envelope;
import io.turnstone.protocol.wire.RoomAnnounced;
import io.turnstone.protocol.wire.RoomAnnouncement;
import io.turnstone.protocol.wire.RoomTold;
import java.io.NotSerializableException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoomTellingsTest {
    private static final Member ALICE = new Member("a1", "Älice", "alice", new Place(-7, 2, -9));
    private static final Member BOB = new Member("b2", "", "bob", new Place(8, 1, 10));
    private static final Departure LOST = new Departure("c3", Departure.Reason.NODE_LOST);
    private static final Receipt RECEIPT = new Receipt("a1", -9, "b2", 12);

    private final SessionSerializer serializer = new SessionSerializer();

    static Stream<Object> messages() {
        Stream<RoomCommand> commands = Stream.of(
            new RoomCommand.Announce(-7, new RoomCommand.Bounds(50, 10_000), 3,
                List.of(
                    new Announced(ALICE, Announced.Stage.PRESENT), new Announced(BOB, Announced.Stage.JOINING),
                    new Announced(BOB, Announced.Stage.RESUMING)),
                List.of(BOB, ALICE), List.of(LOST, new Departure("d4", Departure.Reason.LEFT))),
            new RoomCommand.Say(-7, new Letter("a1", -9, "b2", 12, 11, "{\"from\":\"a1\"}")),
            new RoomCommand.Received(RECEIPT));
        Stream<RoomNews> news = Stream.of(
            new RoomNews.Roster(1, 2, List.of(ALICE, BOB), List.of(LOST)),
            new RoomNews.Refused("b2", 10, RoomError.ROOM_FULL),
            new RoomNews.Deliver(new Letter("a1", -9, "b2", 12, 0, "{}")),
            new RoomNews.Acknowledged(RECEIPT),
            new RoomNews.Undeliverable(RECEIPT),
            new RoomNews.Replaced("a1", -9),
            new RoomNews.AnnounceWanted());
        return Stream.concat(
            commands.map(command -> new Envelope(new RoomTelling(command))),
            news.map(told -> new Delivery(-1, new SessionNotice.RoomTold("stand-up", told))));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldReadTheMessageThatItWrote(Object message) throws NotSerializableException {
        byte[] octets = serializer.toBinary(message);

        assertThat(serializer.fromBinary(octets, serializer.manifest(message))).isEqualTo(message);
    }

    @Test
    void shouldRefuseWhatStaysOnItsNode() {
        assertThatThrownBy(() -> serializer.toBinary(new Envelope(new RoomTelling(new RoomCommand.Wake()))))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> serializer.toBinary(new Envelope(new RoomTelling(new RoomCommand.NodeLost(1)))))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseWhatItCannotRead() {
        byte[] stage = RoomTold.newBuilder()
            .setAnnouncement(RoomAnnouncement.newBuilder().addHere(RoomAnnounced.newBuilder().setStage(9)))
            .build()
            .toByteArray();

        assertThatThrownBy(() -> serializer.fromBinary(stage, SessionSerializer.ROOM))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("stage 9");
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], SessionSerializer.ROOM))
            .isInstanceOf(NotSerializableException.class);
        assertThatThrownBy(() -> RoomError.ofCode("too-late")).hasMessageContaining("'too-late'");
    }
}
