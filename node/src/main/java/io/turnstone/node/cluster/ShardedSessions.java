package io.turnstone.node.cluster;

import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.session.SessionCommand;
import io.turnstone.node.session.SessionName;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.Sessions;
import io.turnstone.node.session.SignalingSessionActor;
import io.turnstone.node.session.SignalingSessionActor.Delivery;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the whole cluster, by name. Outlives the ActorSystem: between two of them what is told is lost, as any
 * datagram may be. Unlike allocations, sessions are not minted where they are needed: their shards are spread evenly, since
 * nobody waits for a session.
 */
public final class ShardedSessions implements Sessions, ClusterPart {
    /** The version of the messages between nodes since which they tell sessions, and sessions them. */
    static final int SINCE_VERSION = 5;

    /** Part of the wire, so it never changes. */
    private static final int SHARDS = 100;
    private static final EntityTypeKey<SignalingSessionActor.Message> TYPE = EntityTypeKey
        .create(SignalingSessionActor.Message.class, "session");
    /** Who delivers notices to a node: others find it by its path, so that never changes either. */
    private static final String GATEWAY = "session-gateway";

    private final NodeDescriptor self;
    private final SignalingSessionActor.World world;
    private final Consumer<SessionNotice> notices;
    private final ConcurrentMap<Long, NodeDescriptor> others = new ConcurrentHashMap<>();
    private volatile @Nullable Live live;

    /** What belongs to one ActorSystem. */
    private record Live(ActorRef<ShardingEnvelope<SignalingSessionActor.Message>> region, ActorRef<Delivery> gateway,
        ActorRefResolver resolver) {}

    /**
     * @param world what the sessions on this node act upon
     * @param notices takes what sessions tell this node, on the control thread
     */
    public ShardedSessions(NodeDescriptor self, SignalingSessionActor.World world, Consumer<SessionNotice> notices) {
        this.self = self;
        this.world = world;
        this.notices = notices;
    }

    @Override
    public void tell(SessionName name, SessionCommand.Telling command) {
        Live current = live;
        if (current != null) {
            current.region()
                .tell(new ShardingEnvelope<>(name.text(), new SignalingSessionActor.Envelope(command)));
        }
    }

    @Override
    public void handOn(SessionName name, SessionCommand.Telling state) {
        if (!others.isEmpty()) {
            tell(name, state);
        }
    }

    @Override
    public void tellNode(long incarnation, SessionNotice notice) {
        Live current = live;
        if (current == null) {
            return;
        }
        NodeDescriptor other = others.get(incarnation);
        if (incarnation == self.incarnation()) {
            current.gateway().tell(new Delivery(incarnation, notice));
        } else if (other != null) {
            gatewayOf(current, other).tell(new Delivery(incarnation, notice));
        }
    }

    @Override
    public void tellAllNodes(SessionNotice notice) {
        tellNode(self.incarnation(), notice);
        others.keySet().forEach(other -> tellNode(other, notice));
    }

    private static ActorRef<Delivery> gatewayOf(Live current, NodeDescriptor node) {
        return current.resolver()
            .resolveActorRef("pekko://" + ClusterRuntime.SYSTEM_NAME + "@" + node.name() + "/user/" + GATEWAY);
    }

    /** That node may be told of sessions from now on, if it knows what they say. Control thread. */
    public void nodeJoined(NodeDescriptor node) {
        if (node.incarnation() != self.incarnation() && self.bothSpeak(SINCE_VERSION, node)) {
            others.put(node.incarnation(), node);
        }
    }

    /** That node is no member any more; the sessions that are here hear of it. Control thread. */
    public void nodeLeft(long incarnation) {
        others.remove(incarnation);
        world.residents().tellAll(new SessionCommand.NodeEnded(incarnation));
    }

    @Override
    public void start(ActorContext<Void> guardian) {
        DispatcherSelector control = DispatcherSelector.fromConfig(ShardedEntities.DISPATCHER);
        ActorRef<Delivery> gateway = guardian.spawn(Behaviors.receiveMessage(this::deliver), GATEWAY, control);
        ActorRef<ShardingEnvelope<SignalingSessionActor.Message>> region = ClusterSharding.get(guardian.getSystem())
            .init(
                Entity.of(TYPE, context -> entity(context.getEntityId()))
                    .withStopMessage(new SignalingSessionActor.HandOver())
                    .withEntityProps(control)
                    .withMessageExtractor(new HashCodeMessageExtractor<>(SHARDS)));
        live = new Live(region, gateway, ActorRefResolver.get(guardian.getSystem()));
    }

    private Behavior<Delivery> deliver(Delivery delivery) {
        if (delivery.addressee() == self.incarnation()) {
            notices.accept(delivery.notice());
        }
        return Behaviors.same();
    }

    private Behavior<SignalingSessionActor.Message> entity(String text) {
        return SessionName.parse(text)
            .map(name -> SignalingSessionActor.create(name, this, world))
            .orElseGet(Behaviors::stopped);
    }

    @Override
    public void ended() {
        live = null;
    }
}
