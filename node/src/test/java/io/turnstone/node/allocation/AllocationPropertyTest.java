package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.CreatePermission;
import io.turnstone.node.allocation.AllocationCommand.Recovered;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.RelayAnswered;
import io.turnstone.node.allocation.AllocationCommand.Replicated;
import io.turnstone.node.allocation.AllocationCommand.Request;
import io.turnstone.node.allocation.AllocationCommand.Transaction;
import io.turnstone.node.allocation.AllocationCommand.Wake;
import io.turnstone.node.allocation.AllocationCommand.Withdrawn;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Channel;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random dialogues in which facts arrive late and in any order between requests. */
class AllocationPropertyTest {
    private static final AllocationLimits LIMITS = new AllocationLimits(60, 600, 4, 3, 0x7FFF);

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldKeepItsInvariantsAfterEveryCommand(int seed) {
        Dialogue dialogue = new Dialogue(new Random(seed));
        for (int i = 0; i < 200; i++) {
            dialogue.step();
            dialogue.check();
        }
    }

    private static final class Dialogue {
        private final Random random;
        private final Allocation allocation = new Allocation(17, 1, LIMITS,
            new PeerPolicy(List.of(), List.of(), _ -> false));
        private final List<AllocationCommand> facts = new ArrayList<>();
        private final Set<RequestId> unanswered = new HashSet<>();
        private @Nullable Route announced;
        private @Nullable Route replicated;
        private long nowMs = 1_000_000;
        private long numbers;
        private boolean stopped;

        Dialogue(Random random) {
            this.random = random;
            allocation.start(nowMs).forEach(this::perform);
        }

        void step() {
            nowMs += random.nextInt(8) == 0 ? random.nextInt(400_000) : random.nextInt(50);
            boolean factsFirst = !facts.isEmpty() && random.nextBoolean();
            if (factsFirst) {
                tell(facts.remove(random.nextInt(Math.min(2, facts.size()))));
            } else {
                Request request = request();
                unanswered.add(request.requestId());
                tell(request);
            }
        }

        private void tell(AllocationCommand command) {
            if (command instanceof Replicated && announced != null) {
                replicated = announced;
            }
            allocation.handle(command, nowMs).forEach(this::perform);
        }

        private void perform(AllocationEffect effect) {
            switch (effect) {
                case AllocationEffect.Recover _ -> facts.add(new Recovered(Optional.ofNullable(replicated)));
                case AllocationEffect.OpenRelay _ -> facts.add(
                    new RelayAnswered(
                        new RelayPorts.Opened(
                            List.of(TransportAddress.parse("20.0.0.1:50000")),
                            OptionalLong.empty(),
                            Optional.empty())));
                case AllocationEffect.Announce(Route route, long _) -> {
                    assertThat(stopped).as("announces nothing after it ended").isFalse();
                    assertThat(announced == null || announced.isLive(nowMs)).as("never comes back").isTrue();
                    assertThat(announced == null || route.version().compareTo(announced.version()) > 0)
                        .as("versions grow")
                        .isTrue();
                    announced = route;
                    facts.add(new Replicated(route.version()));
                }
                case AllocationEffect.Withdraw _ -> facts.add(new Withdrawn());
                case AllocationEffect.Respond(AllocationReply reply) ->
                    assertThat(unanswered.remove(reply.requestId())).as("one answer per request").isTrue();
                case AllocationEffect.WakeAt _ -> facts.add(new Wake());
                case AllocationEffect.Stop _ -> {
                    assertThat(unanswered.size()).as("nobody waits for an ended allocation").isLessThanOrEqualTo(0);
                    stopped = true;
                }
                case AllocationEffect.ReleaseRelay _ -> {
                }
            }
        }

        void check() {
            Route route = announced;
            if (route == null) {
                return;
            }
            assertThat(route.permissions().stream().filter(it -> it.isLive(nowMs)).count())
                .isLessThanOrEqualTo(LIMITS.permissionsMax());
            List<Channel> live = route.channels().stream().filter(it -> it.isLive(nowMs)).toList();
            assertThat(live).hasSizeLessThanOrEqualTo(LIMITS.channelsMax());
            assertThat(live).extracting(Channel::number).doesNotHaveDuplicates();
            assertThat(live).extracting(Channel::peer).doesNotHaveDuplicates();
        }

        private Request request() {
            RequestId id = new RequestId(1, numbers++);
            TransportAddress peer = TransportAddress.of(IpAddress.ofIpv4(0x08080800 + random.nextInt(6)),
                1 + random.nextInt(2));
            return switch (random.nextInt(12)) {
                case 0, 1 -> allocate(id);
                case 2, 3, 4 ->
                    new Refresh(id, "alice", OptionalInt.of(1 + random.nextInt(900)), OptionalInt.empty());
                case 5 -> new Refresh(
                    id,
                    random.nextBoolean() ? "alice" : "mallory",
                    OptionalInt.of(random.nextInt(10) == 0 ? 0 : 60),
                    OptionalInt.empty());
                case 6, 7, 8 -> new CreatePermission(id, "alice", List.of(peer.ip()));
                default -> new ChannelBind(id, "alice", 0x4000 + random.nextInt(5), peer);
            };
        }

        private static Allocate allocate(RequestId id) {
            return new Allocate(
                id,
                "alice",
                new FiveTuple(
                    TransportAddress.parse("1.2.3.4:1000"),
                    TransportAddress.parse("5.6.7.8:3478"),
                    TransportProtocol.UDP),
                new Transaction(new TransactionId(1, 2), Integrity.SHA1, false),
                OptionalInt.empty(),
                new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, OptionalLong.empty()));
        }
    }
}
