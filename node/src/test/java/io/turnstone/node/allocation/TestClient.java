package io.turnstone.node.allocation;

import io.turnstone.node.auth.RequestBuilder;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that speaks to nodes of a {@link TurnWorld}; it checks the integrity of every protected answer. */
final class TestClient {
    final TransportAddress address;
    private final String username;
    private final String password;
    private TurnWorld.Node node;
    private String nonce = "";
    private long transactions;
    private byte[] lastRequest = {};

    TestClient(TurnWorld.Node node, String address, String username, String password) {
        this.node = node;
        this.address = TransportAddress.parse(address);
        this.username = username;
        this.password = password;
    }

    static TestClient alice(TurnWorld.Node node) {
        return new TestClient(node, "1.2.3.4:1000", "alice", "wonder");
    }

    /** The same client after its address has changed; the balancer sends its packets to that node. */
    TestClient movedTo(String newAddress, TurnWorld.Node other) {
        TestClient moved = new TestClient(other, newAddress, username, password);
        moved.nonce = nonce;
        return moved;
    }

    /** The balancer sends this client's packets to another node from now on. */
    void moveTo(TurnWorld.Node other) {
        node = other;
    }

    String nonce() {
        return nonce;
    }

    /** Takes the nonce of a 401 that an unauthenticated Allocate gets. */
    TestClient challenged() {
        StunMessage challenge = expect(
            RequestBuilder.request(StunType.ALLOCATE_REQUEST, nextId()).udp().bytes());
        nonce = challenge.utf8(challenge.find(StunAttribute.NONCE));
        return this;
    }

    StunMessage allocate() {
        return ask(StunType.ALLOCATE_REQUEST, TestClient::udp);
    }

    static void udp(StunWriter request) {
        request.u32(StunAttribute.REQUESTED_TRANSPORT, 17 << 24);
    }

    StunMessage refresh(int lifetimeSeconds) {
        return ask(StunType.REFRESH_REQUEST, it -> it.u32(StunAttribute.LIFETIME, lifetimeSeconds));
    }

    StunMessage allocateMobile() {
        return ask(StunType.ALLOCATE_REQUEST, it -> {
            udp(it);
            it.flag(StunAttribute.MOBILITY_TICKET);
        });
    }

    StunMessage refresh(byte[] ticket) {
        return ask(StunType.REFRESH_REQUEST, it -> it.bytes(StunAttribute.MOBILITY_TICKET, ticket));
    }

    StunMessage createPermission(String... peers) {
        return ask(StunType.CREATE_PERMISSION_REQUEST, it -> {
            for (String peer : peers) {
                it.xorAddress(StunAttribute.XOR_PEER_ADDRESS, TransportAddress.parse(peer));
            }
        });
    }

    StunMessage channelBind(int number, String peer) {
        return ask(
            StunType.CHANNEL_BIND_REQUEST,
            it -> it.u32(StunAttribute.CHANNEL_NUMBER, number << 16)
                .xorAddress(StunAttribute.XOR_PEER_ADDRESS, TransportAddress.parse(peer)));
    }

    /** Sends a signed request and expects one answer. */
    StunMessage ask(int messageType, Consumer<StunWriter> attributes) {
        return expect(signed(messageType, attributes).bytes());
    }

    RequestBuilder signed(int messageType, Consumer<StunWriter> attributes) {
        return RequestBuilder.request(messageType, nextId())
            .with(attributes)
            .username(username)
            .realm(TurnWorld.REALM)
            .nonce(nonce)
            .signed(username, TurnWorld.REALM, password);
    }

    private TransactionId nextId() {
        return new TransactionId((int) address.low() ^ address.port(), ++transactions);
    }

    /** Sends and expects one answer. */
    StunMessage expect(byte[] request) {
        byte[] response = send(request);
        if (response == null) {
            throw new AssertionError("no answer");
        }
        StunMessage message = RequestBuilder.parse(response);
        if (!message.transactionId().equals(transactionIdOf(request))) {
            throw new AssertionError("another transaction's answer");
        }
        if (message.has(StunAttribute.MESSAGE_INTEGRITY)
            && !new MessageIntegrity().verify(
                message,
                LongTermKey.of(PasswordAlgorithm.MD5, username, TurnWorld.REALM, password))) {
            throw new AssertionError("wrong integrity");
        }
        return message;
    }

    private static TransactionId transactionIdOf(byte[] request) {
        return new TransactionId(ByteBuffer.wrap(request).getInt(8), ByteBuffer.wrap(request).getLong(12));
    }

    /** Sends and returns the answer, or null for silence. */
    byte @Nullable [] send(byte[] request) {
        lastRequest = request;
        node.receive(address, request);
        return take();
    }

    /** The same octets once more, as a client does that heard nothing. */
    byte @Nullable [] retransmit() {
        return send(lastRequest);
    }

    /** The next answer that is already there, or null. */
    byte @Nullable [] take() {
        byte[] response = node.sent.poll();
        if (!node.sent.isEmpty()) {
            throw new AssertionError("more than one answer");
        }
        return response;
    }
}
