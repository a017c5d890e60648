/**
 * A bed of network namespaces with no way out of it: relay hosts behind a balancer, a client network behind a router
 * with NAT, a peer, and the means to break each of them. Needs root, {@code ip}, {@code nft} and {@code conntrack}.
 */
@NullMarked
package io.turnstone.loadtest.bed;

import org.jspecify.annotations.NullMarked;
