package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** SIP libraries in browsers call each other, with audio over the relay. */
abstract class SipCallCases {
    /** Busy Here, and Decline. */
    private static final int[] REFUSALS = {486, 603};

    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldCallWithAudioOverTheRelay(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.call("bob", bob);
        assertThat(alice.expectAudio()).isEqualTo("relay relay");
        assertThat(bob.expectAudio()).isEqualTo("relay relay");
        alice.hangUp();
        bob.expect("ended");
        alice.expect("ended");
    }

    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldHoldAndResumeFromBothSidesAndSendTones(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.call("bob", bob);
        alice.holdAndResume(bob);
        bob.holdAndResume(alice);
        assertThat(alice.expectAudio()).isEqualTo("relay relay");
        alice.sendTone("5");
        bob.expect("tone 5");
        bob.sendTone("#");
        alice.expect("tone #");
        bob.hangUp();
        alice.expect("ended");
    }

    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldCancel(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        alice.dial("bob");
        bob.expect("ringing");
        alice.expect("progress 180");
        alice.cancel();
        bob.expect("ended");
        alice.expect("ended");
    }

    @ParameterizedTest
    @ArgumentsSource(Pairing.Each.class)
    void shouldTellThatTheCalleeIsBusyOrDeclines(Pairing pairing, PhoneBench bench) {
        BrowserPhone alice = bench.registered(pairing.caller(), "alice");
        BrowserPhone bob = bench.registered(pairing.callee(), "bob");
        for (int status : REFUSALS) {
            alice.dial("bob");
            bob.expect("ringing");
            bob.reject(status);
            alice.expect("failed " + status);
            bob.expect("ended");
        }
    }

    @ParameterizedTest
    @ArgumentsSource(Pairing.EachAnswering.class)
    void shouldRingAllContactsAndStopTheOthersWhenOneAnswers(PhoneKind answering, PhoneBench bench) {
        BrowserPhone alice = bench.registered(PhoneKind.JSSIP, "alice");
        BrowserPhone first = bench.registered(PhoneKind.SIP_JS, "bob");
        BrowserPhone second = bench.registered(PhoneKind.JSSIP, "bob");
        alice.dial("bob");
        first.expect("ringing");
        second.expect("ringing");
        BrowserPhone answers = answering == PhoneKind.SIP_JS ? first : second;
        BrowserPhone other = answering == PhoneKind.SIP_JS ? second : first;
        answers.answer();
        alice.expect("established");
        answers.expect("established");
        other.expect("ended");
        assertThat(alice.expectAudio()).isEqualTo("relay relay");
        answers.hangUp();
        alice.expect("ended");
    }
}
