package io.turnstone.node.cluster;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * An entity that lives where its shard lives and does nothing else: by its birth and its death the node knows that it
 * hosts the shard, and asking for it is how a shard is claimed. One per shard, with the shard's number as its id.
 */
final class ShardAnchor {
    private ShardAnchor() {}

    static <M> Behavior<M> create(Class<M> type, M handOver, int shard, ActorRef<ShardClaimsActor.Command> claims) {
        return Behaviors.setup(context -> {
            claims.tell(new ShardClaimsActor.Opened(shard));
            return Behaviors.receive(type)
                .onMessageEquals(handOver, Behaviors::stopped)
                .onAnyMessage(ignored -> Behaviors.same())
                .onSignal(PostStop.class, stopped -> {
                    claims.tell(new ShardClaimsActor.Closed(shard));
                    return Behaviors.same();
                })
                .build();
        });
    }
}
