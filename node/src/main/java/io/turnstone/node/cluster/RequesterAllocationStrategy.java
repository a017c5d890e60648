package io.turnstone.node.cluster;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.cluster.sharding.ShardCoordinator.AbstractShardAllocationStrategy;
import org.apache.pekko.dispatch.Futures;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;

/**
 * Who asks for a shard that nobody hosts gets it, and keeps it: no shard moves to even out the load. Runs in the
 * coordinator. Only when fewer than {@link #FREE_MIN} shards are left for new members to claim does the member with the
 * most give some back, since the shards of the dead gather at those who live long.
 */
final class RequesterAllocationStrategy extends AbstractShardAllocationStrategy {
    static final int FREE_MIN = 100;
    private static final int RETURNED_MAX = 20;

    private final int shardClaims;

    /** @param shardClaims the first shards of each member, which it mints in and is not asked to give back */
    RequesterAllocationStrategy(int shardClaims) {
        this.shardClaims = shardClaims;
    }

    @Override
    public Future<ActorRef> allocateShard(ActorRef requester, String shardId,
        Map<ActorRef, IndexedSeq<String>> currentShardAllocations) {
        return Futures.successful(requester);
    }

    @Override
    public Future<Set<String>> rebalance(Map<ActorRef, IndexedSeq<String>> currentShardAllocations,
        Set<String> rebalanceInProgress) {
        return Futures
            .successful(rebalanceInProgress.isEmpty() ? returned(currentShardAllocations) : Set.<String>of());
    }

    private Set<String> returned(Map<ActorRef, IndexedSeq<String>> allocations) {
        int free = Shards.COUNT;
        int most = 0;
        IndexedSeq<String> richest = null;
        for (IndexedSeq<String> shards : allocations.values()) {
            free -= shards.size();
            if (shards.size() > most) {
                most = shards.size();
                richest = shards;
            }
        }
        if (free >= FREE_MIN || richest == null) {
            return Set.of();
        }
        int last = Math.min(most, shardClaims + Math.min(RETURNED_MAX, FREE_MIN - free));
        Set<String> given = new HashSet<>();
        for (int i = shardClaims; i < last; i++) {
            given.add(richest.apply(i));
        }
        return given;
    }
}
