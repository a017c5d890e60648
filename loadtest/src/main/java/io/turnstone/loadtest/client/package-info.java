/**
 * A TURN client that measures: it drives any server over plain UDP and tells what was lost, repeated, reordered and
 * how late. Its STUN codec is its own on purpose: a client that shared the server's codec would share its mistakes and
 * call them agreement.
 */
@NullMarked
package io.turnstone.loadtest.client;

import org.jspecify.annotations.NullMarked;
