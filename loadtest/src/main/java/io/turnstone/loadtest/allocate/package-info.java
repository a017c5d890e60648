/**
 * {@code turnstone-loadtest alloc} and {@code churn}: what making allocations costs a server, and how long a client waits
 * for one.
 */
@NullMarked
package io.turnstone.loadtest.allocate;

import org.jspecify.annotations.NullMarked;
