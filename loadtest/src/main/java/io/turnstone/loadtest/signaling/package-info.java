/**
 * {@code turnstone-loadtest register} and {@code call}: what registrations and calls cost a SIP server, and how long their
 * users wait. Its user agents have a reader and a writer of their own, so that a server is not judged by its own codec.
 */
@NullMarked
package io.turnstone.loadtest.signaling;

import org.jspecify.annotations.NullMarked;
