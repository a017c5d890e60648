/**
 * The doors through which applications' back ends ask for TURN credentials over HTTP: each {@link
 * io.turnstone.node.doors.Door} speaks one format, {@link io.turnstone.node.doors.Doors} lets in and limits,
 * {@link io.turnstone.node.doors.DoorServer} carries it. Nothing here is kept: a credential is a name, a time and a hash.
 */
@NullMarked
package io.turnstone.node.doors;

import org.jspecify.annotations.NullMarked;
