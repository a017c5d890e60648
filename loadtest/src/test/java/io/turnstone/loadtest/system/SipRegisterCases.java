package io.turnstone.loadtest.system;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SIP libraries in browsers: who is registered, who is not, and what they send each other. */
abstract class SipRegisterCases {
    private static final int MESSAGE_LENGTH = 8_192;

    @ParameterizedTest
    @EnumSource
    void shouldRegisterAndUnregister(PhoneKind kind, PhoneBench bench) {
        BrowserPhone phone = bench.registered(kind, "alice");
        phone.unregister();
        phone.expect("unregistered");
        phone.register();
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAWrongPassword(PhoneKind kind, PhoneBench bench) {
        BrowserPhone phone = bench.phone(kind, "alice", "wrong");
        phone.tryToRegister();
        phone.expect("refused 401");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellThatACalleeIsNotThere(PhoneKind kind, PhoneBench bench) {
        BrowserPhone alice = bench.registered(kind, "alice");
        alice.dial("bob");
        alice.expect("failed 480");
        alice.dial("nobody");
        alice.expect("failed 404");
    }

    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldNotRingWhoHasUnregistered(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        bob.unregister();
        bob.expect("unregistered");
        alice.dial("bob");
        alice.expect("failed 480");
    }

    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldCarryAMessageOf8KilobytesBothWays(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        String text = "Grüße und mehr. ".repeat(MESSAGE_LENGTH).substring(0, MESSAGE_LENGTH);
        alice.sendMessage("bob", text);
        bob.expect("message " + text);
        alice.expect("delivered");
        bob.sendMessage("alice", text);
        alice.expect("message " + text);
        bob.expect("delivered");
    }
}
