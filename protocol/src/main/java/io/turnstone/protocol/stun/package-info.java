/**
 * STUN (RFC 8489): flyweights for the packet path, which allocate nothing and never throw on bad input, and decoders
 * into records for the control plane.
 */
@NullMarked
package io.turnstone.protocol.stun;

import org.jspecify.annotations.NullMarked;
