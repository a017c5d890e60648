package io.turnstone.node.cluster;

import io.turnstone.node.rib.NodeDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.ClusterEvent.ClusterShuttingDown$;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges {@link NodeDescriptor}s with the same actor of every other member, found by its path, and reports the
 * membership to {@link ClusterEvents}. Refuses this member, when it is up, if the cluster is too large with it or an
 * older member speaks another version or relays differently.
 */
final class MembershipActor extends AbstractBehavior<MembershipActor.Message> {
    static final String NAME = "membership";

    private static final Logger LOG = LoggerFactory.getLogger(MembershipActor.class);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(300);
    private static final Duration MISSING_AFTER = Duration.ofSeconds(5);

    sealed interface Message {}

    /** What {@code sender} is. If {@code answerWanted}, it has yet to learn the same of the receiver. */
    record Introduction(UniqueAddress sender, NodeDescriptor node, boolean answerWanted) implements Message {}

    /** Seeds, HOST:PORT, that are no members and where something listens: perhaps members of a cluster that was founded apart. */
    record Greet(List<String> seeds) implements Message {}

    private record Happened(ClusterDomainEvent event) implements Message {}

    private record AskAgain() implements Message {}

    private record ForgetTheMissing() implements Message {}

    private record GoOnAlone() implements Message {}

    /**
     * What the actor works with.
     *
     * @param self what this node is
     * @param known outlives the actor
     * @param membersMax the size past which a new member refuses itself
     * @param stableAfter when Pekko's split-brain resolver decides
     * @param outcome what becomes of the membership
     */
    record Setting(NodeDescriptor self, KnownMembers known, int membersMax, Duration stableAfter, ClusterEvents events,
        Outcome outcome) {}

    /** The ends that a membership may come to; called by the actor's thread. */
    interface Outcome {
        /** @param reason for the operator, why this node cannot be a member */
        void refused(String reason);

        /** The others have removed this node, or it has left. */
        void removed();
    }

    private final Setting setting;
    private final TimerScheduler<Message> timers;
    private final Cluster cluster;
    private final OtherOfTwo otherOfTwo;
    private boolean up;
    private boolean ending;

    private MembershipActor(ActorContext<Message> context, TimerScheduler<Message> timers, Setting setting) {
        super(context);
        this.timers = timers;
        this.setting = setting;
        this.cluster = Cluster.get(context.getSystem());
        this.otherOfTwo = new OtherOfTwo(cluster.selfMember().uniqueAddress());
    }

