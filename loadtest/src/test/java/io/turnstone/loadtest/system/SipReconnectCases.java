package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.system.Pairing.Party;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A side of a call loses its WebSocket and comes back as its library does, at another node: SIP.js and JsSIP, as they
 * were published.
 */
abstract class SipReconnectCases {
    @ParameterizedTest
    @ArgumentsSource(Pairing.EachAndLossAndBye.class)
    void shouldGoOnWhenTheWebSocketIsBack(Pairing pairing, Party loses, Party hangsUp, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.call("bob", bob);
        BrowserPhone lost = loses.of(alice, bob);
        bench.lose(lost);
        bench.bringBack(lost);

        alice.holdAndResume(bob);
        bob.holdAndResume(alice);
        assertThat(alice.expectAudio()).isEqualTo("relay relay");
        hangsUp.of(alice, bob).hangUp();
        hangsUp.other(alice, bob).expect("ended");
    }

    /** What the other side asks for meanwhile is only late. */
    @ParameterizedTest
    @ArgumentsSource(Pairing.EachAndLoss.class)
    void shouldHoldWhatIsSentToASideThatIsAway(Pairing pairing, Party loses, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.call("bob", bob);
        BrowserPhone lost = loses.of(alice, bob);
        BrowserPhone stays = loses.other(alice, bob);

        bench.lose(lost);
        stays.hold();
        bench.bringBack(lost, "held");
        stays.expect("hold accepted");
        bench.lose(lost);
        stays.hangUp();
        bench.bringBack(lost, "ended");
    }

    /** SIP.js takes the INVITE that comes again for the same, JsSIP for another. */
    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldRingOnWhenTheCalleeIsBack(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.dial("bob");
        bob.expect("ringing");
        bench.lose(bob);
        if (pairing.callee() == PhoneKind.JSSIP) {
            bench.bringBack(bob, "ringing");
        } else {
            bench.bringBack(bob);
        }

        bob.answer();
        alice.expect("established");
        bob.expect("established");
        assertThat(alice.expectAudio()).isEqualTo("relay relay");
        alice.hangUp();
        bob.expect("ended");
    }
}
