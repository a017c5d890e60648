/**
 * Pekko: membership, sharding, split-brain resolver, serialization, and the judgement which nodes are live. The
 * ActorSystem is a replaceable part of the process; everything else holds interfaces that outlive it.
 */
@NullMarked
package io.turnstone.node.cluster;

import org.jspecify.annotations.NullMarked;
