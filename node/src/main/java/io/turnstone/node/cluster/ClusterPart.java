package io.turnstone.node.cluster;

import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What {@link ClusterRuntime} starts in every ActorSystem that it makes: the entities of one protocol. The part itself
 * outlives them all.
 */
public interface ClusterPart {
    /** Called while the guardian of a new ActorSystem sets up; whatever an earlier call made is gone. */
    void start(ActorContext<Void> guardian);

    /** Called when the ActorSystem has ended. */
    void ended();
}