    static Behavior<Message> create(Setting setting) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            setting.known().startOver();
            timers.startTimerWithFixedDelay(new AskAgain(), ASK_AGAIN_AFTER);
            Cluster.get(context.getSystem())
                .subscriptions()
                .tell(Subscribe.create(
                    context.messageAdapter(ClusterDomainEvent.class, Happened::new),
                    ClusterDomainEvent.class));
            return new MembershipActor(context, timers, setting);
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onMessage)
            .onSignal(PostStop.class, stopped -> onStopped())
            .build();
    }

    private Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Introduction introduction -> onIntroduction(introduction);
            case Greet(List<String> seeds) -> seeds.stream().filter(this::isStranger).forEach(this::greet);
            case Happened(ClusterDomainEvent event) -> onEvent(event);
            case AskAgain() -> setting.known().awaited().forEach(member -> introduceTo(member, true));
            case ForgetTheMissing() -> setting.known().forgetTheMissing();
            case GoOnAlone() -> otherOfTwo.lost().ifPresent(this::goOnWithout);
        }
        return this;
    }

    private void onEvent(ClusterDomainEvent event) {
        if (ending) {
            return;
        }
        otherOfTwo.on(event);
        switch (event) {
            // What Pekko says after this is that everyone was removed; but it is only this node that goes.
            case ClusterShuttingDown$ last -> {
                ending = true;
                setting.outcome().removed();
            }
            case MemberEvent change when isSelf(change.member()) -> onSelf(change);
            case MemberRemoved removed -> setting.known().removed(removed.member().uniqueAddress());
            case MemberEvent change -> onOther(change.member().uniqueAddress());
            case UnreachableMember lost -> setting.known()
                .node(lost.member().uniqueAddress())
                .ifPresent(node -> LOG.warn("{} is unreachable", node.name()));
            default -> {
            }
        }
        considerGoingOnAlone();
    }

    /**
     * Neither of two is a majority, so each removes the other and goes on: routes merge, port slices are disjoint. Well
     * before the split-brain resolver would end one of them.
     */
    private void considerGoingOnAlone() {
        if (otherOfTwo.lost().isEmpty()) {
            timers.cancel(GoOnAlone.class);
        } else if (!timers.isTimerActive(GoOnAlone.class)) {
            timers.startSingleTimer(GoOnAlone.class, new GoOnAlone(), setting.stableAfter().dividedBy(2));
        }
    }

    private void goOnWithout(UniqueAddress other) {
        LOG.warn("{} is gone; this node, the other one of two, goes on alone", other.address().hostPort());
        cluster.manager().tell(new Down(other.address()));
    }

    private void onSelf(MemberEvent change) {
        if (!(change instanceof MemberUp)) {
            return;
        }
        long older = members().filter(member -> member.isOlderThan(change.member())).count();
        if (older >= setting.membersMax()) {
            setting.outcome()
                .refused(
                    "the cluster has " + older + " members and may have no more than " + setting.membersMax()
                        + " (turnstone.cluster.size-maximum), since every node holds every route");
            return;
        }
        up = true;
        LOG.info("This node, {}, is a member", setting.self().name());
        timers.startSingleTimer(new ForgetTheMissing(), MISSING_AFTER);
        setting.events().selfUp((int) older);
    }

    private void onOther(UniqueAddress member) {
        if (setting.known().node(member).isEmpty() && !setting.known().isAwaited(member)) {
            setting.known().appeared(member);
            introduceTo(member, true);
        }
    }

    private void onIntroduction(Introduction introduction) {
        UniqueAddress sender = introduction.sender();
        if (introduction.answerWanted()) {
            introduceTo(sender, false);
        }
        Optional<String> objection = objection(introduction.node());
        if (!setting.known().isAwaited(sender)) {
            if (objection.isEmpty() && members().noneMatch(member -> member.uniqueAddress().equals(sender))) {
                setting.known().met(introduction.node());
            }
        } else if (objection.isEmpty()) {
            setting.known().introduced(sender, introduction.node());
        } else {
            onIncompatible(sender, objection.get());
        }
    }

    private Optional<String> objection(NodeDescriptor other) {
        if (WireVersion.isCompatible(setting.self().wireVersion(), other.wireVersion())) {
            return setting.self().relayConflict(other);
        }
        return Optional.of(
            other.name() + " speaks version " + other.wireVersion()
                + " of the messages between nodes, this node version "
                + setting.self().wireVersion() + ", and they must not be more than one apart");
    }

    /** The younger of the two goes; the older one only does not report it. */
    private void onIncompatible(UniqueAddress other, String objection) {
        boolean otherIsOlder = members()
            .filter(member -> member.uniqueAddress().equals(other))
            .anyMatch(member -> member.isOlderThan(cluster.selfMember()));
        if (otherIsOlder) {
            setting.outcome().refused(objection);
        } else {
            LOG.warn("{}: it is expected to leave, and gets no routes", objection);
        }
    }

    /** Those whom this cluster has removed are heard over the fabric; to Pekko they are dead. */
    private boolean isStranger(String seed) {
        return up && !setting.known().wasMember(seed);
    }

    private void greet(String seed) {
        introduceTo(AddressFromURIString.parse(cluster.selfMember().address().protocol() + "://"
            + cluster.selfMember().address().system() + "@" + seed), true);
    }

    private void introduceTo(UniqueAddress member, boolean answerWanted) {
        introduceTo(member.address(), answerWanted);
    }

    private void introduceTo(Address member, boolean answerWanted) {
        Introduction introduction = new Introduction(cluster.selfMember().uniqueAddress(), setting.self(),
            answerWanted);
        Adapter.toClassic(getContext().getSystem())
            .actorSelection(member + "/user/" + NAME)
            .tell(introduction, ActorRef.noSender());
    }

    private Behavior<Message> onStopped() {
        if (up) {
            setting.events().selfDown();
        }
        return this;
    }

    private Stream<Member> members() {
        return MemberList.of(cluster);
    }

    private boolean isSelf(Member member) {
        return member.uniqueAddress().equals(cluster.selfMember().uniqueAddress());
    }
}
