package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.allocation.AllocationActor;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.RelayRequest;
import io.turnstone.node.allocation.RequestId;
import io.turnstone.node.replication.Lineage;
import io.turnstone.node.rib.AllocateAnswer;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Channel;
import io.turnstone.node.rib.Mobility;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import io.turnstone.protocol.wire.AllocationAnswer;
import io.turnstone.protocol.wire.RefusedAnswer;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AllocationSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final RequestId ID = new RequestId(-5, 6);
    private static final TransportAddress V4 = TransportAddress.parse("192.0.2.1:65535");
    private static final TransportAddress V6 = TransportAddress.parse("[2001:db8::1]:0");
    private static final FiveTuple FIVE_TUPLE = new FiveTuple(V6, V4, TransportProtocol.UDP);
    private static final Route ROUTE = new Route(
        -17,
        Lineage.first(-3),
        FIVE_TUPLE,
        List.of(V4),
        "alice",
        1,
        2,
        new AllocateAnswer(3, 4, 600, Integrity.SHA256, OptionalLong.of(-8), Optional.empty(), 5),
        List.of(new Permission(V4.ip(), 9)),
        List.of(new Channel(0x4000, V4, 10)),
        new Mobility(2, Optional.of(new FiveTuple(V4, V6, TransportProtocol.UDP)), 600, 11));

    private final ActorRef<AllocationReply> replyTo = KIT.<AllocationReply>createTestProbe().getRef();
    private final AllocationSerializer serializer = new AllocationSerializer(
        (ExtendedActorSystem) Adapter.toClassic(KIT.system()));

    @AfterAll
    static void stopTheKit() {
        KIT.shutdownTestKit();
    }

    @ParameterizedTest
    @MethodSource
    void shouldReadTheRequestThatItWrote(AllocationCommand.Request request) throws NotSerializableException {
        AllocationActor.Envelope envelope = new AllocationActor.Envelope(request, replyTo);

        assertThat(throughTheWire(envelope)).isEqualTo(envelope);
    }

    static Stream<AllocationCommand.Request> shouldReadTheRequestThatItWrote() {
        AllocationCommand.Transaction transaction = new AllocationCommand.Transaction(new TransactionId(-1, -2),
            Integrity.SHA1, false);
        Stream<AllocationCommand.Request> allocates = Arrays.stream(EvenPort.values())
            .map(evenPort -> new AllocationCommand.Allocate(
                ID,
                "alice",
                FIVE_TUPLE,
                transaction,
                OptionalInt.empty(),
                new RelayRequest(AddressFamily.IPV4, true, evenPort, OptionalLong.empty())));
        return Stream.concat(
            allocates,
            Stream.of(
                new AllocationCommand.Allocate(
                    ID,
                    "",
                    new FiveTuple(V4, V6, TransportProtocol.TCP),
                    new AllocationCommand.Transaction(new TransactionId(1, 2), Integrity.SHA256, true),
                    OptionalInt.of(0),
                    new RelayRequest(AddressFamily.IPV6, false, EvenPort.ANY, OptionalLong.of(-9))),
                new AllocationCommand.Refresh(ID, "ünï", OptionalInt.of(-1), OptionalInt.of(2)),
                new AllocationCommand.Refresh(ID, "alice", OptionalInt.empty(), OptionalInt.empty()),
                new AllocationCommand.Move(
                    new AllocationCommand.Refresh(ID, "alice", OptionalInt.of(600), OptionalInt.empty()),
                    FIVE_TUPLE,
                    3),
                new AllocationCommand.MoveData(ID, "alice", FIVE_TUPLE),
                new AllocationCommand.CreatePermission(
                    ID,
                    "alice",
                    List.of(IpAddress.parse("203.0.113.9"), IpAddress.parse("2001:db8::9"))),
                new AllocationCommand.ChannelBind(ID, "alice", 0x4FFF, V6)));
    }

    @ParameterizedTest
    @MethodSource
    void shouldReadTheReplyThatItWrote(AllocationReply reply) throws NotSerializableException {
        assertThat(throughTheWire(reply)).isEqualTo(reply);
    }

    static Stream<AllocationReply> shouldReadTheReplyThatItWrote() {
        return Stream.concat(
            Arrays.stream(StunError.values()).map(error -> new AllocationReply.Refused(ID, error)),
            Stream.of(
                new AllocationReply.Allocated(ID, ROUTE),
                new AllocationReply.Conflicted(ID, ROUTE),
                new AllocationReply.Refreshed(ID, 600, 0),
                new AllocationReply.Refreshed(ID, 600, 7),
                new AllocationReply.Bound(ID),
                new AllocationReply.Missing(ID)));
    }

    @Test
    void shouldNotLetAFactTravel() {
        AllocationActor.Envelope fact = new AllocationActor.Envelope(new AllocationCommand.Wake(), replyTo);

        assertThatThrownBy(() -> serializer.toBinary(fact)).hasMessageContaining("does not travel between nodes");
    }

    @Test
    void shouldNameAManifestThatItDoesNotKnow() {
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "AllocationRequest.9"))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("'AllocationRequest.9' is not known here, only 'AllocationRequest.1' and");
    }

    @Test
    void shouldSayWhatCannotBeRead() {
        byte[] newerError = AllocationAnswer.newBuilder()
            .setRefused(RefusedAnswer.newBuilder().setErrorCode(999))
            .build()
            .toByteArray();

        assertUnreadable(newerError, AllocationSerializer.ANSWER, "error code 999 is not known here");
        assertUnreadable(new byte[0], AllocationSerializer.ANSWER, "an answer of a kind that is not known here");
        assertUnreadable(new byte[0], AllocationSerializer.REQUEST, "a request of a kind that is not known here");
        assertUnreadable(new byte[]{1, 2, 3}, AllocationSerializer.REQUEST, "cannot be read");
    }

    private void assertUnreadable(byte[] bytes, String manifest, String reason) {
        assertThatThrownBy(() -> serializer.fromBinary(bytes, manifest))
            .isInstanceOf(NotSerializableException.class)
            .hasMessageContaining("'" + manifest + "' cannot be read")
            .hasMessageContaining(reason);
    }

    private Object throughTheWire(Object message) throws NotSerializableException {
        return serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message));
    }
}
