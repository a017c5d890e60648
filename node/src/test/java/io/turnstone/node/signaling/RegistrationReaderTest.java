package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.signaling.Registration.Contact;
import io.turnstone.protocol.sip.CSeq;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipResponseWriter;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipUri;
import io.turnstone.protocol.sip.SipWriter;
import java.util.List;
import java.util.Objects;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegistrationReaderTest {
    private static final FlowName FLOW = new FlowName(1, 11, SipTransport.WS);
    private static final String URN = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    private static final String JSSIP_CONTACT = "Contact: <sip:x7@k3.invalid;transport=ws>;+sip.instance=\"<" + URN
        + ">\";reg-id=1;expires=600\n";

    private final RegistrationReader reader = new RegistrationReader(
        PushSettings.of(List.of("apns", "fcm"), 20_000, _ -> true));

    private @Nullable Registration read(String lines) {
        SipMessage request = Sip.parsed(
            "REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/WS k3.invalid;branch=z9hG4bK1\nTo: <sip:alice@example.com>\n"
                + "From: <sip:alice@example.com>;tag=1\nCall-ID: abc\nCSeq: 9 REGISTER\n" + lines + "\n");
        CSeq cseq = new CSeq();
        assertThat(cseq.wrap(request)).isTrue();
        return reader.read(request, cseq, FLOW);
    }

    @Test
    void shouldReadWhatABrowserRegisters() {
        assertThat(read("Supported: path, gruu, outbound\n" + JSSIP_CONTACT)).isEqualTo(
            new Registration(
                "abc",
                9,
                false,
                List.of(
                    new Contact("sip:x7@k3.invalid;transport=ws", 1000, 600, "<" + URN + ">", 1, PushResource.NONE)),
                "",
                FLOW));
        assertThat(reader.isOutbound()).isTrue();
        assertThat(reader.isGruu()).isTrue();
    }

    @Test
    void shouldReadExpiryFromParameterThenHeaderThenDefault() {
        Registration registration = read(
            "Expires: 90\nContact: <sip:a@b>;expires=80;q=0.5, <sip:a@c>;q=7, <sip:a@d>;expires=x\n");

        assertThat(registration).isNotNull()
            .extracting(Registration::contacts)
            .isEqualTo(
                List.of(
                    new Contact("sip:a@b", 500, 80, "", 0, PushResource.NONE),
                    new Contact("sip:a@c", 1000, 90, "", 0, PushResource.NONE),
                    new Contact("sip:a@d", 1000, Registration.EXPIRES_DEFAULT, "", 0, PushResource.NONE)));
        assertThat(reader.isGruu()).isFalse();
    }

    @Test
    void shouldTakeTheStarOnlyWithExpiryZero() {
        assertThat(read("Expires: 0\nContact: *\n")).isNotNull().extracting(Registration::removesAll).isEqualTo(true);
        assertThat(read("Expires: 1\nContact: *\n")).isNull();
        assertThat(reader.statusCode()).isEqualTo(400);
        assertThat(read("Contact: *\n")).isNull();
    }

    @Test
    void shouldRefuseAContactThatNoRequestCanBeSentTo() {
        assertThat(read("Contact: <sip:a@b>, <mailto:a@b>\n")).isNull();
        assertThat(reader.statusCode()).isEqualTo(400);
        assertThat(read("Contact: <sips:a@b>\n")).isNotNull();
    }

    @Test
    void shouldLeaveOutHeadersThatNoRequestUriMayHave() {
        Registration registration = read("Contact: <sip:a@b;x=1?Subject=hi&priority=low>, <sip:a@c?transport=ws>\n");

        assertThat(Objects.requireNonNull(registration).contacts()).extracting(Contact::uri)
            .containsExactly("sip:a@b;x=1", "sip:a@c");
    }

    @Test
    void shouldPassOverAFlowNumberThatIsNotOutbound() {
        Registration unsupported = Objects.requireNonNull(read("Supported: path\n" + JSSIP_CONTACT));
        assertThat(unsupported.contacts().getFirst().registrationId()).isZero();
        assertThat(unsupported.contacts().getFirst().instance()).isEqualTo("<" + URN + ">");
        assertThat(reader.isOutbound()).isFalse();
        Registration nobody = Objects.requireNonNull(read("Supported: outbound\nContact: <sip:a@b>;reg-id=1\n"));
        assertThat(nobody.contacts().getFirst().registrationId()).isZero();
    }

    @Test
    void shouldAnswer439WhenTheFirstHopDoesNotKnowOutbound() {
        assertThat(read("Supported: outbound\nVia: SIP/2.0/UDP a\n" + JSSIP_CONTACT)).isNull();
        assertThat(reader.statusCode()).isEqualTo(439);
        assertThat(read("Supported: outbound\nPath: <sip:p1;lr;ob>\nPath: <sip:p2;lr>\n" + JSSIP_CONTACT)).isNull();
        assertThat(reader.statusCode()).isEqualTo(439);

        Registration behindEdge = Objects.requireNonNull(read(
            "Supported: outbound\nVia: SIP/2.0/UDP a\nPath: <sip:p1;lr>\nPath: <sip:p2;lr;ob>\n" + JSSIP_CONTACT));
        assertThat(behindEdge.path()).isEqualTo("<sip:p1;lr>, <sip:p2;lr;ob>");
        assertThat(reader.isOutbound()).isTrue();
    }

    @Test
    void shouldRefuseTwoFlowsInOneRequestAndAPathThatIsNone() {
        assertThat(read("Supported: outbound\n" + JSSIP_CONTACT + JSSIP_CONTACT.replace("reg-id=1", "reg-id=2")))
            .isNull();
        assertThat(reader.statusCode()).isEqualTo(400);
        assertThat(read("Path: sip:p1;lr, ,\n" + JSSIP_CONTACT)).isNull();
        assertThat(reader.statusCode()).isEqualTo(400);
    }

    @Test
    void shouldListEveryBindingWithWhatALibraryFindsItselfBy() {
        Gruus gruus = new Gruus(new SealedTokens(ClusterKeys.ofSecrets(List.of("s"))));
        Binding phone = new Binding(new BindingId(1, 2), "alice@example.com", "sip:a@192.0.2.1", 250, 60_000, 0, "c", 1,
            "", 0, "", FLOW, PushResource.NONE, 0);
        Binding browser = new Binding(new BindingId(1, 3), "alice@example.com", "sip:x7@k3.invalid;transport=ws", 1000,
            60_001, 0, "c", 1, "<" + URN + ">", 1, "", FLOW, PushResource.NONE, 0);
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        SipWriter response = new SipResponseWriter().begin(buffer, 0, Sip.parsed("REGISTER sip:a SIP/2.0\n\n"), 200,
            "");
        new RegistrationWriter(gruus, 120, null).write(
            response,
            List.of(phone, browser),
            new RegistrationWriter.Wishes(true, true, "<sip:p;lr>", FLOW, List.of(), false),
            0);
        String text = Sip.text(buffer, 0, response.end());

        assertThat(text).contains(
            "Contact: <sip:a@192.0.2.1>;expires=60;q=0.250\n",
            "Contact: <sip:x7@k3.invalid;transport=ws>;expires=61;+sip.instance=\"<" + URN + ">\";reg-id=1;"
                + "pub-gruu=\"sip:alice@example.com;gr=" + URN + "\";temp-gruu=\"sip:tgruu.",
            "Path: <sip:p;lr>\n",
            "Require: outbound\n",
            "Flow-Timer: 120\n");
    }

    @Test
    void shouldKnowItsGruusUntilTheCallIdChanges() {
        Gruus gruus = new Gruus(new SealedTokens(ClusterKeys.ofSecrets(List.of("s"))));
        Binding binding = binding("c", 7);
        String temporary = gruus.temporaryGruu(binding);

        Gruus.Temporary read = Objects
            .requireNonNull(new Gruus(new SealedTokens(ClusterKeys.ofSecrets(List.of("new", "s"))))
                .temporary(uri(temporary)));
        assertThat(gruus.isMeant(read, binding)).isTrue();
        assertThat(gruus.isMeant(read, binding("c", 8))).isTrue();
        assertThat(gruus.isMeant(read, binding("d", 8))).isFalse();
        assertThat(gruus.temporaryGruu(binding("c", 8))).isNotEqualTo(temporary);
        assertThat(gruus.temporary(uri("sip:tgruu.AAAA@example.com;gr"))).isNull();
        assertThat(gruus.temporary(uri("sip:alice@example.com;gr"))).isNull();
        assertThat(uri(gruus.publicGruu(binding)).parameter("gr")).isEqualTo("urn:odd;one");
        assertThat(Gruus.isMeant("urn:odd;one", binding)).isTrue();
        assertThat(Gruus.isMeant("urn:other", binding)).isFalse();
        assertThat(uri(gruus.publicGruu(binding)).user()).isEqualTo("al ice");
    }

    private static Binding binding(String callId, long registeredMs) {
        return new Binding(new BindingId(1, 2), "al ice@example.com", "sip:x7@k3.invalid", 1000, 600_000, registeredMs,
            callId, 1, "<urn:odd;one>", 1, "", FLOW, PushResource.NONE, 0);
    }

    private static SipUri uri(String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        SipUri uri = new SipUri();
        assertThat(uri.wrap(buffer.byteArray(), 0, buffer.capacity())).as(text).isTrue();
        return uri;
    }

    private Contact readPush(String uri, String parameters) {
        return Objects.requireNonNull(read("Contact: <" + uri + ">" + parameters + "\n")).contacts().getFirst();
    }

    @Test
    void shouldTakeWhereAUserAgentIsWokenOutOfItsContact() {
        Contact contact = readPush(
            "sip:a@192.0.2.1;pn-provider=FCM;transport=tcp;pn-prid=t%3A1%26x;pn-param=p?subject=x", ";expires=90");
        assertThat(contact.uri()).isEqualTo("sip:a@192.0.2.1;transport=tcp");
        assertThat(contact.push()).isEqualTo(new PushResource("fcm", "t:1&x", "p"));
        assertThat(contact.push()).hasToString("fcm");
        assertThat(reader.refreshesItself()).isFalse();

        readPush("sip:a@192.0.2.1;pn-provider=apns;pn-prid=1", ";+sip.pnsreg");
        assertThat(reader.refreshesItself()).isTrue();
        assertThat(reader.isPushQuestion()).isFalse();
    }

    @Test
    void shouldAnswer555ForAServiceThatNobodyServes() {
        assertThat(read("Contact: <sip:a@b;pn-provider=acme;pn-prid=1>\n")).isNull();
        assertThat(reader.statusCode()).isEqualTo(555);
        assertThat(readPush("sip:a@b;pn-provider=acme;pn-prid=1", ";expires=0").uri()).isEqualTo("sip:a@b");
    }

    @Test
    void shouldWakeNobodyWhoDoesNotSayWhere() {
        assertThat(readPush("sip:a@b;pn-provider=fcm;pn-param=p", "").push()).isEqualTo(PushResource.NONE);
        assertThat(readPush("sip:a@b;pn-provider=fcm;pn-prid=1", ";expires=0").push()).isEqualTo(PushResource.NONE);
        assertThat(readPush("sip:a@b;pn-prid=1", "")).isEqualTo(
            new Contact("sip:a@b", 1000, Registration.EXPIRES_DEFAULT, "", 0, PushResource.NONE));
        assertThat(reader.isPushQuestion()).isFalse();
        assertThat(readPush("sip:a@b;pn-provider", "").uri()).isEqualTo("sip:a@b");
        assertThat(reader.isPushQuestion()).isTrue();
    }
}
