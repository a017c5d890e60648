package io.turnstone.node.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallOutcome;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.CallRecord;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.CallTimes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallEventsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final CallParties PARTIES = new CallParties("sip:alice@a.example", "sip:bob@a.example", "tag");

    private final CallEvents events = new CallEvents(node -> "node" + node);

    @AfterAll
    static void stopTheKit() {
        KIT.shutdownTestKit();
    }

    private static CallState call(CallTimes times, CallOutcome outcome) {
        return new CallState(PARTIES, "to", List.of(7L), times, outcome, 0);
    }

    private static CallState ringing() {
        return call(new CallTimes(1_000, 0, 0, 0), CallOutcome.NONE);
    }

    private SinkQueueWithCancel<ByteString> watch() {
        SinkQueueWithCancel<ByteString> watcher = events.watch()
            .orElseThrow()
            .runWith(
                Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)), KIT.system());
        assertThat(next(watcher)).isEqualTo(":\n\n");
        return watcher;
    }

    private static String next(SinkQueueWithCancel<ByteString> watcher) {
        return pull(watcher).orElseThrow().utf8String();
    }

    private static Optional<ByteString> pull(SinkQueueWithCancel<ByteString> watcher) {
        return watcher.pull().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }

    @Test
    void shouldTellHowACallBeginsIsAnsweredAndEnds() {
        SinkQueueWithCancel<ByteString> watcher = watch();

        events.changed("a84b@host", ringing());
        events.changed(
            "a84b@host", call(new CallTimes(1_000, 2_000, 5_000, 0), new CallOutcome(CallCause.NONE, 200)));
        events.ended(
            new CallRecord(
                "a84b@host",
                call(new CallTimes(1_000, 2_000, 5_000, 65_500), new CallOutcome(CallCause.BYE, 200)),
                2));

        assertThat(next(watcher)).isEqualTo("""
            event: invited
            data: {"callId":"a84b@host","caller":"sip:alice@a.example","callee":"sip:bob@a.example",\
            "nodes":["node7"],"start":"1970-01-01T00:00:01Z","ring":null,"answer":null}

            """);
        assertThat(next(watcher)).startsWith("event: answered\n").contains("\"answer\":\"1970-01-01T00:00:05Z\"}");
        assertThat(next(watcher)).startsWith("event: ended\n").contains("\"cause\":\"bye\"", "\"durationMs\":60500");
    }

    @Test
    void shouldCutOffAWatcherThatDoesNotReadAndNoOther() {
        SinkQueueWithCancel<ByteString> slow = watch();
        SinkQueueWithCancel<ByteString> quick = watch();

        for (int i = 0; events.cutOff() == 0; i++) {
            assertThat(i).isLessThan(2 * CallEvents.WAITING_MAX);
            events.changed("call " + i, ringing());
            assertThat(next(quick)).contains("\"call " + i + "\"");
        }

        assertThat(events.watchers()).isEqualTo(1);
        for (int i = 0; i < CallEvents.WAITING_MAX; i++) {
            assertThat(next(slow)).contains("\"call " + i + "\"");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> pull(slow).isEmpty());
        events.changed("another", ringing());
        assertThat(next(quick)).contains("\"another\"");
    }

    @Test
    void shouldLimitWatchersAndForgetThoseWhoLeave() {
        SinkQueueWithCancel<ByteString> first = watch();
        for (int i = 1; i < CallEvents.WATCHERS_MAX; i++) {
            watch();
        }
        assertThat(events.watch()).isEmpty();

        first.cancel();
        await().until(() -> events.watch().isPresent());
    }

    @Test
    void shouldEndEveryStreamWhenItIsClosed() {
        SinkQueueWithCancel<ByteString> watcher = watch();

        events.close();

        assertThat(pull(watcher)).isEmpty();
    }
}
