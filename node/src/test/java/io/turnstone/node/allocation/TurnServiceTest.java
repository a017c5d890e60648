package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.RequestBuilder;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.TransactionId;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 8656 as the dialogue of a client with the cluster. */
class TurnServiceTest {
    private final TurnWorld world = new TurnWorld();
    private final TestClient client = TestClient.alice(world.node(1)).challenged();

    @Test
    void shouldChallengeAnAllocateWithoutCredentials() {
        StunMessage challenge = new TestClient(world.node(1), "1.1.1.9:9", "alice", "wonder")
            .expect(RequestBuilder.allocate().bytes());
        assertError(challenge, StunType.ALLOCATE_ERROR, 401);
        assertThat(challenge.has(StunAttribute.REALM)).isTrue();
        assertThat(challenge.has(StunAttribute.NONCE)).isTrue();
        assertThat(challenge.has(StunAttribute.PASSWORD_ALGORITHMS)).isTrue();
        assertThat(challenge.has(StunAttribute.SOFTWARE)).isFalse();
        assertThat(challenge.has(StunAttribute.MESSAGE_INTEGRITY)).isFalse();
    }

    @Test
    void shouldAllocate() {
        StunMessage success = client.allocate();
        assertThat(success.messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
        assertThat(address(success, StunAttribute.XOR_RELAYED_ADDRESS)).hasToString("20.0.0.1:50000");
        assertThat(address(success, StunAttribute.XOR_MAPPED_ADDRESS)).isEqualTo(client.address);
        assertThat(u32(success, StunAttribute.LIFETIME)).isEqualTo(600);
        assertProtected(success);
    }

    @Test
    void shouldTellWhereAnAuthenticatedRequestHasArrived() {
        client.allocate();
        world.arrivals.clear();
        client.refresh(600);
        assertThat(world.arrivals).isNotEmpty().allMatch(it -> it.client().equals(client.address));
    }

    @Test
    void shouldAnswer437ToASecondAllocateEvenIfItIsMalformed() {
        client.allocate();
        assertError(client.allocate(), StunType.ALLOCATE_ERROR, 437);
        assertError(client.ask(StunType.ALLOCATE_REQUEST, _ -> {}), StunType.ALLOCATE_ERROR, 437);
    }

    @Test
    void shouldAnswer400WithoutTransportAnd442ForTcp() {
        assertError(client.ask(StunType.ALLOCATE_REQUEST, _ -> {}), StunType.ALLOCATE_ERROR, 400);
        assertError(
            client.ask(StunType.ALLOCATE_REQUEST, it -> it.u32(StunAttribute.REQUESTED_TRANSPORT, 6 << 24)),
            StunType.ALLOCATE_ERROR,
            442);
    }

    @Test
    void shouldAnswer420WithTheAttributesItDoesNotKnow() {
        StunMessage error = client.ask(
            StunType.ALLOCATE_REQUEST,
            it -> it.u32(0x7001, 1).u32(StunAttribute.REQUESTED_TRANSPORT, 17 << 24).u32(0xFF05, 1).u32(0x7002, 1));
        assertError(error, StunType.ALLOCATE_ERROR, 420);
        assertThat(error.bytes(error.find(StunAttribute.UNKNOWN_ATTRIBUTES))).containsExactly(0x70, 1, 0x70, 2);
    }

    @Test
    void shouldAnswer420ToDontFragmentWhereItCannotBeDone() {
        world.setsDontFragment = false;
        TestClient other = TestClient.alice(world.node(2)).challenged();
        StunMessage error = other.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.flag(StunAttribute.DONT_FRAGMENT);
        });
        assertError(error, StunType.ALLOCATE_ERROR, 420);
        assertThat(error.bytes(error.find(StunAttribute.UNKNOWN_ATTRIBUTES))).containsExactly(0, 0x1A);
    }

    @Test
    void shouldAllocateTheFamilyThatIsAskedForOrAnswer440() {
        StunMessage ipv6 = client.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 2 << 24);
        });
        assertThat(address(ipv6, StunAttribute.XOR_RELAYED_ADDRESS).ip()).isEqualTo(TurnWorld.RELAY_IPV6);
        world.hasIpv6 = false;
        TestClient other = new TestClient(world.node(1), "1.2.3.4:1001", "alice", "wonder").challenged();
        StunMessage refused = other.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 2 << 24);
        });
        assertError(refused, StunType.ALLOCATE_ERROR, 440);
    }

    @Test
    void shouldAllocateBothFamiliesOrSayWhichOneIsMissing() {
        StunMessage both = client.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.u32(StunAttribute.ADDITIONAL_ADDRESS_FAMILY, 2 << 24);
        });
        int first = both.find(StunAttribute.XOR_RELAYED_ADDRESS);
        assertThat(both.xorAddress(first)).hasToString("20.0.0.1:50000");
        assertThat(both.xorAddress(both.nextAttribute(first))).hasToString("[2606:4700::20]:50000");
        world.hasIpv6 = false;
        TestClient other = new TestClient(world.node(1), "1.2.3.4:1001", "alice", "wonder").challenged();
        StunMessage one = other.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.u32(StunAttribute.ADDITIONAL_ADDRESS_FAMILY, 2 << 24);
        });
        assertThat(one.messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
        assertThat(u32(one, StunAttribute.ADDRESS_ERROR_CODE)).isEqualTo(2 << 24 | 4 << 8 | 40);
    }

    @Test
    void shouldAllocateAReservedPortInTheShardThatItsTokenNames() {
        StunMessage even = client.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.bytes(StunAttribute.EVEN_PORT, new byte[]{(byte) 0x80});
        });
        byte[] token = even.bytes(even.find(StunAttribute.RESERVATION_TOKEN));
        TestClient other = new TestClient(world.node(2), "1.2.3.4:1001", "alice", "wonder").challenged();
        StunMessage next = other.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.bytes(StunAttribute.RESERVATION_TOKEN, token);
        });
        assertThat(address(next, StunAttribute.XOR_RELAYED_ADDRESS)).hasToString("20.0.0.1:50001");
        assertThat(world.node(2).mintedInShards).containsExactly(1);
    }

    @Test
    void shouldAnswer508ToATokenThatReservesNothing() {
        for (long token : new long[]{0x0001_0000_0000_0000L, -1}) {
            StunMessage error = client.ask(StunType.ALLOCATE_REQUEST, it -> {
                TestClient.udp(it);
                it.u64(StunAttribute.RESERVATION_TOKEN, token);
            });
            assertError(error, StunType.ALLOCATE_ERROR, 508);
        }
    }

    @Test
    void shouldAnswer508WhenNoPortIsLeft() {
        world.hasPorts = false;
        assertError(client.allocate(), StunType.ALLOCATE_ERROR, 508);
    }

    @Test
    void shouldAnswer486BeyondTheQuotaOfAnAccount() {
        world.userQuota = 1;
        TestClient first = TestClient.alice(world.node(2)).challenged();
        first.allocate();
        TestClient second = new TestClient(world.node(2), "1.2.3.4:1001", "alice", "wonder").challenged();
        assertError(second.allocate(), StunType.ALLOCATE_ERROR, 486);
        TestClient bob = new TestClient(world.node(2), "1.2.3.4:1002", "bob", "builder").challenged();
        assertThat(bob.allocate().messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }

    @Test
    void shouldCountAllocationsThatAreBeingMadeAgainstTheQuota() {
        world.userQuota = 1;
        TestClient first = TestClient.alice(world.node(2)).challenged();
        TestClient second = new TestClient(world.node(2), "1.2.3.4:1001", "alice", "wonder").challenged();
        world.replicating = false;
        assertThat(first.send(first.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes())).isNull();
        assertError(second.allocate(), StunType.ALLOCATE_ERROR, 486);
    }

    @Test
    void shouldRefreshAndDelete() {
        client.allocate();
        assertThat(u32(client.refresh(1200), StunAttribute.LIFETIME)).isEqualTo(1200);
        StunMessage deleted = client.refresh(0);
        assertThat(deleted.messageType()).isEqualTo(StunType.REFRESH_SUCCESS);
        assertThat(u32(deleted, StunAttribute.LIFETIME)).isZero();
        assertThat(world.routeCount()).isZero();
        assertThat(client.allocate().messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }

    @Test
    void shouldAnswer443ToARefreshOfAnotherFamily() {
        client.allocate();
        StunMessage error = client.ask(StunType.REFRESH_REQUEST,
            it -> it.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 2 << 24));
        assertError(error, StunType.REFRESH_ERROR, 443);
    }

    @Test
    void shouldPermitAndBind() {
        client.allocate();
        StunMessage permitted = client.createPermission("8.8.8.8:1", "8.8.4.4:0");
        assertThat(permitted.messageType()).isEqualTo(StunType.CREATE_PERMISSION_SUCCESS);
        assertProtected(permitted);
        assertThat(world.onlyRoute().permissions()).hasSize(2);
        StunMessage bound = client.channelBind(0x4000, "8.8.8.8:1");
        assertThat(bound.messageType()).isEqualTo(StunType.CHANNEL_BIND_SUCCESS);
        assertThat(world.onlyRoute().channel(0x4000)).isPresent();
    }

    @Test
    void shouldAnswer400ToRequestsWithoutPeer() {
        client.allocate();
        assertError(client.createPermission(), StunType.CREATE_PERMISSION_ERROR, 400);
        assertError(
            client.ask(StunType.CHANNEL_BIND_REQUEST, it -> it.u32(StunAttribute.CHANNEL_NUMBER, 0x4000 << 16)),
            StunType.CHANNEL_BIND_ERROR,
            400);
        assertError(client.channelBind(0x3FFF, "8.8.8.8:1"), StunType.CHANNEL_BIND_ERROR, 400);
        assertError(client.channelBind(0x8000, "8.8.8.8:1"), StunType.CHANNEL_BIND_ERROR, 400);
    }

    @Test
    void shouldAnswer441ToAnotherUserOfTheSameFiveTuple() {
        client.allocate();
        TestClient bob = new TestClient(world.node(1), client.address.toString(), "bob", "builder").challenged();
        assertError(bob.refresh(0), StunType.REFRESH_ERROR, 441);
        assertError(bob.createPermission("8.8.8.8:1"), StunType.CREATE_PERMISSION_ERROR, 441);
        assertError(bob.channelBind(0x4000, "8.8.8.8:1"), StunType.CHANNEL_BIND_ERROR, 441);
    }

    @Test
    void shouldProtectErrorsOfAuthenticatedRequests() {
        client.allocate();
        assertProtected(client.createPermission("10.0.0.1:1"));
        assertProtected(client.allocate());
    }

    @Test
    void shouldAnswerWithSha256WhenTheClientChoseIt() {
        byte[] request = RequestBuilder.allocate()
            .username("alice")
            .realm(TurnWorld.REALM)
            .nonce(client.nonce())
            .algorithms(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5)
            .algorithm(PasswordAlgorithm.SHA_256)
            .signedSha256(PasswordAlgorithm.SHA_256, "alice", TurnWorld.REALM, "wonder")
            .bytes();
        StunMessage success = client.expect(request);
        assertThat(success.has(StunAttribute.MESSAGE_INTEGRITY)).isFalse();
        assertThat(
            new MessageIntegrity().verifySha256(
                success,
                LongTermKey.of(PasswordAlgorithm.SHA_256, "alice", TurnWorld.REALM, "wonder")))
            .isTrue();
    }

    @Test
    void shouldAnswerWithAFingerprintWhenTheRequestHasOne() {
        StunMessage success = client
            .expect(client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).with(it -> it.fingerprint()).bytes());
        assertThat(success.fingerprintValid()).isTrue();
        assertThat(client.refresh(600).has(StunAttribute.FINGERPRINT)).isFalse();
    }

    @Test
    void shouldAnswerABindingWithCredentials() {
        StunMessage success = client.ask(StunType.BINDING_REQUEST, _ -> {});
        assertThat(address(success, StunAttribute.XOR_MAPPED_ADDRESS)).isEqualTo(client.address);
        assertProtected(success);
    }

    @Test
    void shouldDropRetransmissionsWhileTheAnswerIsOnItsWay() {
        world.replicating = false;
        assertThat(client.send(client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes())).isNull();
        assertThat(client.retransmit()).isNull();
        world.nowMs += 1_000;
        assertThat(client.retransmit()).isNull();
        world.replicate();
        assertThat(client.take()).isNotNull();
        assertThat(world.routeCount()).isEqualTo(1);
    }

    @Test
    void shouldBeSilentWhenThisNodeMayNotMint() {
        world.ready = false;
        assertThat(client.send(client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes())).isNull();
        world.ready = true;
        assertThat(client.retransmit()).isNotNull();
    }

    @Test
    void shouldForgetARequestThatNobodyAnswers() {
        world.replicating = false;
        client.send(client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes());
        assertThat(world.node(1).service.doWork(world.nowMs + InFlight.FORGET_MS - 1)).isZero();
        assertThat(world.node(1).service.doWork(world.nowMs + InFlight.FORGET_MS)).isEqualTo(1);
    }

    @Test
    void shouldBeSilentAboutAnythingThatIsNoRequest() {
        for (int type : new int[]{StunType.ALLOCATE_SUCCESS, StunType.ALLOCATE_ERROR, StunType.SEND_INDICATION,
            StunType.DATA_INDICATION, 0x000A, 0x0FFF & ~0x110}) {
            assertThat(client.send(client.signed(type, TestClient::udp).bytes())).isNull();
            assertThat(client.send(RequestBuilder.request(type, new TransactionId(1, 1)).bytes())).isNull();
        }
    }

    @Test
    void shouldBeSilentWhenTheFingerprintIsWrong() {
        byte[] request = RequestBuilder.allocate().with(it -> it.fingerprint()).bytes();
        request[request.length - 1] ^= 1;
        assertThat(client.send(request)).isNull();
    }

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldNeverFailNorLetAMutatedRequestIn(int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] request = client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes();
            request[random.nextInt(request.length)] ^= (byte) (1 + random.nextInt(255));
            byte[] answer = client.send(request);
            if (answer != null) {
                assertThat(RequestBuilder.parse(answer).messageClass()).isEqualTo(0b11);
            }
        }
        assertThat(world.routeCount()).isZero();
    }

    static void assertError(StunMessage message, int messageType, int code) {
        assertThat(message.messageType()).isEqualTo(messageType);
        int number = u32(message, StunAttribute.ERROR_CODE);
        assertThat((number >>> 8) * 100 + (number & 0xFF)).isEqualTo(code);
    }

    private static void assertProtected(StunMessage message) {
        assertThat(message.has(StunAttribute.MESSAGE_INTEGRITY)).isTrue();
        assertThat(message.utf8(message.find(StunAttribute.SOFTWARE))).isEqualTo("Turnstone");
    }

    static int u32(StunMessage message, int type) {
        return message.buffer().getInt(message.find(type), ByteOrder.BIG_ENDIAN);
    }

    private static TransportAddress address(StunMessage message, int type) {
        TransportAddress address = message.xorAddress(message.find(type));
        if (address == null) {
            throw new AssertionError("no address");
        }
        return address;
    }
}
