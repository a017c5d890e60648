package io.turnstone.node.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallOutcome;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.CallRecord;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.CallTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CallRecordsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final CallState CALL = new CallState(
        new CallParties("sip:alice@a.example", "sip:bob@a.example", "tag"), "to", List.of(7L),
        new CallTimes(1_000, 2_000, 5_000, 65_500), new CallOutcome(CallCause.BYE, 200), 97_500);

    @TempDir
    Path directory;

    @AfterAll
    static void stopTheKit() {
        KIT.shutdownTestKit();
    }

    private CallRecords open(Path file) {
        return CallRecords.open(file, node -> "node" + node, Adapter.toClassic(KIT.system()));
    }

    @Test
    void shouldAppendALineForEachCallWithinItsTime() throws IOException {
        Path file = directory.resolve("calls");
        Files.writeString(file, "before\n");
        try (CallRecords records = open(file)) {
            records.write(new CallRecord("a84b@host", CALL, 2));
            await().atMost(Duration.ofSeconds(5)).until(() -> Files.readAllLines(file).size() == 2);

            assertThat(Files.readAllLines(file).getLast()).isEqualToIgnoringWhitespace("""
                {"callId":"a84b@host","caller":"sip:alice@a.example","callee":"sip:bob@a.example","nodes":["node7"],
                "start":"1970-01-01T00:00:01Z","ring":"1970-01-01T00:00:02Z","answer":"1970-01-01T00:00:05Z",
                "end":"1970-01-01T00:01:05.500Z","durationMs":60500,"status":200,"cause":"bye","allocationsRevoked":2,
                "complete":true}""");
        }
    }

    @Test
    void shouldWriteAllThatItTookBeforeItIsClosed() throws IOException {
        Path file = directory.resolve("calls");
        CallRecords records = open(file);
        for (int i = 0; i < 2_000; i++) {
            records.write(new CallRecord("call " + i, CALL, 0));
        }
        records.close();

        assertThat(Files.readAllLines(file)).hasSize(2_000).last().asString().contains("call 1999");
        assertThat(records.lost()).isZero();
    }

    @Test
    void shouldGoOnInANewFileWhenTheOldOneWasRenamed() throws IOException {
        Path file = directory.resolve("calls");
        try (CallRecords records = open(file)) {
            Files.move(file, directory.resolve("calls.1"));
            records.write(new CallRecord("after", CALL, 0));

            await().atMost(Duration.ofSeconds(5)).until(() -> Files.exists(file) && Files.size(file) > 0);
        }
    }

    @Test
    void shouldCountWhatCannotBeWritten() throws IOException {
        Path file = Files.createDirectory(directory.resolve("there")).resolve("calls");
        try (CallRecords records = open(file)) {
            Files.delete(file);
            Files.delete(file.getParent());
            records.write(new CallRecord("lost", CALL, 0));

            await().atMost(Duration.ofSeconds(5)).until(() -> records.lost() == 1);
            Files.createDirectory(file.getParent());
            records.write(new CallRecord("found", CALL, 0));
            await().atMost(Duration.ofSeconds(5)).until(() -> Files.exists(file));
        }
    }

    @Test
    void shouldSayAtOnceThatAFileCannotBeWrittenTo() {
        assertThatThrownBy(() -> open(directory)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("turnstone.signaling.call-records");
    }
}
