/** Experiments that put figures into PERFORMANCE.md: what relaying costs, this server beside another in one run. */
@NullMarked
package io.turnstone.loadtest.compare;

import org.jspecify.annotations.NullMarked;
