package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.NoAnswerException;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One allocation with one peer, kept alive as libwebrtc does: Refresh a minute before the lifetime ends, permission and
 * channel every four minutes, each request repeated for 39.75 s. On the loop's thread only.
 */
final class HeldAllocation {
    private static final int CHANNEL = 0x4000;
    private static final int REFRESH_BEFORE_SECONDS = 60;
    private static final int BIND_EVERY_SECONDS = 240;
    private static final int LIFETIME_SECONDS = 600;

    private final int number;
    private final TurnClient client;
    private final ClientErrors errors;
    private @Nullable InetSocketAddress relayed;
    private @Nullable InetSocketAddress peer;
    private boolean channel;
    private int lifetimeSeconds = LIFETIME_SECONDS;
    private long lastHeardNs;
    private boolean alive = true;
    private boolean stopped;

    /** What to do with a payload that came for this allocation. */
    interface Listener {
        void onPayload(ByteBuffer payload, long nowNs);
    }

    HeldAllocation(int number, TurnClient client, ClientErrors errors) {
        this.number = number;
        this.client = client;
        this.errors = errors;
    }

    /** @throws IllegalStateException through the future, where the server refuses */
    CompletableFuture<Void> allocate() {
        return client.allocate().thenAccept(answer -> {
            relayed = answer.xorAddress(Stun.XOR_RELAYED_ADDRESS).orElseThrow(() -> refused("Allocate", answer));
            lifetimeSeconds = (int) answer.integer(Stun.LIFETIME);
        });
    }

    InetSocketAddress relayed() {
        return Objects.requireNonNull(relayed);
    }

    /** Lets {@code newPeer} send and receive, by a channel or by a permission. */
    CompletableFuture<Void> connect(InetSocketAddress newPeer, boolean byChannel, Listener listener) {
        peer = newPeer;
        channel = byChannel;
        client.onData((source, channelNumber, payload) -> {
            lastHeardNs = System.nanoTime();
            listener.onPayload(payload, lastHeardNs);
        });
        return bind().thenAccept(answer -> {
            if (!answer.isSuccess()) {
                throw refused(bindName(), answer);
            }
        });
    }

    void send(ByteBuffer payload) {
        if (channel) {
            client.sendChannelData(CHANNEL, payload);
        } else {
            client.sendIndication(Objects.requireNonNull(peer), payload);
        }
    }

    /** @param everySeconds in place of the browsers' timing, or 0 */
    void keepAlive(ClientLoop loop, int everySeconds) {
        int refreshSeconds = Math.max(lifetimeSeconds - REFRESH_BEFORE_SECONDS, lifetimeSeconds / 2);
        repeat(loop, everySeconds == 0 ? refreshSeconds : everySeconds, "Refresh",
            () -> client.refresh(lifetimeSeconds));
        repeat(loop, everySeconds == 0 ? BIND_EVERY_SECONDS : everySeconds, bindName(), this::bind);
    }

    /** By its client's port and its relayed address. */
    @Override
    public String toString() {
        return "port " + client.localPort() + " by " + relayed;
    }

    void stop() {
        stopped = true;
    }

    /** A last Refresh tells whether the server still has it. */
    CompletableFuture<Void> verify() {
        return ask("Refresh", () -> client.refresh(lifetimeSeconds)).thenAccept(answered -> alive = answered);
    }

    /** Gives it back, without insisting. */
    CompletableFuture<Void> release() {
        return client.refresh(0).handle((answer, failure) -> (Void) null).completeOnTimeout(null, 2, TimeUnit.SECONDS);
    }

    boolean isAlive() {
        return alive;
    }

    long lastHeardNs() {
        return lastHeardNs;
    }

    private CompletableFuture<StunMessage> bind() {
        InetSocketAddress to = Objects.requireNonNull(peer);
        return channel ? client.channelBind(CHANNEL, to) : client.createPermission(to);
    }

    private String bindName() {
        return channel ? "ChannelBind" : "CreatePermission";
    }

    /** The first turn at a random time within the interval, as clients that came one by one would have it. */
    private void repeat(ClientLoop loop, int everySeconds, String name,
        Supplier<CompletableFuture<StunMessage>> request) {
        long intervalNs = TimeUnit.SECONDS.toNanos(everySeconds);
        loop.after(ThreadLocalRandom.current().nextLong(intervalNs), () -> next(loop, intervalNs, name, request));
    }

    private void next(ClientLoop loop, long intervalNs, String name, Supplier<CompletableFuture<StunMessage>> request) {
        if (!stopped) {
            long turnNs = System.nanoTime() + intervalNs;
            CompletableFuture<Void> _ = ask(name, request).thenRun(
                () -> loop.after(Math.max(0, turnNs - System.nanoTime()), () -> next(loop, intervalNs, name, request)));
        }
    }

    /** Whether the answer was a success; every other outcome is an error that a client sees. */
    private CompletableFuture<Boolean> ask(String name, Supplier<CompletableFuture<StunMessage>> request) {
        errors.countRequest();
        return request.get().handle((answer, failure) -> {
            if (failure != null) {
                errors.add(number, name, isSilence(failure) ? "no answer for 39 s" : failure.toString());
            } else if (!answer.isSuccess()) {
                errors.add(number, name, "error " + answer.errorCode());
            }
            return failure == null && answer.isSuccess();
        });
    }

    private static boolean isSilence(Throwable failure) {
        return failure instanceof NoAnswerException || failure.getCause() instanceof NoAnswerException;
    }

    private IllegalStateException refused(String request, StunMessage answer) {
        return new IllegalStateException(request + " of allocation " + number + " was refused: error "
            + answer.errorCode());
    }
}
