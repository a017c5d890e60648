package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.sip.CSeq;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.Via;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionNamesTest {
    private static final String INVITE = """
        INVITE sip:bob@example.com SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc
        From: <sip:alice@example.com>;tag=1
        To: <sip:bob@example.com>
        Call-ID: x
        CSeq: 7 INVITE

        """;

    private final TransactionNames names = new TransactionNames(ClusterKeys.ofSecrets(List.of("one")));
    private final TransactionNames otherNode = new TransactionNames(ClusterKeys.ofSecrets(List.of("one", "two")));

    private static RequestName name(TransactionNames names, String text) {
        SipMessage message = Sip.parsed(text);
        Via via = new Via();
        CSeq cseq = new CSeq();
        SipAddress from = new SipAddress();
        assertThat(via.first(message) && cseq.wrap(message) && from.from(message)).isTrue();
        names.ofRequest(message, via, cseq, from);
        return names.name();
    }

    private RequestName name(String text) {
        return name(names, text);
    }

    @Test
    void shouldGiveOneNameToAnInviteItsAckAndItsCancelAtEveryNode() {
        RequestName invite = name(INVITE);

        assertThat(name(INVITE.replace("INVITE", "ACK").replace("To: <sip:bob@example.com>", "To: <sip:b@c>;tag=9")))
            .isEqualTo(invite);
        assertThat(name(INVITE.replace("INVITE", "CANCEL"))).isEqualTo(invite);
        assertThat(name(otherNode, INVITE)).isEqualTo(invite);
        assertThat(name(INVITE.replace("192.0.2.1;", "192.0.2.1;rport;"))).isEqualTo(invite);
    }

    @Test
    void shouldTellBranchesSendersAndMethodsApart() {
        assertThat(
            List.of(
                name(INVITE),
                name(INVITE.replace("z9hG4bKabc", "z9hG4bKabd")),
                name(INVITE.replace("192.0.2.1;", "192.0.2.2;")),
                name(INVITE.replace("192.0.2.1;", "192.0.2.1:5062;")),
                name(INVITE.replace("INVITE", "BYE")),
                name(INVITE.replace("INVITE", "NOTIFY"))))
            .doesNotHaveDuplicates();
        assertThat(name(new TransactionNames(ClusterKeys.ofSecrets(List.of("two"))), INVITE))
            .isNotEqualTo(name(INVITE));
    }

    @Test
    void shouldNameRequestsOfRfc2543ByWhatTheyHave() {
        String old = INVITE.replace(";branch=z9hG4bKabc", ";branch=1");

        assertThat(name(old)).isEqualTo(name(old));
        assertThat(name(old.replace("INVITE", "ACK").replace("To: <sip:bob@example.com>", "To: <sip:b@c>;tag=9")))
            .isEqualTo(name(old));
        assertThat(
            List.of(
                name(old),
                name(old.replace("Call-ID: x", "Call-ID: y")),
                name(old.replace("CSeq: 7", "CSeq: 8")),
                name(old.replace("tag=1", "tag=2")),
                name(old.replace("SIP/2.0/UDP 192", "SIP/2.0/TCP 192")),
                name(old.replace("INVITE sip:bob", "INVITE sip:rob"))))
            .doesNotHaveDuplicates();
    }

    @Test
    void shouldChooseTheBranchByRequestAndTargetAlone() {
        RequestName branch = names.ofBranch(1, 2, new BindingId(3, 4));

        assertThat(otherNode.ofBranch(1, 2, new BindingId(3, 4))).isEqualTo(branch);
        assertThat(names.ofBranch(1, 2, new BindingId(4, 3))).isNotEqualTo(branch);
        assertThat(names.ofBranch(2, 1, new BindingId(3, 4))).isNotEqualTo(branch);
    }

    @Test
    void shouldSeeALoopInRequestUriAndRouteOnly() {
        int loop = names.ofRouting(Sip.parsed(INVITE));

        assertThat(names.ofRouting(Sip.parsed(INVITE.replace("CSeq: 7", "CSeq: 8")))).isEqualTo(loop);
        assertThat(names.ofRouting(Sip.parsed(INVITE.replace("INVITE sip:bob", "INVITE sip:rob")))).isNotEqualTo(loop);
        assertThat(names.ofRouting(Sip.parsed(INVITE.replace("Call-ID: x", "Call-ID: x\nRoute: <sip:a;lr>"))))
            .isNotEqualTo(loop);
    }

    @Test
    void shouldReadTheBranchThatItWrote() {
        BranchText text = new BranchText();
        SipText written = new SipText().clear();
        text.write(written, 0x0123_4567_89ab_cdefL, -2, 0x8000_0001);

        assertThat(written).hasToString("z9hG4bK0123456789abcdeffffffffffffffffe80000001");
        assertThat(text.read(via(written.toString()))).isTrue();
        assertThat(text.high()).isEqualTo(0x0123_4567_89ab_cdefL);
        assertThat(text.low()).isEqualTo(-2);
        assertThat(text.loop()).isEqualTo(0x8000_0001);
        assertThat(text.read(via("z9hG4bK0123456789abcdeffffffffffffffffe8000000g"))).isFalse();
        assertThat(text.read(via("z9hG4bK0123456789abcdeffffffffffffffffe8000000"))).isFalse();
        assertThat(text.read(via("0123456789abcdeffffffffffffffffe800000010123456"))).isFalse();
    }

    private static Via via(String branch) {
        Via via = new Via();
        assertThat(via.first(Sip.parsed(INVITE.replace("z9hG4bKabc", branch)))).isTrue();
        return via;
    }
}
