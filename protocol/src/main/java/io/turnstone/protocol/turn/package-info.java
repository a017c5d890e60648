/** TURN (RFC 8656) on top of STUN: ChannelData, Send and Data indications for the packet path; requests as records. */
@NullMarked
package io.turnstone.protocol.turn;

import org.jspecify.annotations.NullMarked;
