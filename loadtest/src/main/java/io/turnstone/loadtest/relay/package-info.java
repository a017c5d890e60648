/**
 * {@code turnstone-loadtest relay}: how much relaying costs a TURN server, and how long it takes.
 *
 * <p>{@link io.turnstone.loadtest.relay.FlowMaker} allocates and binds with ordinary clients, whose sockets are then
 * opened anew for the {@link io.turnstone.loadtest.relay.Generator}: one thread that sends and receives many datagrams in
 * a call, so that it takes as little as possible of the machine it shares with the server.
 * {@link io.turnstone.loadtest.relay.RelayRun} is one measurement, {@link io.turnstone.loadtest.relay.Rounds} several of
 * several servers in turn.
 */
@NullMarked
package io.turnstone.loadtest.relay;

import org.jspecify.annotations.NullMarked;
