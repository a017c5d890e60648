package io.turnstone.node.auth;

import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.stun.UserHash;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Says in a test what a client sends. */
public final class RequestBuilder {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1500]);
    private final StunWriter writer = new StunWriter();
    private final MessageIntegrity integrity = new MessageIntegrity();

    private RequestBuilder(int messageType, TransactionId transactionId) {
        writer.begin(buffer, 0, messageType, transactionId);
    }

    public static RequestBuilder allocate() {
        return request(StunType.ALLOCATE_REQUEST, new TransactionId(1, 2)).udp();
    }

    public static RequestBuilder request(int messageType, TransactionId transactionId) {
        return new RequestBuilder(messageType, transactionId);
    }

    public RequestBuilder udp() {
        return with(it -> it.u32(StunAttribute.REQUESTED_TRANSPORT, 17 << 24));
    }

    public RequestBuilder with(Consumer<StunWriter> attributes) {
        attributes.accept(writer);
        return this;
    }

    public RequestBuilder username(String username) {
        return with(it -> it.utf8(StunAttribute.USERNAME, username));
    }

    public RequestBuilder userHash(String username, String realm) {
        return with(it -> it.bytes(StunAttribute.USERHASH, UserHash.of(username, realm).toBytes()));
    }

    public RequestBuilder realm(String realm) {
        return with(it -> it.utf8(StunAttribute.REALM, realm));
    }

    public RequestBuilder nonce(String nonce) {
        return with(it -> it.utf8(StunAttribute.NONCE, nonce));
    }

    public RequestBuilder algorithms(PasswordAlgorithm... algorithms) {
        return with(
            it -> it.bytes(StunAttribute.PASSWORD_ALGORITHMS, PasswordAlgorithm.encode(Arrays.asList(algorithms))));
    }

    public RequestBuilder algorithm(PasswordAlgorithm algorithm) {
        return with(
            it -> it.bytes(StunAttribute.PASSWORD_ALGORITHM, PasswordAlgorithm.encode(Arrays.asList(algorithm))));
    }

    /** MESSAGE-INTEGRITY with the MD5 key. */
    public RequestBuilder signed(String username, String realm, String password) {
        return with(
            it -> it.messageIntegrity(integrity, LongTermKey.of(PasswordAlgorithm.MD5, username, realm, password)));
    }

    /** MESSAGE-INTEGRITY-SHA256 with the key of {@code algorithm}. */
    public RequestBuilder signedSha256(PasswordAlgorithm algorithm, String username, String realm, String password) {
        return with(
            it -> it.messageIntegritySha256(integrity, LongTermKey.of(algorithm, username, realm, password)));
    }

    public byte[] bytes() {
        return Arrays.copyOf(buffer.byteArray(), writer.length());
    }

    public StunMessage message() {
        return parse(bytes());
    }

    public static StunMessage parse(byte[] bytes) {
        StunMessage message = new StunMessage();
        if (!message.wrap(new UnsafeBuffer(bytes), 0, bytes.length)) {
            throw new AssertionError("not a STUN message");
        }
        return message;
    }
}
