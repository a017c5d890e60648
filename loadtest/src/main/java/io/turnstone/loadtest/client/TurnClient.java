package io.turnstone.loadtest.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One 5-tuple's client of RFC 8656. Every method may be called from any thread; answers arrive as futures that complete
 * on the loop, and fail with {@link NoAnswerException} where nobody answers. The socket is not connected, so
 * {@link #moveTo} can send the same 5-tuple's packets to another node behind one service address, as a balancer does.
 */
public final class TurnClient implements AutoCloseable {
    private final ClientLoop loop;
    private final Credentials credentials;
    private final DatagramChannel channel;
    private final Map<TransactionKey, Transaction> transactions = new HashMap<>();
    private volatile InetSocketAddress server;
    private volatile boolean strict;
    private volatile RetryPolicy retryPolicy = RetryPolicy.LIBWEBRTC;
    private volatile @Nullable Challenge challenge;
    private volatile @Nullable InetSocketAddress lastSource;
    private volatile DataHandler dataHandler = (peer, channelNumber, payload) -> {};
    private volatile StrayHandler strayHandler = (datagram, source) -> {};

    /** Payload that a peer sent to the relayed address. On the loop; the buffer is reused at once. */
    public interface DataHandler {
        /**
         * @param peer the sender, or null where the payload came as ChannelData
         * @param channelNumber the channel, or 0 where it came as a Data indication
         */
        void onData(@Nullable InetSocketAddress peer, int channelNumber, ByteBuffer payload);
    }

    /** A datagram that is neither the answer to a request nor payload. On the loop. */
    public interface StrayHandler {
        void onStray(byte[] datagram, InetSocketAddress source);
    }

    /** What a server asks for in a 401 or 438 (RFC 8489 §9.2.1). */
    public record Challenge(String realm, String nonce, StunMessage answer) {}

    private record Transaction(TransactionKey key, ByteBuffer request, InetSocketAddress to,
        CompletableFuture<StunMessage> answer) {}

    TurnClient(ClientLoop loop, InetSocketAddress server, Credentials credentials, InetSocketAddress local) {
        this.loop = loop;
        this.server = server;
        this.credentials = credentials;
        this.channel = loop.open(local, this::onDatagram);
    }

    public TurnClient retrying(RetryPolicy policy) {
        this.retryPolicy = policy;
        return this;
    }

    /** From now on what does not come from exactly the server's address is a stray, as browsers see it. */
    public TurnClient strict() {
        this.strict = true;
        return this;
    }

    /** From now on requests and payload go to {@code otherServer}; answers are taken from anywhere. */
    public void moveTo(InetSocketAddress otherServer) {
        this.server = otherServer;
    }

    public void onData(DataHandler handler) {
        this.dataHandler = handler;
    }

    public void onStray(StrayHandler handler) {
        this.strayHandler = handler;
    }

    /** Whence the last datagram came: the listener of the node that sent it. Null before the first. */
    public @Nullable InetSocketAddress lastSource() {
        return lastSource;
    }

    public int localPort() {
        try {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public @Nullable Challenge challenge() {
        return challenge;
    }

    /** From now on requests answer this challenge of a node of the same cluster, so the first one needs none of its own. */
    public TurnClient challengedBy(Challenge known) {
        this.challenge = known;
        return this;
    }

    public CompletableFuture<StunMessage> binding() {
        return exchange(StunMessageBuilder.request(Stun.BINDING).build());
    }

    /** An Allocate for a UDP relay, plus what {@code more} adds. */
    public CompletableFuture<StunMessage> allocate(Requests.Extra more) {
        return request(Requests.allocate(more));
    }

    /** The Allocate that Chrome sends: REQUESTED-TRANSPORT and nothing else. */
    public CompletableFuture<StunMessage> allocate() {
        return allocate(Requests.NOTHING);
    }

    /** @param lifetimeSeconds 0 gives the allocation back */
    public CompletableFuture<StunMessage> refresh(int lifetimeSeconds) {
        return request(Requests.refresh(lifetimeSeconds));
    }

    /** @param ticket what the last answer with one brought to the socket that this one takes over from */
    public CompletableFuture<StunMessage> takeOver(byte[] ticket) {
        return request(Requests.move(ticket));
    }

    public CompletableFuture<StunMessage> createPermission(InetSocketAddress... peers) {
        return request(Requests.createPermission(List.of(peers)));
    }

    public CompletableFuture<StunMessage> channelBind(int channelNumber, InetSocketAddress peer) {
        return request(Requests.channelBind(channelNumber, peer));
    }

    /**
     * Sends a request with the long-term credential, and once more after each challenge: without a nonce the first 401
     * brings one, a 438 brings a fresh one. A second 401 is the answer.
     */
    public CompletableFuture<StunMessage> request(Requests.Maker maker) {
        boolean hadNonce = challenge != null;
        return exchange(authenticated(maker)).thenCompose(answer -> {
            int code = answer.errorCode();
            boolean again = code == 438 || (code == 401 && !hadNonce);
            return again && rememberChallenge(answer)
                ? exchange(authenticated(maker))
                : CompletableFuture.completedFuture(answer);
        });
    }

    /** The request as it would leave now: with credentials if a challenge is known, bare if not. */
    public byte[] authenticated(Requests.Maker maker) {
        StunMessageBuilder builder = maker.make();
        Challenge known = challenge;
        if (known == null) {
            return builder.build();
        }
        if (credentials.hideUsername()) {
            builder.attribute(Stun.USERHASH, Integrity.userhash(credentials.username(), known.realm()));
        } else {
            builder.text(Stun.USERNAME, credentials.username());
        }
        builder.text(Stun.REALM, known.realm()).text(Stun.NONCE, known.nonce());
        byte[] offered = known.answer().attribute(Stun.PASSWORD_ALGORITHMS);
        if (offered != null && credentials.integrity() == Integrity.SHA256) {
            builder.attribute(Stun.PASSWORD_ALGORITHMS, offered);
            builder.integer(Stun.PASSWORD_ALGORITHM, credentials.integrity().passwordAlgorithm() << 16);
        }
        return builder.integrity(credentials.integrity(), key()).build();
    }

    /** The long-term key for the realm of the last challenge. */
    public byte[] key() {
        Challenge known = challenge;
        if (known == null) {
            throw new IllegalStateException("no challenge yet, so no realm");
        }
        return credentials.key(known.realm());
    }

    /** Sends these very octets, again by the retry policy, until a message with their transaction id answers. */
    public CompletableFuture<StunMessage> exchange(byte[] request) {
        Transaction transaction = new Transaction(TransactionKey.of(request), ByteBuffer.wrap(request), server,
            new CompletableFuture<>());
        RetryPolicy policy = retryPolicy;
        loop.execute(() -> {
            transactions.put(transaction.key, transaction);
            transmit(transaction, policy, 1);
        });
        return transaction.answer;
    }

    /** Any octets at all, once; whatever comes back and is no answer goes to the stray handler. */
    public void sendRaw(byte[] datagram) {
        send(ByteBuffer.wrap(datagram), server);
    }

    public void sendIndication(InetSocketAddress peer, ByteBuffer payload) {
        byte[] data = new byte[payload.remaining()];
        payload.get(data);
        byte[] message = StunMessageBuilder.indication(Stun.SEND)
            .xorAddress(Stun.XOR_PEER_ADDRESS, peer)
            .attribute(Stun.DATA_ATTRIBUTE, data)
            .build();
        send(ByteBuffer.wrap(message), server);
    }

    /** ChannelData with the header in front of {@code payload}, unpadded as UDP allows (RFC 8656 §12.5). */
    public void sendChannelData(int channelNumber, ByteBuffer payload) {
        ByteBuffer framed = ByteBuffer.allocate(Stun.CHANNEL_HEADER_BYTES + payload.remaining());
        framed.putShort((short) channelNumber).putShort((short) payload.remaining()).put(payload);
        send(framed.flip(), server);
    }

    /** Sends a whole ChannelData message that the caller framed: no copy. False is a full socket buffer. */
    public boolean sendFramed(ByteBuffer message) {
        return send(message, server);
    }

    /** Closes the socket; the allocation stays until the server lets it expire. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void transmit(Transaction transaction, RetryPolicy policy, int sent) {
        if (transaction.answer.isDone()) {
            return;
        }
        send(transaction.request.duplicate(), transaction.to);
        loop.after(TimeUnit.MILLISECONDS.toNanos(policy.waitMs(sent)), () -> {
            if (sent < policy.sends()) {
                transmit(transaction, policy, sent + 1);
            } else if (!transaction.answer.isDone()) {
                transactions.remove(transaction.key, transaction);
                transaction.answer.completeExceptionally(
                    new NoAnswerException("no answer from " + transaction.to + " after " + sent + " sends"));
            }
        });
    }

    private boolean send(ByteBuffer datagram, InetSocketAddress to) {
        try {
            return channel.send(datagram, to) > 0;
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private void onDatagram(ByteBuffer datagram, InetSocketAddress source) {
        lastSource = source;
        if (strict && !source.equals(server)) {
            strayHandler.onStray(bytes(datagram), source);
            return;
        }
        int first = datagram.remaining() == 0 ? 0xFF : datagram.get(0) & 0xFF;
        if (first >= 0x40 && first <= 0x7F && datagram.remaining() >= Stun.CHANNEL_HEADER_BYTES) {
            int channelNumber = Short.toUnsignedInt(datagram.getShort(0));
            int length = Short.toUnsignedInt(datagram.getShort(2));
            if (length <= datagram.remaining() - Stun.CHANNEL_HEADER_BYTES) {
                dataHandler.onData(null, channelNumber, datagram.slice(Stun.CHANNEL_HEADER_BYTES, length));
                return;
            }
        }
        byte[] bytes = bytes(datagram);
        StunMessage.parse(bytes)
            .ifPresentOrElse(message -> onMessage(message, source),
                () -> strayHandler.onStray(bytes, source));
    }

    private static byte[] bytes(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        return bytes;
    }

    private void onMessage(StunMessage message, InetSocketAddress source) {
        byte[] data = message.attribute(Stun.DATA_ATTRIBUTE);
        if (message.messageClass() == Stun.INDICATION && message.method() == Stun.DATA && data != null) {
            dataHandler.onData(message.xorAddress(Stun.XOR_PEER_ADDRESS).orElseThrow(), 0, ByteBuffer.wrap(data));
            return;
        }
        Transaction transaction = transactions.remove(message.transaction());
        if (transaction == null) {
            strayHandler.onStray(message.bytes(), source);
        } else {
            rememberChallenge(message);
            transaction.answer.complete(message);
        }
    }

    private boolean rememberChallenge(StunMessage answer) {
        String realm = answer.text(Stun.REALM).orElse(null);
        String nonce = answer.text(Stun.NONCE).orElse(null);
        if (realm == null || nonce == null) {
            return false;
        }
        challenge = new Challenge(realm, nonce, answer);
        return true;
    }
}
