package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * One of three nodes is killed under a call between SIP libraries in browsers at two of them: they go on to the next node
 * by themselves, and talk on meanwhile.
 */
@ExtendWith(PhonesExtension.class)
@Timeout(90)
class SipNodeDeathIT {
    private static final int RUNS = Integer.getInteger("turnstone.failover.runs", 20);

    /** Whose node is killed. */
    enum Victim {
        CALLER(0),
        CALLEE(1),
        NOBODY(2);

        private final int distance;

        Victim(int distance) {
            this.distance = distance;
        }

        /** The caller is at the node of that place, the callee at the next. */
        int place(int callers) {
            return callers + distance;
        }

        /** The run that is one of all: the victims' are with different libraries. */
        int run() {
            return 2 * distance;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTalkOnHoldAndHangUp(Victim victim, PhoneBench bench) {
        talkOn(victim, victim.run(), bench);
    }

    /** A caller that is lost before there is a dialog gives the call up: JsSIP at once, SIP.js without a word. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CALLER")
    void shouldRingOnAndAnswer(Victim victim, PhoneBench bench) {
        ringOn(victim, victim.run(), bench);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldTalkOnTwentyTimes(Victim victim, PhoneBench bench) {
        for (int run = 0; run < RUNS; run++) {
            talkOn(victim, run, bench);
            bench.clear();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CALLER")
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldRingOnTwentyTimes(Victim victim, PhoneBench bench) {
        for (int run = 0; run < RUNS; run++) {
            ringOn(victim, run, bench);
            bench.clear();
        }
    }

    /** Every node in turn, and every pairing. */
    private static void talkOn(Victim victim, int run, PhoneBench bench) {
        Pairing pairing = pairing(run);
        BrowserPhone alice = bench.registeredAt(run, pairing.caller(), "alice");
        BrowserPhone bob = bench.registeredAt(run + 1, pairing.callee(), "bob");
        alice.call("bob", bob);
        assertThat(alice.expectAudio()).isEqualTo("relay relay");

        lose(victim.place(run), bench, () -> {
            assertThat(alice.expectAudio()).isEqualTo("relay relay");
            assertThat(bob.expectAudio()).isEqualTo("relay relay");
            switch (victim) {
                case CALLER -> holdWhileAway(bob, alice);
                case CALLEE -> holdWhileAway(alice, bob);
                case NOBODY -> alice.holdAndResume(bob);
            }
            bob.holdAndResume(alice);
            alice.holdAndResume(bob);
            assertThat(alice.expectAudio()).isEqualTo("relay relay");
            bob.hangUp();
            alice.expect("ended");
        });
    }

    /** What the other side asks for meanwhile is only late. */
    private static void holdWhileAway(BrowserPhone stays, BrowserPhone lost) {
        stays.hold();
        expectBack(lost, "held");
        stays.expect("hold accepted");
        stays.resume();
        lost.expect("resumed");
        stays.expect("resume accepted");
    }

    private static void ringOn(Victim victim, int run, PhoneBench bench) {
        Pairing pairing = pairing(run);
        BrowserPhone alice = bench.registeredAt(run, pairing.caller(), "alice");
        BrowserPhone bob = bench.registeredAt(run + 1, pairing.callee(), "bob");
        alice.dial("bob");
        bob.expect("ringing");
        alice.expect("progress 180");

        lose(victim.place(run), bench, () -> {
            if (victim == Victim.CALLEE) {
                expectRinging(bob, pairing.callee());
            }
            bob.answer();
            alice.expect("established");
            bob.expect("established");
            assertThat(alice.expectAudio()).isEqualTo("relay relay");
            alice.holdAndResume(bob);
            alice.hangUp();
            bob.expect("ended");
        });
    }

    private static Pairing pairing(int run) {
        Pairing[] all = Pairing.values();
        return all[run % all.length];
    }

    private static void expectBack(BrowserPhone lost, String... awaited) {
        lost.expect("disconnected");
        lost.expectBack(awaited);
    }

    /** SIP.js takes the INVITE that comes again for the same, JsSIP for another. */
    private static void expectRinging(BrowserPhone phone, PhoneKind kind) {
        if (kind == PhoneKind.JSSIP) {
            expectBack(phone, "ringing");
        } else {
            expectBack(phone);
        }
    }

    /** The next run finds three nodes again, whatever becomes of this one. */
    private static void lose(int place, PhoneBench bench, Runnable test) {
        bench.kill(place);
        try {
            test.run();
        } finally {
            bench.restart(place);
        }
    }
}
