package io.turnstone.node.operations;

import io.turnstone.node.session.CallRecord;
import io.turnstone.node.session.CallState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Calls as they change, for whoever watches: server-sent events (WHATWG HTML §9.2) of the calls whose session is on this
 * node. Any thread tells, none waits: each watcher has a bounded queue, and one that does not read is cut off, so that
 * nobody sees a stream with holes.
 *
 * <pre>
 * event: invited          data: an element of /v1/calls
 * event: answered         data: likewise
 * event: ended            data: what a call record has
 * </pre>
 */
public final class CallEvents implements AutoCloseable {
    static final int WATCHERS_MAX = 64;
    static final int WAITING_MAX = 4_096;
    /** So that neither end takes a quiet stream for a dead one. */
    private static final Duration COMMENT_AFTER = Duration.ofSeconds(15);
    private static final ByteString COMMENT = ByteString.fromString(":\n\n");

    private final LongFunction<String> names;
    private final Set<BoundedSourceQueue<ByteString>> watchers = ConcurrentHashMap.newKeySet();
    private final AtomicLong cutOff = new AtomicLong();

    /** @param names of nodes, by incarnation; any thread asks */
    CallEvents(LongFunction<String> names) {
        this.names = names;
    }

    /** A call has begun or has been answered. */
    public void changed(String callId, CallState call) {
        if (!watchers.isEmpty()) {
            String name = call.times().answeredMs() == 0 ? "invited" : "answered";
            tell(name, CallJson.running(new CallView(callId, call), names));
        }
    }

    public void ended(CallRecord call) {
        if (!watchers.isEmpty()) {
            tell("ended", CallJson.line(call, names));
        }
    }

    private void tell(String name, String json) {
        ByteString event = ByteString.fromString("event: " + name + "\ndata: " + json + "\n\n", StandardCharsets.UTF_8);
        watchers.removeIf(watcher -> isSlow(watcher, event));
    }

    private boolean isSlow(BoundedSourceQueue<ByteString> watcher, ByteString event) {
        boolean slow = QueueOfferResult.dropped().equals(watcher.offer(event));
        if (slow) {
            cutOff.incrementAndGet();
            watcher.complete();
        }
        return slow;
    }

    /** What a new watcher gets from now on, to be run once; empty if there are too many. It begins with a comment. */
    Optional<Source<ByteString, NotUsed>> watch() {
        if (watchers.size() >= WATCHERS_MAX) {
            return Optional.empty();
        }
        return Optional.of(
            Source.<ByteString>queue(WAITING_MAX)
                .watchTermination((watcher, ended) -> {
                    watchers.add(watcher);
                    ended.whenComplete((_, _) -> watchers.remove(watcher));
                    return NotUsed.getInstance();
                })
                .prepend(Source.single(COMMENT))
                .keepAlive(COMMENT_AFTER, () -> COMMENT));
    }

    int watchers() {
        return watchers.size();
    }

    /** How many did not read fast enough. Any thread. */
    public long cutOff() {
        return cutOff.get();
    }

    /** Ends all streams. */
    @Override
    public void close() {
        watchers.forEach(BoundedSourceQueue::complete);
    }
}
