package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** Alice has called Bob, and leaves him to Carol: SIP libraries in browsers. */
abstract class SipTransferCases {
    private static final int SECOND = 1;

    /** By REFER alone (RFC 5589 §6). */
    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldTransferBlindly(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        BrowserPhone carol = bench.registered(pairing.caller(), "carol");
        alice.call("bob", bob);

        alice.transfer(BrowserPhone.FIRST, "carol");
        bob.expect("referred");
        carol.expect("ringing");
        carol.answer();
        assertTransferred(alice, bob, carol);
    }

    /** By REFER to a call that Carol has with Alice, which Bob's replaces (RFC 5589 §7.3, RFC 3891). */
    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldTransferAfterAnnouncing(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        BrowserPhone carol = bench.registered(pairing.caller(), "carol");
        alice.call("bob", bob);
        alice.call("carol", carol);

        alice.transferToCall(BrowserPhone.FIRST, SECOND);
        bob.expect("referred");
        carol.expect("ringing");
        carol.answer();
        carol.expect("ended");
        assertTransferred(alice, bob, carol);
    }

    private static void assertTransferred(BrowserPhone alice, BrowserPhone bob, BrowserPhone carol) {
        bob.expect("established");
        alice.expect("transfer 200");
        alice.hangUp(BrowserPhone.FIRST);
        bob.expect("ended");
        assertThat(bob.expectAudio()).isEqualTo("relay relay");
        assertThat(carol.expectAudio()).isEqualTo("relay relay");
        bob.hangUp();
        carol.expect("ended");
    }
}
