package io.turnstone.loadtest.system;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** As {@link SipBrowserIT}, with each library in each part, and each placement of the phones. */
@ExtendWith(PhonesExtension.class)
@Tag("full")
@Timeout(60)
class SipBrowserMatrixIT {
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
