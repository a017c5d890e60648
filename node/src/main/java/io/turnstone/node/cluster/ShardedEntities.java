package io.turnstone.node.cluster;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one type, by id, wherever in the cluster they live. Outlives the ActorSystem: between two of them
 * nothing is minted and what is told is lost, as any datagram may be. {@link #mint()} belongs to one thread, the rest to
 * any.
 *
 * @param <M> what an entity receives
 */
final class ShardedEntities<M> implements ClusterPart {
    /** Where entities run, and the shards and regions that they belong to. */
    static final String DISPATCHER = "turnstone.entities";

    private final EntityTypeKey<M> typeKey;
    private final Class<M> messageType;
    private final LongFunction<Behavior<M>> entities;
    private final M handOver;
    private final int shardClaims;
    private final LongSupplier clockMs;
    private final RandomGenerator mintRandom;
    private final RandomGenerator claimRandom;
    private volatile @Nullable Live<M> live;

    /** What belongs to one ActorSystem. */
    private record Live<M>(ActorRef<ShardingEnvelope<M>> region, ShardClaims claims, CoordinatedShutdown shutdown) {}

    /** @param handOver tells an entity to stop since its shard moves to another node */
    ShardedEntities(EntityTypeKey<M> typeKey, Class<M> messageType, LongFunction<Behavior<M>> entities, M handOver,
        int shardClaims, LongSupplier clockMs, RandomGenerator random) {
        this.typeKey = typeKey;
        this.messageType = messageType;
        this.entities = entities;
        this.handOver = handOver;
        this.shardClaims = shardClaims;
        this.clockMs = clockMs;
        this.mintRandom = new SplittableRandom(random.nextLong());
        this.claimRandom = new SplittableRandom(random.nextLong());
    }

    /** A new id in a shard hosted here now; empty = none is, since this node is not (or no more) ready. */
    OptionalLong mint() {
        int[] hosted = hostedShards();
        return hosted.length == 0
            ? OptionalLong.empty()
            : OptionalLong.of(Shards.mint(hosted[mintRandom.nextInt(hosted.length)], mintRandom));
    }

    /** A new id in {@code shard}, wherever that is hosted; empty = this node is not ready. */
    OptionalLong mintIn(int shard) {
        return hostedShards().length == 0 ? OptionalLong.empty() : OptionalLong.of(Shards.mint(shard, mintRandom));
    }

    void tell(long id, M message) {
        Live<M> current = live;
        if (current != null) {
            current.region().tell(new ShardingEnvelope<>(Shards.entityId(id), message));
        }
    }

    /** The shards hosted here now, ascending. */
    int[] hostedShards() {
        Live<M> current = live;
        return current == null ? new int[0] : current.claims().hosted();
    }

    boolean isHosted(long id) {
        return isAmong(hostedShards(), Shards.shardOf(id));
    }

    private static boolean isAmong(int[] hosted, int shard) {
        return Arrays.binarySearch(hosted, shard) >= 0;
    }

    /** Whether as many shards are hosted here as a ready node needs. */
    boolean isClaimed() {
        return hostedShards().length >= shardClaims;
    }

    @Override
    public void start(ActorContext<Void> guardian) {
        ShardClaims claims = new ShardClaims(shardClaims, claimRandom);
        ActorRef<ShardClaimsActor.Command> claiming = guardian
            .spawn(ShardClaimsActor.create(claims, this::claim, clockMs), typeKey.name() + "-claims");
        guardian.watch(claiming);
        ActorRef<ShardingEnvelope<M>> region = ClusterSharding.get(guardian.getSystem())
            .init(
                Entity.of(typeKey, context -> entity(context, claims, claiming))
                    .withStopMessage(handOver)
                    .withEntityProps(DispatcherSelector.fromConfig(DISPATCHER))
                    .withMessageExtractor(Shards.extractor())
                    .withAllocationStrategy(new RequesterAllocationStrategy(shardClaims)));
        live = new Live<>(region, claims, CoordinatedShutdown.get(guardian.getSystem()));
    }

    @Override
    public void ended() {
        live = null;
    }

    /** A node that is leaving asks for nothing: its shards are closing since it hands them over. */
    private void claim(int shard) {
        Live<M> current = live;
        if (current != null && current.shutdown().getShutdownReason().isEmpty()) {
            Adapter.toClassic(current.region())
                .tell(new ShardRegion.StartEntity(Shards.entityId(shard)), org.apache.pekko.actor.ActorRef.noSender());
        }
    }

    private Behavior<M> entity(EntityContext<M> context, ShardClaims claims,
        ActorRef<ShardClaimsActor.Command> claiming) {
        long id = Shards.idOf(context.getEntityId());
        int shard = Shards.shardOf(id);
        if (Shards.isAnchor(id)) {
            return ShardAnchor.create(messageType, handOver, shard, claiming);
        }
        if (!isAmong(claims.hosted(), shard)) {
            claiming.tell(new ShardClaimsActor.Occupied(shard));
        }
        return entities.apply(id);
    }
}
