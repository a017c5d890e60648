package io.turnstone.loadtest.system;

import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** Watches the calls of a cluster by the event stream of each node. One thread, and one for each stream. */
final class CallWatcher implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final String NAME = "event: ";
    private static final String DATA = "data: ";

    private final List<Stream<String>> streams = new ArrayList<>();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    private record Event(String name, String callId) {}

    /** Returns when every node has begun its stream. */
    static CallWatcher of(TurnstoneCluster cluster, int nodes) {
        CallWatcher watcher = new CallWatcher();
        try {
            for (int node = 0; node < nodes; node++) {
                watcher.watch(cluster.node(node).admin().lines("/v1/calls/events"));
            }
        } catch (IOException failed) {
            watcher.close();
            throw new UncheckedIOException(failed);
        }
        return watcher;
    }

    private void watch(Stream<String> lines) {
        streams.add(lines);
        Iterator<String> iterator = lines.iterator();
        iterator.next();
        Thread.ofVirtual().start(() -> read(iterator));
    }

    private void read(Iterator<String> lines) {
        String name = "";
        try {
            while (lines.hasNext()) {
                String line = lines.next();
                if (line.startsWith(NAME)) {
                    name = line.substring(NAME.length());
                } else if (line.startsWith(DATA)) {
                    String callId = ConfigFactory.parseString(line.substring(DATA.length())).getString("callId");
                    events.add(new Event(name, callId));
                }
            }
        } catch (UncheckedIOException closed) {
            // by the test, or with its node: what has not come is missed by whoever waits for it
        }
    }

    /** What was told of a call by all nodes, in the order in which it came, once it has ended. */
    List<String> awaitEnd(String callId) {
        await("end of call " + callId).atMost(WITHIN).until(() -> namesOf(callId).contains("ended"));
        return namesOf(callId);
    }

    private List<String> namesOf(String callId) {
        return events.stream().filter(event -> event.callId.equals(callId)).map(Event::name).toList();
    }

    @Override
    public void close() {
        streams.forEach(Stream::close);
    }
}
