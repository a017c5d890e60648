/**
 * SIP (RFC 3261) for a proxy, registrar and digest authenticator: {@link io.turnstone.protocol.sip.SipParser} makes an
 * index of offsets over the octets in one pass, views read single header fields out of it when they are asked for,
 * {@link io.turnstone.protocol.sip.SipPatch} copies a message byte for byte except for edits, and two writers make
 * responses and requests. Everything is reused, allocates nothing unless its Javadoc says so, and never throws on bad
 * input; what is wrong is a {@link io.turnstone.protocol.sip.SipError} and the offset where.
 */
@NullMarked
package io.turnstone.protocol.sip;

import org.jspecify.annotations.NullMarked;
