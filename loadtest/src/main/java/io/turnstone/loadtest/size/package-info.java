/** What it costs that every node holds every route: measured on three nodes with up to 100,000 allocations. */
@NullMarked
package io.turnstone.loadtest.size;

import org.jspecify.annotations.NullMarked;
