package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A callee with several contacts (RFC 3261 §16.6, §16.7). */
class SipForkingTest {
    private static final String URN = "\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"";

    private final TestNetwork network = new TestNetwork(true);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone desk = bob("desk.invalid", 2);
    private final TestPhone mobile = bob("mobile.invalid", 3);

    private TestPhone bob(String host, int node) {
        return new TestPhone(network, "bob", "builder", SipTransport.WS, host, node);
    }

    SipForkingTest() {
        alice.register();
    }

    private void register(String deskParameters, String mobileParameters) {
        desk.contactLines("Supported: outbound\nContact: " + desk.contact() + deskParameters + "\n");
        mobile.contactLines("Supported: outbound\nContact: " + mobile.contact() + mobileParameters + "\n");
        assertThat(desk.register().status()).isEqualTo(200);
        assertThat(mobile.register().headers("Contact")).hasSize(2);
    }

    @Test
    void shouldRingAllAndCancelTheLoserWhenOneAnswers() {
        register("", "");
        alice.invite("bob");
        TestMessage first = desk.expect("INVITE");
        TestMessage second = mobile.expect("INVITE");
        assertThat(first.header("Via")).isNotEqualTo(second.header("Via"));
        assertThat(first.header("Record-Route")).isNotEqualTo(second.header("Record-Route"));
        assertThat(List.of(first.header("Max-Breadth"), second.header("Max-Breadth"))).containsExactly("30", "30");
        desk.reply(first, 180);
        mobile.reply(second, 183);
        alice.expect("180 INVITE");
        alice.expect("183 INVITE");

        mobile.reply(second, 200);
        TestMessage accepted = alice.expect("200 INVITE");
        TestMessage cancel = desk.expect("CANCEL");
        desk.reply(cancel, 200);
        desk.reply(first, 487);
        desk.expect("ACK");
        alice.expectNothing();
        TestDialog.ofCaller(alice, accepted).acknowledge(accepted);
        mobile.expect("ACK");
        desk.expectNothing();
    }

    @Test
    void shouldPassBoth2xxOfARace() {
        register("", "");
        alice.invite("bob");
        TestMessage first = desk.expect("INVITE");
        TestMessage second = mobile.expect("INVITE");
        desk.reply(first, 200);
        mobile.reply(second, 200);
        assertThat(alice.expect("200 INVITE").tag("To")).isNotEqualTo(alice.expect("200 INVITE").tag("To"));
    }

    @Test
    void shouldAnswerWithTheBestFailureWhenAllHaveFailed() {
        register("", "");
        TestMessage sent = alice.invite("bob");
        TestMessage first = desk.expect("INVITE");
        TestMessage second = mobile.expect("INVITE");
        desk.reply(first, 480);
        desk.expect("ACK");
        alice.expectNothing();
        mobile.reply(second, 486);
        mobile.expect("ACK");
        TestMessage heard = alice.expect("486 INVITE");
        assertThat(heard.headers("Via")).hasSize(1);
        alice.acknowledge(sent, heard);
    }

    @Test
    void shouldEndAllWhenOneDeclinesForTheUser() {
        register(";q=1", ";q=1");
        alice.invite("bob");
        TestMessage first = desk.expect("INVITE");
        TestMessage second = mobile.expect("INVITE");
        mobile.reply(second, 180);
        alice.expect("180 INVITE");
        desk.reply(first, 603);
        desk.expect("ACK");
        alice.expectNothing();
        mobile.reply(mobile.expect("CANCEL"), 200);
        mobile.reply(second, 487);
        mobile.expect("ACK");
        alice.expect("603 INVITE");
    }

    @Test
    void shouldRingTheNextGroupOnlyWhenThePreferredHasFailed() {
        register(";q=0.2", ";q=0.9");
        alice.invite("bob");
        TestMessage preferred = mobile.expect("INVITE");
        assertThat(preferred.headers("Max-Breadth")).isEmpty();
        desk.expectNothing();
        mobile.reply(preferred, 486);
        mobile.expect("ACK");
        TestMessage next = desk.expect("INVITE");
        alice.expectNothing();
        desk.reply(next, 200);
        alice.expect("200 INVITE");
    }

    @Test
    void shouldTryNoOtherGroupAfterCancel() {
        register(";q=0.2", ";q=0.9");
        TestMessage sent = alice.invite("bob");
        TestMessage preferred = mobile.expect("INVITE");
        mobile.reply(preferred, 180);
        alice.expect("180 INVITE");
        alice.cancel(sent);
        alice.expect("200 CANCEL");
        mobile.expect("CANCEL");
        mobile.reply(preferred, 487);
        mobile.expect("ACK");
        alice.expect("487 INVITE");
        desk.expectNothing();
    }

    @Test
    void shouldTryOneFlowOfAnInstanceAfterTheOther() {
        register(";reg-id=1;+sip.instance=" + URN, ";reg-id=2;+sip.instance=" + URN);
        alice.invite("bob");
        TestMessage newest = mobile.expect("INVITE");
        desk.expectNothing();
        mobile.reply(newest, 430);
        mobile.expect("ACK");
        TestMessage other = desk.expect("INVITE");
        desk.reply(other, 486);
        desk.expect("ACK");
        alice.expect("486 INVITE");

        alice.invite("bob");
        mobile.reply(mobile.expect("INVITE"), 486);
        mobile.expect("ACK");
        alice.expect("486 INVITE");
        desk.expectNothing();
    }

    @Test
    void shouldTell500For503And480WhenNobodyCanBeReached() {
        register(";q=0.5", ";q=1");
        alice.invite("bob");
        mobile.reply(mobile.expect("INVITE"), 503);
        mobile.expect("ACK");
        desk.reply(desk.expect("INVITE"), 503);
        desk.expect("ACK");
        alice.expect("500 INVITE");
    }

    @Test
    void shouldCollectTheChallengesOfAllBranches() {
        register("", "");
        alice.invite("bob");
        TestMessage first = desk.expect("INVITE");
        TestMessage second = mobile.expect("INVITE");
        desk.reply(first, 401, "WWW-Authenticate: Digest realm=\"desk\", nonce=\"1\"\n");
        mobile.reply(second, 407, "Proxy-Authenticate: Digest realm=\"mobile\", nonce=\"2\"\n");
        TestMessage challenge = alice.expect("401 INVITE");
        assertThat(challenge.header("WWW-Authenticate")).contains("realm=\"desk\"");
        assertThat(challenge.header("Proxy-Authenticate")).contains("realm=\"mobile\"");
    }

    @Test
    void shouldForkNoFurtherThanTheBreadthAllows() {
        register("", "");
        alice.ask("INVITE", TestPhone.uri("bob"), "Max-Breadth: 1\nContact: " + alice.contact() + "\n");
        TestMessage only = mobile.expect("INVITE");
        assertThat(only.headers("Max-Breadth")).containsExactly("1");
        desk.expectNothing();
        mobile.reply(only, 486);
        mobile.expect("ACK");
        desk.expect("INVITE");

        alice.send(alice.request("INVITE", TestPhone.uri("bob"), TestPhone.uri("bob"), "x", "Max-Breadth: 0\n"));
        alice.expect("440 INVITE");
    }

    @Test
    void shouldAnswerARequestThatIsNoInviteOnce() {
        register("", "");
        alice.ask("MESSAGE", TestPhone.uri("bob"), "");
        TestMessage first = desk.expect("MESSAGE");
        TestMessage second = mobile.expect("MESSAGE");
        desk.reply(first, 200);
        mobile.reply(second, 200);
        alice.expect("200 MESSAGE");
        alice.expectNothing();
    }
}
