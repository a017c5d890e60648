/**
 * Who a client is, decided without state: cluster keys, nonces that any node can verify, credentials (static users and
 * TURN REST), and the checks of RFC 8489 §9.2.4 in their order.
 */
@NullMarked
package io.turnstone.node.auth;

import org.jspecify.annotations.NullMarked;
