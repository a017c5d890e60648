/**
 * Versioned soft state on the reliable stream between nodes: announce, withdraw, acknowledge, compare, repair. Generic
 * over a {@link io.turnstone.node.replication.RecordCodec}; knows no route and no binding. Pure: messages and the time in,
 * messages out.
 */
@NullMarked
package io.turnstone.node.replication;

import org.jspecify.annotations.NullMarked;
