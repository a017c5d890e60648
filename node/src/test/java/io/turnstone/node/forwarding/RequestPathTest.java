package io.turnstone.node.forwarding;

import static io.turnstone.node.forwarding.PathFixture.ALICE;
import static io.turnstone.node.forwarding.PathFixture.NOW_MS;
import static io.turnstone.node.forwarding.PathFixture.SETTINGS;
import static io.turnstone.node.forwarding.PathFixture.stun;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.Nonces;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    private static final int ERROR_CODE_NUMBER_OFFSET = 2;
    private static final byte[] BARE_BINDING = stun(StunType.BINDING_REQUEST, writer -> {});
    private static final byte[] BARE_ALLOCATE = stun(
        StunType.ALLOCATE_REQUEST, writer -> writer.u32(StunAttribute.REQUESTED_TRANSPORT, 17 << 24));

    private final PathFixture it = new PathFixture(SETTINGS);

    private static int errorCode(StunMessage message) {
        byte[] value = message.bytes(message.find(StunAttribute.ERROR_CODE));
        return value[ERROR_CODE_NUMBER_OFFSET] * 100 + value[ERROR_CODE_NUMBER_OFFSET + 1];
    }

    @Test
    void shouldAnswerABindingRequestWithTheMappedAddressAlone() {
        it.fromAlice(BARE_BINDING);
        StunMessage answer = it.onlyAnswer();
        assertThat(answer.messageType()).isEqualTo(StunType.BINDING_SUCCESS);
        assertThat(answer.transactionIdHigh()).isEqualTo(7);
        assertThat(answer.transactionIdLow()).isEqualTo(8);
        assertThat(answer.xorAddress(answer.find(StunAttribute.XOR_MAPPED_ADDRESS))).isEqualTo(ALICE);
        assertThat(answer.length()).isEqualTo(32);
        assertThat(it.onlySent().to()).isEqualTo(ALICE);
        assertThat(it.onlySent().socket()).isEqualTo(MemorySockets.LISTENER_SOCKET);
    }

    @Test
    void shouldStayBelowTwoPointTwoTimesTheBindingRequestOverIpv6() {
        TransportAddress source = TransportAddress.parse("[2001:db8::5]:4000");
        it.receive(MemorySockets.LISTENER_SOCKET, source, BARE_BINDING, BARE_BINDING.length);
        assertThat(it.onlySent().length()).isEqualTo(44);
        assertThat(it.onlyAnswer().xorAddress(it.onlyAnswer().find(StunAttribute.XOR_MAPPED_ADDRESS)))
            .isEqualTo(source);
    }

    @Test
    void shouldAddAFingerprintWhenTheRequestHasOne() {
        it.fromAlice(stun(StunType.BINDING_REQUEST, writer -> writer.fingerprint()));
        assertThat(it.onlyAnswer().fingerprintValid()).isTrue();
    }

    @Test
    void shouldDropARequestWithAWrongFingerprint() {
        it.fromAlice(stun(StunType.BINDING_REQUEST, writer -> writer.u32(StunAttribute.FINGERPRINT, 1)));
        assertThat(it.sockets.sent).isEmpty();
        assertThat(it.counted(ForwardingCounter.STUN_MALFORMED)).isOne();
    }

    @Test
    void shouldNameUnknownRequiredAttributes() {
        it.fromAlice(
            stun(
                StunType.BINDING_REQUEST,
                writer -> writer.u32(StunAttribute.CHANGE_REQUEST, 0).u32(0x8FFF, 0).u32(0x7FFF, 0)));
        StunMessage answer = it.onlyAnswer();
        assertThat(answer.messageType()).isEqualTo(StunType.BINDING_ERROR);
        assertThat(errorCode(answer)).isEqualTo(420);
        assertThat(answer.bytes(answer.find(StunAttribute.UNKNOWN_ATTRIBUTES)))
            .containsExactly(0x00, 0x03, 0x7F, 0xFF);
    }

    @ParameterizedTest
    @ValueSource(ints = {StunType.BINDING_INDICATION, StunType.BINDING_SUCCESS, StunType.DATA_INDICATION, 0x00AA})
    void shouldIgnoreWhatIsNoRequestOfAKnownMethod(int type) {
        it.fromAlice(stun(type, writer -> writer.bytes(StunAttribute.MESSAGE_INTEGRITY, new byte[20])));
        assertThat(it.sockets.sent).isEmpty();
        assertThat(it.counted(ForwardingCounter.STUN_IGNORED)).isOne();
        assertThat(it.punts.drain(packet -> {}, 10)).isZero();
    }

    @Test
    void shouldChallengeAnAllocateRequestWithoutCredentials() {
        it.fromAlice(BARE_ALLOCATE);
        StunMessage answer = it.onlyAnswer();
        assertThat(answer.messageType()).isEqualTo(StunType.ALLOCATE_ERROR);
        assertThat(errorCode(answer)).isEqualTo(401);
        assertThat(answer.utf8(answer.find(StunAttribute.REALM))).isEqualTo("turnstone");
        assertThat(answer.bytes(answer.find(StunAttribute.PASSWORD_ALGORITHMS)))
            .isEqualTo(PasswordAlgorithm.encode(Nonces.PASSWORD_ALGORITHMS));
        int nonce = answer.find(StunAttribute.NONCE);
        assertThat(it.nonces.verify(answer.buffer(), nonce, answer.valueLength(nonce), NOW_MS))
            .isEqualTo(Nonces.Verdict.VALID);
        assertThat(answer.length()).isLessThanOrEqualTo(5 * BARE_ALLOCATE.length);
    }

    @ParameterizedTest
    @CsvSource({"0x0004, 0x0114", "0x0008, 0x0118", "0x0009, 0x0119"})
    void shouldChallengeTheOtherRequestsToo(int type, int answerType) {
        it.fromAlice(stun(type, writer -> writer.u32(StunAttribute.LIFETIME, 0)));
        assertThat(it.onlyAnswer().messageType()).isEqualTo(answerType);
        assertThat(errorCode(it.onlyAnswer())).isEqualTo(401);
    }

    @Test
    void shouldNotAmplifyForRequestsShorterThanAnyAllocate() {
        it.fromAlice(stun(StunType.REFRESH_REQUEST, writer -> {}));
        assertThat(it.sockets.sent).isEmpty();
        assertThat(it.counted(ForwardingCounter.TOO_SHORT_TO_CHALLENGE)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"0x0001, BINDING", "0x0003, ALLOCATE", "0x0004, REFRESH", "0x0008, CREATE_PERMISSION",
        "0x0009, CHANNEL_BIND"})
    void shouldPuntRequestsWithEitherIntegrity(int type, PuntReason reason) {
        byte[] sha1 = stun(type, writer -> writer.bytes(StunAttribute.MESSAGE_INTEGRITY, new byte[20]));
        it.fromAlice(sha1);
        it.fromAlice(stun(type, writer -> writer.bytes(StunAttribute.MESSAGE_INTEGRITY_SHA256, new byte[32])));
        List<String> punted = new ArrayList<>();
        it.punts.drain(packet -> {
            assertThat(packet.reason()).isEqualTo(reason);
            assertThat(packet.source()).isEqualTo(ALICE);
            punted.add(packet.listener() + "/" + packet.forwarder() + "/" + packet.packetLength());
        }, 10);
        assertThat(punted).containsExactly("0/0/" + sha1.length, "0/0/" + (sha1.length + 12));
        assertThat(it.thread.counters().punts().get(reason)).isEqualTo(2);
        assertThat(it.sockets.sent).isEmpty();
    }

    @Test
    void shouldCountWhatTheFullPuntQueueDrops() {
        byte[] request = stun(
            StunType.REFRESH_REQUEST,
            writer -> writer.bytes(StunAttribute.USERNAME, new byte[500])
                .bytes(StunAttribute.MESSAGE_INTEGRITY, new byte[20]));
        for (int i = 0; i < 200; i++) {
            it.fromAlice(request);
        }
        long queued = it.thread.counters().punts().get(PuntReason.REFRESH);
        assertThat(queued).isBetween(1L, 199L);
        assertThat(it.counted(ForwardingCounter.PUNT_DROPPED)).isEqualTo(200 - queued);
        assertThat(it.punts.dropped()).isEqualTo(200 - queued);
    }

    @Test
    void shouldLimitTheAnswersToOneSourceAndRefillWithTime() {
        int perSecond = SETTINGS.answersPerSecond();
        for (int i = 0; i < perSecond + 10; i++) {
            it.fromAlice(BARE_BINDING);
        }
        assertThat(it.sockets.sent).hasSize(perSecond);
        assertThat(it.counted(ForwardingCounter.ANSWER_LIMITED)).isEqualTo(10);
        TransportAddress other = TransportAddress.parse("198.51.100.77:1");
        it.receive(MemorySockets.LISTENER_SOCKET, other, BARE_BINDING, BARE_BINDING.length);
        assertThat(it.sockets.sent).hasSize(perSecond + 1);
        it.path.beginTurn(NOW_MS + 1_000 / perSecond);
        it.fromAlice(BARE_BINDING);
        it.fromAlice(BARE_BINDING);
        assertThat(it.sockets.sent).hasSize(perSecond + 2);
    }
}
