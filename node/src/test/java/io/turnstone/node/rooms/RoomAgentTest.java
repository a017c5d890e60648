package io.turnstone.node.rooms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.WebAuthenticator;
import io.turnstone.node.transport.stream.StreamClosure;
import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamTransport;
import io.turnstone.protocol.net.TransportAddress;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Between connections and the desk: what is read, what may wait, and how an end is understood. */
class RoomAgentTest {
    private static final long NODE = 7;
    private static final String JOIN = """
        {"type":"join","room":"stand-up","username":"alice","credential":"wonderland"}""";

    private final List<RoomCommand> told = new ArrayList<>();
    private final Room room = new Room();
    private long nowMs = 1_700_000_000_000L;
    private final RoomAgent agent = new RoomAgent(
        new RoomLimits(5, 3, 1_024, 1_000, 10_000),
        new RoomAgent.Access(
            new WebAuthenticator(
                new CredentialStore("turnstone", Map.of("alice", "wonderland"), RoomNetwork.SHARED_SECRETS), null),
            new ResumeSecrets(ClusterKeys.ofSecrets(List.of("a secret of the cluster"))), IceServers.NONE),
        new RoomAgent.World(NODE, (_, command) -> told.add(command), () -> nowMs, new Random(1), () -> {}));

    /** A connection without a socket. */
    private static final class Flow implements StreamFlow {
        private final long id;
        private final List<String> sent = new ArrayList<>();
        private @Nullable Object attachment;
        private int closedBy;

        Flow(long id) {
            this.id = id;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public StreamTransport transport() {
            return StreamTransport.WS;
        }

        @Override
        public boolean isOutbound() {
            return false;
        }

        @Override
        public TransportAddress local() {
            return TransportAddress.parse("192.0.2.1:80");
        }

        @Override
        public TransportAddress remote() {
            return TransportAddress.parse("203.0.113.9:40000");
        }

        @Override
        public boolean send(DirectBuffer buffer, int offset, int length) {
            byte[] octets = new byte[length];
            buffer.getBytes(offset, octets);
            sent.add(new String(octets, UTF_8));
            return true;
        }

        @Override
        public void close(int code) {
            closedBy = code;
        }

        @Override
        public boolean isOpen() {
            return closedBy == 0;
        }

        @Override
        public @Nullable Object attachment() {
            return attachment;
        }

        @Override
        public void attach(Object state) {
            attachment = state;
        }
    }

    private Flow open(long id) {
        Flow flow = new Flow(id);
        agent.streams().onOpened(flow);
        return flow;
    }

    private void receive(Flow flow, String text, Charset charset) {
        byte[] octets = text.getBytes(charset);
        agent.streams().onReceived(flow, new UnsafeBuffer(octets), 0, octets.length);
    }

    /** Lets the room answer until nobody has anything to say. */
    private void work() {
        agent.doWork();
        while (!told.isEmpty()) {
            List<RoomCommand> commands = List.copyOf(told);
            told.clear();
            commands.forEach(command -> room.handle(command, nowMs).forEach(this::perform));
            agent.doWork();
        }
    }

    private void perform(RoomEffect effect) {
        if (effect instanceof RoomEffect.Tell(long node, RoomNews news)) {
            assertThat(node).isEqualTo(NODE);
            agent.onNews("stand-up", news);
        }
    }

    private Flow joined(long id) {
        Flow flow = open(id);
        receive(flow, JOIN, UTF_8);
        work();
        assertThat(flow.sent).singleElement().asString().startsWith("{\"type\":\"joined\"");
        return flow;
    }

    @Test
    void shouldCountWhoIsHere() {
        joined(1);
        joined(2);
        nowMs += 250;
        work();

        assertThat(agent.sizes()).isEqualTo(new RoomAgent.Sizes(2, 1, 2));
        assertThat(agent.counters().get(RoomCounter.JOINED)).isEqualTo(2);
    }

    @Test
    void shouldAnswerWhatIsTooLongOrNoText() {
        Flow flow = open(1);
        receive(flow, " ".repeat(1_025), UTF_8);
        receive(flow, "{\"type\":\"Ä\"}", ISO_8859_1);
        receive(flow, "", UTF_8);
        work();

        assertThat(flow.sent).hasSize(3);
        assertThat(flow.sent.get(0)).contains("\"too-long\"");
        assertThat(flow.sent.subList(1, 3)).allMatch(text -> text.contains("\"bad-json\""));
        assertThat(flow.isOpen()).isTrue();
    }

    @Test
    void shouldEndAConnectionThatSendsMoreThanIsHandled() {
        Flow flow = joined(1);
        Flow other = joined(2);
        String text = "x".repeat(1_000);
        for (int i = 0; i < RoomInbox.CONNECTION_OCTETS_MAX / text.length(); i++) {
            receive(flow, text, UTF_8);
        }

        assertThat(flow.closedBy).isEqualTo(StreamClosure.POLICY);
        assertThat(agent.counters().get(RoomCounter.BEHIND)).isPositive();
        work();
        Flow next = joined(3);
        receive(next, "x", UTF_8);
        work();
        assertThat(next.isOpen() && other.isOpen()).isTrue();
        assertThat(next.sent.getLast()).contains("bad-json");
    }

    @Test
    void shouldDropNewsThatTheThreadIsTooFarBehindFor() {
        Letter letter = new Letter("a", 1, "b", 1, 0, "x".repeat(1 << 20));
        for (int i = 0; i < 20; i++) {
            agent.onNews("stand-up", new RoomNews.Deliver(letter));
        }
        assertThat(agent.counters().get(RoomCounter.NEWS_DROPPED)).isEqualTo(5);
        work();
        agent.onNews("stand-up", new RoomNews.Deliver(letter));
        assertThat(agent.counters().get(RoomCounter.NEWS_DROPPED)).isEqualTo(5);
    }

    @Test
    void shouldTellWhoClosesFromWhoIsLost() {
        Flow witness = joined(1);
        agent.streams().onClosed(joined(2), new StreamClosure(Cause.PEER, StreamClosure.NO_CODE, ""));
        agent.streams().onClosed(joined(3), new StreamClosure(Cause.PEER, StreamClosure.NORMAL, ""));
        work();
        assertThat(witness.sent.stream().filter(text -> text.contains("\"left\""))).hasSize(2);

        agent.streams().onClosed(joined(4), new StreamClosure(Cause.PEER, StreamClosure.GOING_AWAY, ""));
        agent.streams().onClosed(joined(5), new StreamClosure(Cause.BROKEN, StreamClosure.ABNORMAL, ""));
        work();
        assertThat(witness.sent.stream().filter(text -> text.contains("member-left"))).hasSize(2);
        nowMs += 10_000;
        work();
        assertThat(witness.sent.stream().filter(text -> text.contains("connection-lost"))).hasSize(2);
    }

    @Test
    void shouldTellItsRoomsAgainWhenANodeIsLost() {
        joined(1);
        agent.onHeard(Set.of(NODE, 8L));
        agent.doWork();
        assertThat(told).isEmpty();

        agent.onHeard(Set.of(NODE));
        agent.doWork();
        assertThat(told).singleElement().isInstanceOf(RoomCommand.Announce.class);
    }
}
