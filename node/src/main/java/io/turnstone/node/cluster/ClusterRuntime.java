package io.turnstone.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.node.rib.NodeDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.dispatch.ExecutionContexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ActorSystem as a replaceable part of the process. When it ends, because this member was removed by the others or
 * something in it failed, a thread of its own starts another, which joins again; forwarding never notices. Its methods
 * may be called by any thread but an actor's.
 *
 * <pre>
 * STARTED   the ActorSystem ends    -> STARTED   a new one joins
 *           another cluster is larger -> STARTED   a new one joins that
 *           refused                 -> REFUSED   leaves; no new one
 *           stop                    -> STOPPED   leaves; no new one
 * </pre>
 */
public final class ClusterRuntime implements AutoCloseable {
    /** Part of every member's address, so all nodes of all releases use the same. */
    static final String SYSTEM_NAME = "turnstone";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterRuntime.class);
    private static final long START_AGAIN_AFTER_MS = 1_000;
    private static final long ASK_AGAIN_AFTER_MS = 3_000;
    private static final long LOOK_AGAIN_AFTER_MS = 500;
    private static final long GREET_AFTER_MS = 2_000;
    /** For which a node that gives way asks only those to whom it does. */
    private static final long GIVE_WAY_MS = 10_000;
    /** Before it, the members of a cluster leave it and hand over; then only this process ends something. */
    private static final String LAST_PHASE = "before-actor-system-terminate";
    private static final long STOP_WITHIN_MS = 15_000;

    private enum State {
        STARTED,
        REFUSED,
        STOPPED
    }

    private final ClusterSettings settings;
    private final NodeDescriptor self;
    private final ClusterEvents events;
    private final List<ClusterPart> parts;
    private final Config overrides;
    private final KnownMembers known;
    private final ExecutorService supervisor = Executors
        .newSingleThreadExecutor(Thread.ofPlatform().daemon().name("cluster-supervisor").factory());
    private final Executor inbox;
    private volatile State state = State.STARTED;
    private volatile @Nullable ActorSystem<Void> system;
    private volatile @Nullable ActorRef<MembershipActor.Message> membership;
    private volatile List<String> winners = List.of();

    /** @param inbox where {@code events} are called and allocations' actors and shards run, one after the other */
    public ClusterRuntime(ClusterSettings settings, NodeDescriptor self, List<? extends ClusterPart> parts,
        ClusterEvents events, Executor inbox) {
        this(settings, self, parts, new InboxClusterEvents(events, inbox), inbox, ConfigFactory.empty());
    }

    /** @param overrides lies over everything else, for tests that need an ActorSystem which dies without a word */
    ClusterRuntime(ClusterSettings settings, NodeDescriptor self, List<? extends ClusterPart> parts,
        ClusterEvents events, Executor inbox, Config overrides) {
        this.overrides = overrides;
        this.inbox = inbox;
        this.settings = settings;
        this.self = self;
        this.events = events;
        this.parts = List.copyOf(parts);
        this.known = new KnownMembers(events);
    }

    /**
     * Starts the first ActorSystem and begins to join. Returns before this node is a member.
     *
     * @throws IllegalStateException above all if the address cannot be bound
     */
    public void start() {
        try {
            CompletableFuture.runAsync(this::launch, supervisor).join();
        } catch (CompletionException failed) {
            throw new IllegalStateException(
                "the cluster part cannot be started at " + settings.host() + ":" + settings.port() + ": "
                    + failed.getCause(),
                failed);
        }
    }

    /** Ends the ActorSystem, leaving the cluster; another one joins. */
    public void restart() {
        ActorSystem<Void> current = system;
        if (current != null) {
            current.terminate();
        }
    }

    /**
     * Gives this node's cluster up for another one: ends the ActorSystem at once; another one joins those named.
     *
     * @param members HOST:PORT of members of the other cluster
     */
    public void giveWayTo(List<String> members) {
        ActorSystem<Void> current = system;
        if (state == State.STARTED && current != null) {
            LOG.warn("This node gives its cluster up and joins that of {}", members);
            winners = List.copyOf(members);
            endNow(current);
        }
    }

    /** Without leaving: there is nobody to say goodbye to. */
    private static void endNow(ActorSystem<?> ending) {
        CoordinatedShutdown.get(ending)
            .run(CoordinatedShutdown.clusterDowningReason(), Optional.of(LAST_PHASE));
    }

    /** Leaves the cluster, hands the shards over, and ends. Returns when that is done or has taken too long. */
    public void stop() {
        if (supervisor.isShutdown()) {
            return;
        }
        if (state == State.STARTED) {
            state = State.STOPPED;
        }
        CompletableFuture.runAsync(this::restart, supervisor).join();
        ActorSystem<Void> current = system;
        if (current != null) {
            awaitEnd(current);
        }
        supervisor.shutdown();
    }

    @Override
    public void close() {
        stop();
    }

    /** HOST:PORT as bound; what a seed is named by. */
    public String address() {
        ActorSystem<Void> current = system;
        if (current == null) {
            throw new IllegalStateException("the cluster part is not started");
        }
        return hostPort(current.address());
    }

    private static String hostPort(Address address) {
        return address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow();
    }

    /** The current ActorSystem, if there is one. */
    Optional<ActorSystem<Void>> system() {
        return Optional.ofNullable(system);
    }

    private void launch() {
        Config config = overrides.withFallback(PekkoConfig.of(settings));
        // Whose executor is the default one runs on the control thread: see turnstone-pekko.conf.
        BootstrapSetup setup = BootstrapSetup.create(config)
            .withDefaultExecutionContext(ExecutionContexts.fromExecutor(inbox));
        ActorSystem<Void> started = ActorSystem.create(guardian(), SYSTEM_NAME, setup);
        system = started;
        started.getWhenTerminated().whenCompleteAsync((done, failure) -> onEnded(), supervisor);
        tend(started, System.nanoTime());
    }

    /** Again and again: asks to be let in until this node is, or founds a cluster; then looks for clusters founded apart. */
    private void tend(ActorSystem<Void> joining, long sinceNs) {
        if (joining.whenTerminated().isCompleted()) {
            return;
        }
        Cluster cluster = Cluster.get(joining);
        long againAfterMs;
        try {
            if (cluster.selfMember().status().equals(MemberStatus.removed())) {
                boolean asked = askToJoin(cluster, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNs));
                againAfterMs = asked ? ASK_AGAIN_AFTER_MS : LOOK_AGAIN_AFTER_MS;
            } else {
                greetStrangers(cluster);
                againAfterMs = GREET_AFTER_MS;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        }
        CompletableFuture.delayedExecutor(againAfterMs, TimeUnit.MILLISECONDS, supervisor)
            .execute(() -> tend(joining, sinceNs));
    }

    /** Whether there is anybody to ask. */
    private boolean askToJoin(Cluster cluster, long askedForMs) throws InterruptedException {
        boolean patient = askedForMs < settings.failureTimes().foundAloneAfterMs();
        List<String> asked = winners.isEmpty() || askedForMs >= GIVE_WAY_MS
            ? new SeedNodes(settings.seeds(), address()).toAsk(patient, known.others())
            : winners;
        List<Address> addresses = asked.stream()
            .map(seed -> AddressFromURIString.parse("pekko://" + SYSTEM_NAME + "@" + seed))
            .toList();
        if (!addresses.isEmpty()) {
            cluster.manager().tell(new JoinSeedNodes(addresses));
        }
        return !addresses.isEmpty();
    }

    private void greetStrangers(Cluster cluster) throws InterruptedException {
        winners = List.of();
        Set<String> members = MemberList.of(cluster)
            .map(member -> hostPort(member.address()))
            .collect(Collectors.toSet());
        List<String> strangers = settings.seeds().stream().filter(seed -> !members.contains(seed)).toList();
        ActorRef<MembershipActor.Message> greeter = membership;
        if (greeter != null && !strangers.isEmpty()) {
            greeter.tell(new MembershipActor.Greet(new SeedNodes(strangers, address()).listening()));
        }
    }

    private void onEnded() {
        system = null;
        parts.forEach(ClusterPart::ended);
        if (state == State.STARTED) {
            LOG.info("The ActorSystem has ended; starting another that joins the cluster again");
            launchAgain();
        }
    }

    private void launchAgain() {
        if (state != State.STARTED) {
            return;
        }
        try {
            launch();
        } catch (RuntimeException failed) {
            LOG.warn("The ActorSystem cannot be started, trying again: {}", failed.getMessage());
            CompletableFuture.delayedExecutor(START_AGAIN_AFTER_MS, TimeUnit.MILLISECONDS, supervisor)
                .execute(this::launchAgain);
        }
    }

    /** Its children are watched: one that fails ends the ActorSystem, which then is replaced. */
    private Behavior<Void> guardian() {
        return Behaviors.setup(context -> {
            MembershipActor.Setting setting = new MembershipActor.Setting(self, known, settings.membersMax(),
                Duration.ofMillis(settings.failureTimes().stableAfterMs()), events, new Ends(context.getSystem()));
            ActorRef<MembershipActor.Message> actor = context
                .spawn(MembershipActor.create(setting), MembershipActor.NAME);
            context.watch(actor);
            membership = actor;
            parts.forEach(part -> part.start(context));
            return Behaviors.empty();
        });
    }

    private void refuse(String reason) {
        if (state == State.STARTED) {
            state = State.REFUSED;
            LOG.error("This node leaves the cluster: {}", reason);
            events.refused(reason);
            restart();
        }
    }

    private final class Ends implements MembershipActor.Outcome {
        private final ActorSystem<?> ending;

        Ends(ActorSystem<?> ending) {
            this.ending = ending;
        }

        @Override
        public void refused(String reason) {
            refuse(reason);
        }

        /** Does nothing where this node is leaving: then the end is under way. */
        @Override
        public void removed() {
            endNow(ending);
        }
    }

    private static void awaitEnd(ActorSystem<Void> ending) {
        try {
            ending.getWhenTerminated().toCompletableFuture().get(STOP_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.warn("The ActorSystem has not ended within {} ms: {}", STOP_WITHIN_MS, late.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
