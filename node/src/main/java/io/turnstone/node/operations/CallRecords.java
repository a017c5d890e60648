package io.turnstone.node.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.node.session.CallRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Dispatchers;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each call that has ended as a line of JSON to the end of a file. Any thread writes, none waits: records pass a
 * bounded queue, and what finds that full, or cannot be written, is lost and counted. A record is in the file within
 * {@link #WITHIN}. The file is opened for each batch, so it may be renamed or removed at any time.
 */
public final class CallRecords implements AutoCloseable {
    static final Duration WITHIN = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(CallRecords.class);
    private static final int WAITING_MAX = 10_000;
    private static final int BATCH_MAX = 500;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final Path file;
    private final LongFunction<String> names;
    private final AtomicLong lost = new AtomicLong();
    private final BoundedSourceQueue<CallRecord> queue;
    private final CompletionStage<Done> done;
    private boolean failing;

    private CallRecords(Path file, LongFunction<String> names, ActorSystem system) {
        this.file = file;
        this.names = names;
        var running = Source.<CallRecord>queue(WAITING_MAX)
            .groupedWithin(BATCH_MAX, WITHIN)
            .toMat(Sink.<List<CallRecord>>foreach(this::append), Keep.both())
            .withAttributes(ActorAttributes.dispatcher(Dispatchers.DefaultBlockingDispatcherId()))
            .run(system);
        this.queue = running.first();
        this.done = running.second();
    }

    /**
     * @param names of nodes, by incarnation; any thread asks
     * @param system outlives this
     * @throws IllegalStateException in one line, when the file cannot be written to
     */
    static CallRecords open(Path file, LongFunction<String> names, ActorSystem system) {
        try {
            write(file, "");
        } catch (IOException refused) {
            throw new IllegalStateException(
                "turnstone.signaling.call-records = \"" + file + "\" cannot be written to: " + refused, refused);
        }
        return new CallRecords(file, names, system);
    }

    public void write(CallRecord ended) {
        if (!QueueOfferResult.enqueued().equals(queue.offer(ended))) {
            lost.incrementAndGet();
        }
    }

    /** How many records never came into the file. Any thread. */
    public long lost() {
        return lost.get();
    }

    /** One batch after the other. */
    private void append(List<CallRecord> batch) {
        StringBuilder lines = new StringBuilder();
        batch.forEach(ended -> lines.append(CallJson.line(ended, names)).append('\n'));
        try {
            write(file, lines.toString());
            failing = false;
        } catch (IOException refused) {
            lost.addAndGet(batch.size());
            if (!failing) {
                LOG.warn("Call records are lost, {} cannot be written to: {}", file, refused.toString());
            }
            failing = true;
        }
    }

    private static void write(Path file, String lines) throws IOException {
        Files.writeString(file, lines, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Returns when all that was taken is in the file, or has taken too long. */
    @Override
    public void close() {
        queue.complete();
        try {
            done.toCompletableFuture().orTimeout(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException late) {
            LOG.warn("not all call records are in {}", file, late);
        }
    }
}
