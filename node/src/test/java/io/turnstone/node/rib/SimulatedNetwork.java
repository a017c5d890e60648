package io.turnstone.node.rib;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * The reliable streams between nodes, and what becomes of them: in order within a stream, in any order across streams,
 * now and then a message twice; a partition holds messages back in a bounded queue, and its end delivers or loses them.
 * Machines pause, as on busy hosts.
 */
final class SimulatedNetwork {
    private static final int QUEUE_MAX = 40;

    interface Scheduler {
        void at(long deadlineMs, Runnable event);
    }

    interface Receiver {
        void onMessage(long from, long to, byte[] message);
    }

    private record Link(long from, long to) {}

    private static final class Stream {
        final List<byte[]> held = new ArrayList<>();
        long lastArrivalMs;
        int generation;
    }

    private final RandomGenerator random;
    private final Scheduler scheduler;
    private final Receiver receiver;
    private final Map<Link, Stream> streams = new HashMap<>();
    private final Set<Long> isolated = new HashSet<>();
    private final Map<Long, Long> pausedUntilMs = new HashMap<>();
    private final boolean partitionsLose;

    SimulatedNetwork(RandomGenerator random, Scheduler scheduler, Receiver receiver) {
        this.random = random;
        this.scheduler = scheduler;
        this.receiver = receiver;
        this.partitionsLose = random.nextBoolean();
    }

    boolean connected(long one, long other) {
        return isolated.contains(one) == isolated.contains(other);
    }

    /** The machine does nothing until then, and is not heard; what is for it waits. */
    void pause(long node, long untilMs) {
        pausedUntilMs.put(node, untilMs);
    }

    /** When it does something again, or has. */
    long pausedUntilMs(long node) {
        return pausedUntilMs.getOrDefault(node, 0L);
    }

    boolean everPaused(long node) {
        return pausedUntilMs.containsKey(node);
    }

    boolean isPaused(long node, long nowMs) {
        return nowMs < pausedUntilMs(node);
    }

    boolean isPartitioned() {
        return !isolated.isEmpty();
    }

    void partition(Set<Long> side) {
        isolated.clear();
        isolated.addAll(side);
    }

    void heal(long nowMs) {
        isolated.clear();
        streams.forEach((link, stream) -> {
            List<byte[]> held = List.copyOf(stream.held);
            stream.held.clear();
            if (!partitionsLose) {
                held.forEach(message -> deliver(link, stream, message, nowMs));
            }
        });
    }

    /** Messages on their way to or from a node that has died are lost. */
    void forget(LongPredicate dead) {
        streams.entrySet().removeIf(entry -> {
            Link link = entry.getKey();
            boolean broken = dead.test(link.from()) || dead.test(link.to());
            entry.getValue().generation += broken ? 1 : 0;
            return broken;
        });
    }

    boolean send(long from, long to, byte[] message, long nowMs) {
        Link link = new Link(from, to);
        Stream stream = streams.computeIfAbsent(link, key -> new Stream());
        if (connected(from, to)) {
            deliver(link, stream, message, nowMs);
            return true;
        }
        return stream.held.size() < QUEUE_MAX && stream.held.add(message);
    }

    private void deliver(Link link, Stream stream, byte[] message, long nowMs) {
        long delayMs = random.nextInt(20) == 0 ? random.nextInt(300) : 1 + random.nextInt(5);
        stream.lastArrivalMs = Math.max(stream.lastArrivalMs, nowMs + delayMs);
        int generation = stream.generation;
        int copies = random.nextInt(50) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            scheduler.at(stream.lastArrivalMs, () -> {
                if (generation == stream.generation) {
                    receiver.onMessage(link.from(), link.to(), message);
                }
            });
        }
    }

    /** Breaks a connection: what is on its way is lost, and nobody is told. */
    void breakStream(long from, long to) {
        Stream stream = streams.get(new Link(from, to));
        if (stream != null) {
            stream.generation++;
        }
    }
}
