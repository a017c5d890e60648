package io.turnstone.loadtest.allocate;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which allocations to make. Immutable, any thread.
 *
 * @param count how many are made
 * @param concurrent how many may be under way at once
 * @param perSecond how many are begun in a second; 0: as soon as there is room
 * @param peer whom each client gets a permission and a channel for; null for neither
 * @param holdSeconds how long each is kept before its client gives it back; 0: until all have been made
 */
record AllocationPlan(int count, int concurrent, int perSecond, @Nullable InetSocketAddress peer, int holdSeconds) {}
