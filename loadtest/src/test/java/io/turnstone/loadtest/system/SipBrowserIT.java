package io.turnstone.loadtest.system;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * SIP.js and JsSIP, as they were published, in Chromium, and SIP.js in Firefox, do all that phones do at three nodes. Each
 * case is played once; the phones are at one node and at different ones in turn.
 */
@ExtendWith(PhonesExtension.class)
@Timeout(60)
class SipBrowserIT {
    @Nested
    class Registering extends SipRegisterCases {}

    @Nested
    class Calling extends SipCallCases {}

    @Nested
    class Transferring extends SipTransferCases {}

    @Nested
    class Reconnecting extends SipReconnectCases {}

    @Nested
    class Reloading extends SipReloadCases {}
}
