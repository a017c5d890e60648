package io.turnstone.node.allocation;

import static io.turnstone.node.allocation.TurnServiceTest.assertError;
import static io.turnstone.node.allocation.TurnServiceTest.u32;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.RequestBuilder;
import io.turnstone.node.rib.Inquiry;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.TransactionId;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What real clients (libwebrtc, Firefox's nICEr, pion) need beyond the RFC, or against it. The numbers are those of the
 * project's list of client rules.
 */
class ClientRulesTest {
    private static final String PEER = "8.8.8.8:4000";

    private final TurnWorld world = new TurnWorld();
    private final TestClient client = TestClient.alice(world.node(1)).challenged();

    @Test
    void rule1ShouldAnswerThroughTheListenerThatTheClientSentTo() {
        List<Origin> origins = new ArrayList<>();
        Answers answers = (origin, _, _, _) -> origins.add(origin);
        byte[] request = client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes();
        List<TransportAddress> services = List.of(TransportAddress.parse("5.6.7.8:3478"),
            TransportAddress.parse("5.6.7.9:80"));
        Origin origin = new Origin(client.address, 1, 3);
        UnsafeBuffer packet = new UnsafeBuffer(request);
        world.node(1).service(services, answers).onPacket(origin, packet, 0, request.length, world.nowMs);
        assertThat(world.onlyRoute().fiveTuple().server()).isEqualTo(services.get(1));
        world.node(2).service(services, answers).onPacket(origin, packet, 0, request.length, world.nowMs);
        assertThat(origins).containsExactly(origin);
    }

    @Test
    void rule2ShouldStaySilentAboutAnUnknownFiveTupleAndAskTheCluster() {
        assertThat(sendRefresh()).isNull();
        assertThat(world.inquiries).isEqualTo(1);
    }

    @Test
    void rule2ShouldAnswer437OnlyWhenTheClusterIsCertain() {
        world.inquiry = new Inquiry.Unknown();
        assertError(client.refresh(600), StunType.REFRESH_ERROR, 437);
        world.nowMs += 1_000;
        assertError(client.createPermission(PEER), StunType.CREATE_PERMISSION_ERROR, 437);
    }

    @Test
    void rule2ShouldServeTheRequestWhenAnotherNodeKnowsTheFiveTuple() {
        client.allocate();
        world.inquiry = new Inquiry.Known(world.onlyRoute());
        world.hidesRoutes = true;
        assertThat(client.createPermission(PEER).messageType()).isEqualTo(StunType.CREATE_PERMISSION_SUCCESS);
        assertThat(world.inquiries).isEqualTo(1);
    }

    @Test
    void rule2ShouldAskOncePerSecondAndNeverForAStranger() {
        TestClient stranger = new TestClient(world.node(1), "1.2.3.4:1000", "alice", "wrong");
        stranger.ask(StunType.REFRESH_REQUEST, _ -> {});
        assertThat(world.inquiries).isZero();
        sendRefresh();
        sendRefresh();
        assertThat(world.inquiries).isEqualTo(1);
        world.nowMs += 1_000;
        sendRefresh();
        assertThat(world.inquiries).isEqualTo(2);
    }

    @Test
    void rule2ShouldAllocateAtOnceOnAnUnknownFiveTuple() {
        assertThat(client.allocate().messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
        assertThat(world.inquiries).isZero();
    }

    @Test
    void rule3ShouldTakeTheChallengeOfAnotherNode() {
        client.moveTo(world.node(2));
        assertThat(client.allocate().messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }

    @Test
    void rule3ShouldAnswer438AfterTenMinutesButNeverToAnAllocateWithANonceOfOurs() {
        client.allocate();
        world.nowMs += 599_000;
        assertThat(client.refresh(3600).messageType()).isEqualTo(StunType.REFRESH_SUCCESS);
        world.nowMs += 2_000;
        assertError(client.refresh(3600), StunType.REFRESH_ERROR, 438);
        world.nowMs += 3_600_000;
        assertThat(client.allocate().messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }

    @Test
    void rule4ShouldRepeatTheSameAnswerFromAnyNodeForFortySeconds() {
        byte[] request = client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes();
        byte[] answer = client.send(request);
        assertThat(answer).isNotNull();
        client.createPermission(PEER);
        client.refresh(3600);
        assertThat(client.send(request)).isEqualTo(answer);
        client.moveTo(world.node(2));
        world.nowMs += 39_999;
        assertThat(client.send(request)).isEqualTo(answer);
        world.nowMs += 1;
        assertError(client.expect(request), StunType.ALLOCATE_ERROR, 437);
    }

    @Test
    void rule5ShouldAnswerSuccessOnlyOnceReplicated() {
        world.replicating = false;
        assertThat(client.send(client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp).bytes())).isNull();
        world.replicate();
        assertThat(client.take()).isNotNull();
        byte[] permission = client.signed(
            StunType.CREATE_PERMISSION_REQUEST,
            it -> it.xorAddress(StunAttribute.XOR_PEER_ADDRESS, TransportAddress.parse(PEER))).bytes();
        assertThat(client.send(permission)).isNull();
        world.replicate();
        assertThat(client.take()).isNotNull();
        byte[] channel = client.signed(
            StunType.CHANNEL_BIND_REQUEST,
            it -> it.u32(StunAttribute.CHANNEL_NUMBER, 0x4000 << 16)
                .xorAddress(StunAttribute.XOR_PEER_ADDRESS, TransportAddress.parse(PEER)))
            .bytes();
        assertThat(client.send(channel)).isNull();
        world.replicate();
        assertThat(client.take()).isNotNull();
    }

    @Test
    void rule6ShouldAnswer403AndNothingElseToADeniedPeerOrBeyondALimit() {
        client.allocate();
        assertError(client.createPermission("10.0.0.1:1"), StunType.CREATE_PERMISSION_ERROR, 403);
        assertError(client.createPermission("9.9.9.9:1"), StunType.CREATE_PERMISSION_ERROR, 403);
        assertError(client.createPermission("[2606:4700::1]:1"), StunType.CREATE_PERMISSION_ERROR, 403);
        assertError(client.channelBind(0x4000, "192.168.1.1:1"), StunType.CHANNEL_BIND_ERROR, 403);
        for (int i = 0; i < AllocationLimits.DEFAULT.permissionsMax(); i++) {
            client.createPermission("8.1." + i / 250 + "." + i % 250 + ":1");
        }
        assertError(client.createPermission(PEER), StunType.CREATE_PERMISSION_ERROR, 403);
        assertError(client.channelBind(0x4000, PEER), StunType.CHANNEL_BIND_ERROR, 403);
    }

    @Test
    void rule8ShouldTakeChannelNumbersUpTo7fff() {
        client.allocate();
        assertThat(client.channelBind(0x7FFF, PEER).messageType()).isEqualTo(StunType.CHANNEL_BIND_SUCCESS);
    }

    @Test
    void rule9ShouldAllocateIpv4UnlessASettingLetsItFollowTheClient() {
        TestClient plain = new TestClient(world.node(1), "[2606:4700::9]:1000", "alice", "wonder").challenged();
        plain.allocate();
        assertThat(AddressFamily.of(world.onlyRoute().relayedAddresses().getFirst())).isEqualTo(AddressFamily.IPV4);
        plain.refresh(0);
        world.followsClientFamily = true;
        TestClient followed = new TestClient(world.node(2), "[2606:4700::9]:1000", "alice", "wonder").challenged();
        followed.allocate();
        assertThat(AddressFamily.of(world.onlyRoute().relayedAddresses().getFirst())).isEqualTo(AddressFamily.IPV6);
    }

    @Test
    void rule11ShouldGrantTenMinutesByDefaultAndAnHourAtMost() {
        assertThat(u32(client.allocate(), StunAttribute.LIFETIME)).isEqualTo(600);
        assertThat(u32(client.refresh(3600), StunAttribute.LIFETIME)).isEqualTo(3600);
        assertThat(u32(client.refresh(-1), StunAttribute.LIFETIME)).isEqualTo(3600);
        assertThat(u32(client.refresh(1), StunAttribute.LIFETIME)).isEqualTo(600);
    }

    @Test
    void rule12ShouldIgnoreWhatFollowsTheIntegrityAttribute() {
        byte[] request = client.signed(StunType.ALLOCATE_REQUEST, TestClient::udp)
            .with(it -> it.u32(0x7001, 1).u32(StunAttribute.REQUESTED_TRANSPORT, 6 << 24))
            .bytes();
        assertThat(client.expect(request).messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }

    @Test
    void rule12ShouldLetTheFirstOfDuplicateAttributesCount() {
        StunMessage success = client.ask(StunType.ALLOCATE_REQUEST, it -> {
            TestClient.udp(it);
            it.u32(StunAttribute.REQUESTED_TRANSPORT, 6 << 24)
                .u32(StunAttribute.LIFETIME, 1000)
                .u32(StunAttribute.LIFETIME, 2000);
        });
        assertThat(u32(success, StunAttribute.LIFETIME)).isEqualTo(1000);
    }

    @Test
    void rule12ShouldCountTheReasonOfAnErrorWithoutItsPadding() {
        client.allocate();
        StunMessage error = client.createPermission("10.0.0.1:1");
        assertThat(error.valueLength(error.find(StunAttribute.ERROR_CODE))).isEqualTo(4 + "Forbidden".length());
    }

    @Test
    void rule12ShouldPermitAllPeersOrNone() {
        client.allocate();
        assertError(client.createPermission(PEER, "10.0.0.1:1"), StunType.CREATE_PERMISSION_ERROR, 403);
        assertThat(world.onlyRoute().permissions()).isEmpty();
    }

    @Test
    void rule12ShouldPermitAnAddressButBindATransportAddress() {
        client.allocate();
        client.channelBind(0x4000, PEER);
        assertThat(client.channelBind(0x4001, "8.8.8.8:4001").messageType()).isEqualTo(StunType.CHANNEL_BIND_SUCCESS);
        assertThat(world.onlyRoute().permissions()).hasSize(1);
        assertThat(world.onlyRoute().channels()).hasSize(2);
    }

    @Test
    void rule12ShouldKeepTheOrderOf400401438And441() {
        client.allocate();
        RequestBuilder withoutNonce = RequestBuilder.request(StunType.REFRESH_REQUEST, new TransactionId(9, 9))
            .username("bob")
            .realm(TurnWorld.REALM)
            .signed("bob", TurnWorld.REALM, "wrong");
        assertError(client.expect(withoutNonce.bytes()), StunType.REFRESH_ERROR, 400);
        TestClient wrong = new TestClient(world.node(1), client.address.toString(), "bob", "wrong");
        assertError(wrong.refresh(600), StunType.REFRESH_ERROR, 401);
        TestClient stale = new TestClient(world.node(1), client.address.toString(), "bob", "builder");
        assertError(stale.refresh(600), StunType.REFRESH_ERROR, 438);
        assertError(stale.challenged().refresh(600), StunType.REFRESH_ERROR, 441);
    }

    private byte @Nullable [] sendRefresh() {
        return client.send(client.signed(StunType.REFRESH_REQUEST, _ -> {}).bytes());
    }
}
