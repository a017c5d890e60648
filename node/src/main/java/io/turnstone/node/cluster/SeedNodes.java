package io.turnstone.node.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a node asks to let it in. Only the first seed may found a cluster, and it must not do so beside one that is merely
 * slow to answer or out of reach: every other seed whose port does not refuse a connection has to say that it is no member
 * either, or stay silent for a long time. Immutable, any thread.
 */
final class SeedNodes {
    private static final Logger LOG = LoggerFactory.getLogger(SeedNodes.class);

    private static final int CONNECT_WITHIN_MS = 1_000;

    private enum Answer {
        ACCEPTED,
        REFUSED,
        NONE
    }

    private final String self;
    private final List<String> others;
    private final boolean mayFound;

    /**
     * @param seeds HOST:PORT, in the same order on every node; empty = a cluster of one
     * @param self HOST:PORT of this node
     */
    SeedNodes(List<String> seeds, String self) {
        this.self = self;
        this.others = seeds.stream().filter(seed -> !seed.equals(self)).toList();
        this.mayFound = seeds.isEmpty() || seeds.getFirst().equals(self);
    }

    /**
     * The seeds in the order in which Pekko is to be given them: it lets the first one found a cluster as soon as all
     * others in the list have said that they are no members. Who may not found one asks only where something listens:
     * Artery keeps what is said to the others, and would say it all when they come back. Empty = there is nobody to ask.
     *
     * <p>A first seed that was together with others waits without end for a seed out of reach, since the cluster may be
     * there; unless it is in reach of most of those others, so that the cluster has fallen apart.
     *
     * @param patient whether the first seed waits for those who do not answer
     * @param together HOST:PORT of those whom this process was in a cluster with
     */
    List<String> toAsk(boolean patient, List<String> together) throws InterruptedException {
        if (!mayFound) {
            return listening();
        }
        if (patient) {
            return toFound(present());
        }
        if (together.isEmpty()) {
            return toFound(List.of());
        }
        List<String> there = accepting(Stream.concat(together.stream(), others.stream()).distinct().toList());
        long former = together.stream().filter(there::contains).count();
        boolean most = 2 * (former + 1) > together.size() + 1;
        return toFound(most ? there : present());
    }

    /** @param present the other seeds that may be there */
    List<String> toFound(List<String> present) {
        return Stream.concat(Stream.of(self), present.stream()).toList();
    }

    /** The other seeds where something listens. */
    List<String> listening() throws InterruptedException {
        return accepting(others);
    }

    private static List<String> accepting(List<String> nodes) throws InterruptedException {
        return those(nodes, Answer.ACCEPTED::equals);
    }

    private List<String> present() throws InterruptedException {
        return those(others, answer -> answer != Answer.REFUSED);
    }

    /** Asks all at once: a port that refuses says so immediately, a machine out of reach says nothing. */
    private static List<String> those(List<String> nodes, Predicate<Answer> wanted) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> probes = nodes.stream().map(SeedNodes::probe).toList();
            List<Future<Answer>> answers = threads.invokeAll(probes, CONNECT_WITHIN_MS, TimeUnit.MILLISECONDS);
            return IntStream.range(0, nodes.size())
                .filter(i -> wanted.test(answer(answers.get(i))))
                .mapToObj(nodes::get)
                .toList();
        }
    }

    private static Answer answer(Future<Answer> probe) {
        return probe.state() == Future.State.SUCCESS ? probe.resultNow() : Answer.NONE;
    }

    private static Callable<Answer> probe(String seed) {
        int colon = seed.lastIndexOf(':');
        String host = seed.substring(0, colon);
        int port = Integer.parseInt(seed.substring(colon + 1));
        return () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), CONNECT_WITHIN_MS);
                return Answer.ACCEPTED;
            } catch (ConnectException | UnknownHostException nobody) {
                LOG.debug("nobody listens at seed {}: {}", seed, nobody.getMessage());
                return Answer.REFUSED;
            } catch (IOException silent) {
                LOG.debug("seed {} is out of reach: {}", seed, silent.getMessage());
                return Answer.NONE;
            }
        };
    }
}
