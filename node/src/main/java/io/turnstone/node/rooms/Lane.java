package io.turnstone.node.rooms;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one member has said to another and nobody has said to have received, in its order. The rooms' thread.
 *
 * <p>All of it is sent again when it is not acknowledged, so the receiver's node sees it in order.
 */
final class Lane {
    private final String from;
    private final long claim;
    private final String to;
    private final Deque<Held> held = new ArrayDeque<>();
    private long sentMs;

    /** One message; {@code type} is that of the client's, {@code text} what the receiver gets. */
    record Held(long number, String type, String text, long sinceMs) {}

    Lane(String from, long claim, String to) {
        this.from = from;
        this.claim = claim;
        this.to = to;
    }

    String to() {
        return to;
    }

    /** Holds one more and tells what is to be sent. */
    Letter add(Held message) {
        if (held.isEmpty()) {
            sentMs = message.sinceMs();
        }
        long after = held.isEmpty() ? 0 : held.getLast().number();
        held.add(message);
        return letter(message, after);
    }

    private Letter letter(Held message, long after) {
        return new Letter(from, claim, to, message.number(), after, message.text());
    }

    /** When what it holds was sent last. */
    long sentMs() {
        return sentMs;
    }

    /** Sends all of it again. */
    void sendAgain(Consumer<Letter> send, long nowMs) {
        sentMs = nowMs;
        long after = 0;
        for (Held message : held) {
            send.accept(letter(message, after));
            after = message.number();
        }
    }

    /** Lets go of what has been received, up to a number, or cannot be; returns it. */
    List<Held> release(long number) {
        List<Held> released = new ArrayList<>();
        while (!held.isEmpty() && held.getFirst().number() <= number) {
            released.add(held.removeFirst());
        }
        return released;
    }

    /** Lets go of what has been held since before then; returns it. */
    List<Held> releaseOlder(long sinceMs) {
        long number = 0;
        for (Held message : held) {
            if (message.sinceMs() <= sinceMs) {
                number = message.number();
            }
        }
        return release(number);
    }

    List<Held> releaseAll() {
        return release(Long.MAX_VALUE);
    }
}
