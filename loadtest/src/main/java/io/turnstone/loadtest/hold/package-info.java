/**
 * {@code turnstone-loadtest hold}: keeps allocations alive as real clients do, sends numbered packets through some of
 * them both ways, and tells what a fault of the server did to each flow.
 */
@NullMarked
package io.turnstone.loadtest.hold;

import org.jspecify.annotations.NullMarked;
