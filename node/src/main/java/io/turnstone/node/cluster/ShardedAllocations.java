package io.turnstone.node.cluster;

import io.turnstone.node.allocation.AllocationActor;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.Allocations;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/**
 * The authorities of all allocations of the cluster, as the control thread sees them. Outlives the ActorSystem: between
 * two of them it mints nothing, and what it is told is lost, as any datagram may be. An authority that is on this node and
 * stays there is told directly; all others by the region of the shards, which starts them, finds them elsewhere, and keeps
 * what they are told while they move.
 */
public final class ShardedAllocations implements Allocations, ClusterPart {
    private static final EntityTypeKey<AllocationActor.Message> TYPE = EntityTypeKey
        .create(AllocationActor.Message.class, "allocation");

    private final ShardedEntities<AllocationActor.Message> entities;
    private final AllocationActor.Residents residents;
    private final Consumer<AllocationReply> replies;
    private volatile @Nullable ActorRef<AllocationReply> gateway;

    /**
     * @param shardClaims how many shards are held before this node is ready
     * @param actors makes the authority of an allocation, by id
     * @param residents whom those actors enter themselves into
     * @param replies takes each reply from another node, where entities run: on the control thread
     * @param random is drawn from here only
     */
    public ShardedAllocations(int shardClaims, LongFunction<Behavior<AllocationActor.Message>> actors,
        AllocationActor.Residents residents, Consumer<AllocationReply> replies, LongSupplier clockMs,
        RandomGenerator random) {
        this.entities = new ShardedEntities<>(
            TYPE,
            AllocationActor.Message.class,
            actors,
            new AllocationActor.HandOver(),
            shardClaims,
            clockMs,
            random);
        this.residents = residents;
        this.replies = replies;
    }

    @Override
    public OptionalLong mint() {
        return entities.mint();
    }

    @Override
    public OptionalLong mintIn(int shard) {
        return entities.mintIn(shard);
    }

    /** Anything but a request concerns an authority on this node only, and is dropped if it is not here. */
    @Override
    public void tell(long allocationId, AllocationCommand command) {
        ActorRef<AllocationReply> replyTo = gateway;
        if (replyTo == null) {
            return;
        }
        AllocationActor.Envelope message = new AllocationActor.Envelope(command, replyTo);
        ActorRef<AllocationActor.Message> resident = residents.find(allocationId);
        if (resident != null) {
            resident.tell(message);
        } else if (command instanceof AllocationCommand.Request || entities.isHosted(allocationId)) {
            entities.tell(allocationId, message);
        }
    }

    /** Whether as many shards are hosted here as a ready node needs. */
    public boolean isClaimed() {
        return entities.isClaimed();
    }

    /** How many shards are hosted here now. */
    public int shardsHosted() {
        return entities.hostedShards().length;
    }

    @Override
    public void start(ActorContext<Void> guardian) {
        gateway = guardian.spawn(Behaviors.receiveMessage(reply -> {
            replies.accept(reply);
            return Behaviors.same();
        }), "allocation-gateway", DispatcherSelector.fromConfig(ShardedEntities.DISPATCHER));
        entities.start(guardian);
    }

    @Override
    public void ended() {
        gateway = null;
        entities.ended();
    }
}
