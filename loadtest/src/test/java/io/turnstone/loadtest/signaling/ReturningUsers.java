package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.command.Sample;
import io.turnstone.loadtest.signaling.UserAgent.Identity;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Users of several servers, who come back to the others when one is lost. Each is told something by a user of another
 * server as soon as it is registered again. One thread calls; the loop does the work.
 */
public final class ReturningUsers implements AutoCloseable {
    private static final int AT_ONCE = 64;
    private static final long WAIT_NS_MAX = TimeUnit.MINUTES.toNanos(1);
    /** How long a balancer goes on sending connections to a server that is lost. */
    private static final long NOTICED_NS = TimeUnit.SECONDS.toNanos(1);

    private final ClientLoop loop = ClientLoop.start();
    private final ExecutorService connecting = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ReturningUser> users = new ArrayList<>();
    private final List<InetSocketAddress> servers;
    private final Identity pattern;
    private final Random random;
    private final Map<String, Telling> tellings = new HashMap<>();
    private final Map<String, Integer> faults = new TreeMap<>();
    private Loss loss = new Loss(-1, 0, 0);

    /** Something that one user tells another, which is to arrive once. */
    private static final class Telling {
        private final ReturningUser to;
        private int arrived;

        Telling(ReturningUser to) {
            this.to = to;
        }
    }

    /** A server that is lost, and what becomes of those that were connected to it. The loop's thread. */
    private static final class Loss {
        private final int server;
        private final long sinceNs;
        private final CountDownLatch away;
        private final Histogram registeredNs = new Histogram(WAIT_NS_MAX, 3);
        private final Histogram reachedNs = new Histogram(WAIT_NS_MAX, 3);

        Loss(int server, long sinceNs, int away) {
            this.server = server;
            this.sinceNs = sinceNs;
            this.away = new CountDownLatch(away);
        }
    }

    /**
     * What became of those who had lost their server.
     *
     * @param users how many
     * @param registeredNs from the loss to the answer to its registration, for each
     * @param reachedNs from then until it had been told something, for each that was
     */
    public record Return(int users, Histogram registeredNs, Histogram reachedNs) {}

    /** @param pattern a target for each server, all with the same users */
    public ReturningUsers(List<SignalingTarget> pattern, long seed) {
        this.servers = pattern.stream().map(SignalingTarget::server).toList();
        SignalingTarget first = pattern.getFirst();
        this.pattern = new Identity(first.user(), first.password(), first.domain());
        this.random = new Random(seed);
    }

    /** So many users, evenly spread, are connected and registered when this returns; how that went. */
    public Sample start(int count) {
        ReturningUser.Shared shared = new ReturningUser.Shared(loop, connecting, new Chooser(), new Listener(), random);
        for (int first = 0; first < count; first += AT_ONCE) {
            List<CompletableFuture<ReturningUser>> next = IntStream.range(first, Math.min(count, first + AT_ONCE))
                .mapToObj(number -> CompletableFuture.supplyAsync(() -> user(shared, number), connecting))
                .toList();
            next.forEach(user -> users.add(user.join()));
        }
        return new Series(loop, count, AT_ONCE, number -> users.get(number).agent()::register).run(() -> 0);
    }

    private ReturningUser user(ReturningUser.Shared shared, int number) {
        Identity identity = new Identity(pattern.user() + number, pattern.password(), pattern.domain());
        return new ReturningUser(shared, identity, number, number % servers.size());
    }

    /** Returns when all who were connected to that server are registered elsewhere and have been told something. */
    public Return lose(int server, Runnable kill) {
        int away = (int) users.stream().filter(user -> user.server() == server).count();
        loop.call(() -> loss = new Loss(server, System.nanoTime(), away));
        kill.run();
        Pause.until(loss.away);
        return new Return(away, loss.registeredNs, loss.reachedNs);
    }

    /** Everybody is told something by a user of another server; how that went. */
    public Sample tellEverybody() {
        return new Series(loop, users.size(), AT_ONCE, number -> done -> tell(users.get(number), done)).run(() -> 0);
    }

    /** What has gone wrong so far, and how often; what has not arrived, or more than once, counts as such. */
    public Map<String, Integer> faults() {
        Map<String, Integer> all = new TreeMap<>();
        loop.call(() -> {
            all.putAll(faults);
            tellings.values()
                .stream()
                .filter(telling -> telling.arrived != 1)
                .forEach(telling -> all.merge("arrived " + telling.arrived + " times", 1, Integer::sum));
        });
        return all;
    }

    private void tell(ReturningUser user, Consumer<String> done) {
        String content = "telling " + tellings.size();
        tellings.put(content, new Telling(user));
        teller(user).agent().tell(user.agent().addressOfRecord(), content, done);
    }

    /** Somebody who is connected to another server, and not to the one that is lost. */
    private ReturningUser teller(ReturningUser user) {
        while (true) {
            ReturningUser other = users.get(random.nextInt(users.size()));
            if (other.server() != user.server() && other.server() != loss.server) {
                return other;
            }
        }
    }

    private void fault(String what) {
        faults.merge(what, 1, Integer::sum);
    }

    /** Knows of a lost server after a while only. */
    private final class Chooser implements ReturningUser.Balancer {
        @Override
        public int choose() {
            int chosen = random.nextInt(servers.size());
            while (chosen == loss.server && System.nanoTime() - loss.sinceNs > NOTICED_NS) {
                chosen = random.nextInt(servers.size());
            }
            return chosen;
        }

        @Override
        public InetSocketAddress address(int server) {
            return servers.get(server);
        }
    }

    private final class Listener implements ReturningUser.Events {
        @Override
        public void onRegisteredAgain(ReturningUser user, String outcome) {
            if (!outcome.equals(UserAgent.DONE)) {
                fault("registered again: " + outcome);
                loss.away.countDown();
                return;
            }
            long registeredNs = System.nanoTime();
            loss.registeredNs.recordValue(Math.min(registeredNs - loss.sinceNs, WAIT_NS_MAX));
            tell(user, told -> {
                if (told.equals(UserAgent.DONE)) {
                    loss.reachedNs.recordValue(Math.min(System.nanoTime() - registeredNs, WAIT_NS_MAX));
                } else {
                    fault("told after it had registered again: " + told);
                }
                loss.away.countDown();
            });
        }

        @Override
        public void onTold(ReturningUser user, String content, boolean alive) {
            Telling telling = tellings.get(content);
            if (telling == null || telling.to != user) {
                fault("reached who was not meant");
            } else if (!alive) {
                fault("reached by an old contact or connection");
            } else {
                telling.arrived++;
            }
        }
    }

    /** Disconnects all. */
    @Override
    public void close() {
        loop.close();
        connecting.close();
    }
}
