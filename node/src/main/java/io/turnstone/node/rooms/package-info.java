/**
 * Rooms for people without SIP: a small JSON protocol over WebSockets by which those who are in a room see each other and
 * exchange offers, answers and candidates. {@code ROOMS.md} says what clients send and receive.
 *
 * <p>A {@link io.turnstone.node.rooms.Room} is a pure machine, in one place of the cluster at a time: it says who is there
 * and passes messages on. Each node has a {@link io.turnstone.node.rooms.RoomDesk} for those of its own clients that are
 * in rooms. What a desk knows is enough to build every one of its rooms again, so a room keeps nothing that outlives it:
 * desks announce their members, and hold what they have sent until its receiver has it.
 *
 * <pre>
 *  client ── desk ── Announce, Say ──▶ room ── Deliver, Roster ──▶ desk ── client
 * </pre>
 */
@NullMarked
package io.turnstone.node.rooms;

import org.jspecify.annotations.NullMarked;
