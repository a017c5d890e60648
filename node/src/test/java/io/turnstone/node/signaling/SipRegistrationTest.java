package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.DigestClient;
import io.turnstone.protocol.sip.SipTransport;
import org.junit.jupiter.api.Test;

class SipRegistrationTest {
    private static final String URN = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    private static final String URI = "sip:example.com";

    private final TestNetwork network = new TestNetwork(false);
    private final TestPhone alice = TestPhone.browser(network, "alice", "wonder", 1);
    private final TestPhone bob = TestPhone.browser(network, "bob", "builder", 2);

    private TestMessage sendRegister(TestPhone phone, String to, String lines) {
        TestMessage request = phone.request("REGISTER", URI, to, "id", lines);
        phone.send(request);
        return request;
    }

    private static String authorization(TestMessage challenge, DigestClient client) {
        return "Authorization: " + client.answer(challenge.headers("WWW-Authenticate").getLast(), "REGISTER", URI, 1)
            + "\n";
    }

    @Test
    void shouldChallengeFirstAndListEveryBindingThen() {
        sendRegister(alice, alice.addressOfRecord(), "");
        TestMessage challenge = alice.expect("401 REGISTER");
        assertThat(challenge.headers("WWW-Authenticate")).hasSize(2);
        assertThat(challenge.headers("WWW-Authenticate").getLast()).contains("algorithm=MD5");
        assertThat(challenge.tag("To")).isNotEmpty();

        TestMessage registered = alice.register();
        assertThat(registered.status()).isEqualTo(200);
        assertThat(registered.header("Contact")).isEqualTo(alice.contact() + ";expires=600");
        assertThat(registered.headers("Require")).isEmpty();
        TestPhone second = new TestPhone(network, "alice", "wonder", SipTransport.WS,
            "second.invalid", 3);
        assertThat(second.register().headers("Contact")).containsExactly(
            alice.contact() + ";expires=600",
            second.contact() + ";expires=600");
    }

    @Test
    void shouldGiveABrowserItsFlowAndItsGruus() {
        alice.contactLines(
            "Supported: path, gruu, outbound\nContact: " + alice.contact() + ";+sip.instance=\"<" + URN
                + ">\";reg-id=1;expires=600\n");
        TestMessage registered = alice.register();

        assertThat(registered.header("Require")).isEqualTo("outbound");
        assertThat(registered.header("Flow-Timer")).isEqualTo("120");
        assertThat(registered.header("Contact")).contains(
            ";+sip.instance=\"<" + URN + ">\";reg-id=1;pub-gruu=\"sip:alice@example.com;gr=" + URN + "\"");
    }

    @Test
    void shouldDialAPublicAndATemporaryGruuByTheContact() {
        alice.contactLines(
            "Supported: gruu\nContact: " + alice.contact() + ";+sip.instance=\"<" + URN + ">\";expires=600\n");
        String contact = alice.register().header("Contact");
        String temporary = contact.replaceAll(".*temp-gruu=\"([^\"]*)\".*", "$1");
        bob.register();

        for (String gruu : new String[]{"sip:alice@example.com;gr=" + URN, temporary}) {
            bob.invite(gruu);
            TestMessage invite = alice.expect("INVITE");
            assertThat(invite.requestUri()).isEqualTo(alice.contact().replaceAll("[<>]", ""));
            alice.reply(invite, 486);
            alice.expect("ACK");
            bob.expect("486 INVITE");
        }
        bob.invite("sip:alice@example.com;gr=urn:uuid:other");
        bob.expect("480 INVITE");
        bob.invite("sip:tgruu.AAAA@example.com;gr");
        bob.expect("480 INVITE");
    }

    @Test
    void shouldRefuseAWrongPasswordEachTime() {
        DigestClient wrong = new DigestClient("alice", "guess", "MD5");
        sendRegister(alice, alice.addressOfRecord(), "");
        TestMessage challenge = alice.expect("401 REGISTER");
        sendRegister(alice, alice.addressOfRecord(), authorization(challenge, wrong));
        TestMessage again = alice.expect("401 REGISTER");
        assertThat(again.headers("WWW-Authenticate").getFirst()).doesNotContain("stale");
        assertThat(network.locations.all()).isEmpty();
    }

    @Test
    void shouldLetNobodyRegisterForSomebodyElse() {
        DigestClient client = new DigestClient("alice", "wonder", "MD5");
        sendRegister(alice, alice.addressOfRecord(), "");
        String authorization = authorization(alice.expect("401 REGISTER"), client);
        sendRegister(alice, "sip:bob@example.com", authorization);
        alice.expect("403 REGISTER");
        sendRegister(alice, alice.addressOfRecord(), "");
        String other = authorization(alice.expect("401 REGISTER"), client);
        sendRegister(alice, "sip:alice@other.example", other);
        alice.expect("404 REGISTER");
        assertThat(network.locations.all()).isEmpty();
    }

    @Test
    void shouldSayWhatItDoesNotSupportOrTake() {
        DigestClient client = new DigestClient("alice", "wonder", "MD5");
        sendRegister(alice, alice.addressOfRecord(), "");
        String first = authorization(alice.expect("401 REGISTER"), client);
        sendRegister(alice, alice.addressOfRecord(), first + "Require: path, dance, sing\n");
        assertThat(alice.expect("420 REGISTER").header("Unsupported")).isEqualTo("dance, sing");

        sendRegister(alice, alice.addressOfRecord(), "");
        String second = authorization(alice.expect("401 REGISTER"), client);
        sendRegister(alice, alice.addressOfRecord(), second + "Contact: " + alice.contact() + ";expires=30\n");
        assertThat(alice.expect("423 REGISTER").header("Min-Expires")).isEqualTo("60");

        sendRegister(alice, alice.addressOfRecord(), "");
        String third = authorization(alice.expect("401 REGISTER"), client);
        sendRegister(alice, alice.addressOfRecord(), third + "Contact: *\nExpires: 5\n");
        alice.expect("400 REGISTER");
        alice.send(alice.request("OPTIONS", TestPhone.uri("bob"), TestPhone.uri("bob"), "id", "Proxy-Require: foo\n"));
        assertThat(alice.expect("420 OPTIONS").header("Unsupported")).isEqualTo("foo");
    }

    @Test
    void shouldNotRingWhoHasUnregisteredOrWhoseFlowIsGone() {
        bob.register();
        alice.register();
        bob.contactLines("Contact: *\nExpires: 0\n");
        assertThat(bob.register().headers("Contact")).isEmpty();
        alice.invite("bob");
        alice.expect("480 INVITE");

        bob.contactLines("Contact: " + bob.contact() + "\n");
        assertThat(bob.register().header("Contact")).endsWith(";expires=3600");
        bob.disconnect();
        assertThat(network.locations.all()).hasSize(1);
        alice.invite("bob");
        alice.expect("480 INVITE");
    }

    @Test
    void shouldAnswerOptionsForItself() {
        alice.send(alice.request("OPTIONS", URI, URI, "id", ""));
        assertThat(alice.expect("200 OPTIONS").header("Allow")).contains("INVITE", "UPDATE");
    }

    @Test
    void shouldReachAContactThroughItsPath() {
        bob.contactLines("Supported: path\nPath: <sip:edge.example.net;lr>\nContact: " + bob.contact() + "\n");
        assertThat(bob.register().header("Path")).isEqualTo("<sip:edge.example.net;lr>");
        alice.invite("bob");
        assertThat(bob.expect("INVITE").header("Route")).isEqualTo("<sip:edge.example.net;lr>");
    }
}
