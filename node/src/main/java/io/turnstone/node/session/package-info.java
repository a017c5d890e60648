/**
 * What outlasts a transaction of signaling: one sharded actor for each session, around a pure machine that is chosen by
 * the kind of the session. A call's machine hears what the SIP engines tell of it, and makes its record; a
 * room's is in {@link io.turnstone.node.rooms}.
 */
@NullMarked
package io.turnstone.node.session;

import org.jspecify.annotations.NullMarked;
