package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipMethod;

/**
 * One of the ways that a request is sent on (RFC 3261 §16.6). Immutable, any thread.
 *
 * @param name what its top Via has for a branch
 */
record Branch(RequestName name, SipMethod method, Target target) {}
