/** A SIP user agent for system tests, by the JDK's WebSocket client, written from the RFCs apart from the code under test. */
@NullMarked
package io.turnstone.loadtest.sip;

import org.jspecify.annotations.NullMarked;
