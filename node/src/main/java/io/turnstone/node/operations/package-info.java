/** What an operator sees and asks over HTTP: health, readiness, metrics, allocations. Reads views, changes nothing. */
@NullMarked
package io.turnstone.node.operations;

import org.jspecify.annotations.NullMarked;
