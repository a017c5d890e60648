package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.ServerLocator.Naptr;
import io.turnstone.node.signaling.ServerLocator.Server;
import io.turnstone.node.signaling.ServerLocator.Srv;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LocatedServersTest implements ServerLocator.Records {
    private static final Server SERVER = new Server("example.net", 5060, SipTransport.TCP, false);
    private static final IpAddress FORBIDDEN = IpAddress.parse("10.0.0.1");

    private final Deque<Runnable> questions = new ArrayDeque<>();
    private final List<List<Hop>> answers = new ArrayList<>();
    private int wakeUps;
    private final LocatedServers servers = new LocatedServers(
        new SignalingAgent.Lookups(
            new ServerLocator(this, new Random(1)), address -> !address.equals(FORBIDDEN), questions::add),
        () -> wakeUps++);

    @Override
    public List<Naptr> naptr(String name) {
        return List.of();
    }

    @Override
    public List<Srv> srv(String name) {
        return List.of();
    }

    @Override
    public List<IpAddress> addresses(String host) {
        return List.of(FORBIDDEN, IpAddress.parse("192.0.2.1"));
    }

    private void locate() {
        servers.locate(SERVER, 1, (hops, _) -> answers.add(hops));
    }

    @Test
    void shouldAnswerOnTheThreadThatAskedOnlyWithWhatIsAllowed() {
        locate();
        assertThat(servers.doWork(2)).isZero();
        questions.remove().run();
        assertThat(wakeUps).isEqualTo(1);
        assertThat(answers).isEmpty();

        assertThat(servers.doWork(3)).isEqualTo(1);
        assertThat(answers).containsExactly(
            List.of(new Hop(SipTransport.TCP, TransportAddress.parse("192.0.2.1:5060"), "")));
    }

    @Test
    void shouldLimitTheQuestionsUnderWay() {
        for (int i = 0; i <= LocatedServers.PENDING_MAX; i++) {
            locate();
        }
        assertThat(answers).containsExactly(List.of());
        assertThat(questions).hasSize(LocatedServers.PENDING_MAX);

        questions.remove().run();
        servers.doWork(2);
        locate();
        assertThat(questions).hasSize(LocatedServers.PENDING_MAX);
    }
}
