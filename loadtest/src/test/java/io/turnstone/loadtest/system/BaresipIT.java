package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A desk phone over UDP and a browser over WebSocket call each other through two nodes of three, with audio over the relay. */
@Timeout(120)
class BaresipIT {
    /**
     * For the browser's sake, which else has a candidate on each of the machine's networks: it nominates every pair that
     * works when it calls, and baresip takes another one of them for DTLS than the browser does.
     */
    private static final String ONE_ALLOCATION_EACH = "1";
    /** The browser is at the first node. */
    private static final int DESK_PLACE = 1;
    private static final int GONE_SECONDS_MAX = 20;

    @BeforeEach
    void needBaresip() {
        Tools.require("baresip");
    }

    @Test
    void shouldCallABrowserAndBeCalled() {
        // it knows MD5 only, and takes the first challenge
        try (SipNodes nodes = SipNodes.three("--sip-digest", "md5", "--user-quota", ONE_ALLOCATION_EACH);
            PhoneBench bench = new PhoneBench(nodes);
            Baresip desk = Baresip.start(servers(nodes.at(DESK_PLACE)), "carol", nodes.password("carol"))) {
            desk.process().await("registered", 20, () -> nodes.sum("turnstone_sip_bindings") == nodes.size());
            BrowserPhone browser = bench.registered(PhoneKind.SIP_JS, "alice");

            browser.dial("carol");
            talk(browser, desk, 1);
            Awaitility.await("no allocations")
                .atMost(GONE_SECONDS_MAX, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(nodes.at(0).node().admin().body("/v1/allocations")).contains("[]"));

            desk.dial("sip:alice@" + SipNodes.DOMAIN);
            browser.expect("ringing");
            browser.answer();
            talk(browser, desk, 2);
        }
    }

    private static Baresip.Servers servers(SipNodes.Member member) {
        return new Baresip.Servers(SipNodes.DOMAIN, member.sipPort(), member.node().port());
    }

    private static void talk(BrowserPhone browser, Baresip desk, int calls) {
        browser.expect("established");
        assertThat(browser.expectAudio()).startsWith("relay ");
        desk.awaitAudioOf(calls);
        browser.hangUp();
        browser.expect("ended");
    }
}
