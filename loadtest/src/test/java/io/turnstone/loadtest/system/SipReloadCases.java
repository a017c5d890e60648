package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A caller's page is loaded again, and registers under the same instance: SIP.js and JsSIP, as they were published. What
 * either knew of its calls is gone with the page; the application has kept who was called, and the dialog's name.
 */
abstract class SipReloadCases {
    /** Far below what a request is held for a side that is away. */
    private static final long TOLD_SECONDS_MAX = 5;

    /** RFC 3261 §12.2.2: the new page knows no such dialog, and says so, so that nobody waits for a time-out. */
    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldTellTheOtherSideThatTheCallIsForgotten(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registeredDocument(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.call("bob", bob);
        alice.reload();
        alice.register();

        long heldNs = System.nanoTime();
        bob.hold();
        expectForgotten(bob, pairing.callee());
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - heldNs)).isLessThan(TOLD_SECONDS_MAX);
    }

    /** JsSIP hangs up then by itself. */
    private static void expectForgotten(BrowserPhone phone, PhoneKind kind) {
        if (kind != PhoneKind.JSSIP) {
            phone.expect("failed 481");
            phone.hangUp();
        }
        phone.expect("ended");
    }

    /** By an INVITE that replaces the call (RFC 3891). */
    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldTalkOnWhenTheCallIsReplaced(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registeredDocument(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.call("bob", bob);
        String replaces = alice.replaces();
        alice.reload();
        alice.register();

        alice.takeOver("bob", replaces);
        bob.expect("ringing");
        bob.answer();
        alice.expect("established");
        bob.expectAll("established", "ended");
        assertThat(alice.expectAudio()).isEqualTo("relay relay");
        assertThat(bob.expectAudio()).isEqualTo("relay relay");
        alice.holdAndResume(bob);
        bob.hangUp();
        alice.expect("ended");
    }
}
