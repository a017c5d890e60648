package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ReadinessLogTest {
    private static final long START_MS = 1_000_000;
    private static final List<String> SYNC = List.of("routes are still being fetched");

    private final Logger logger = (Logger) LoggerFactory.getLogger(ReadinessLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ReadinessLog log = new ReadinessLog(START_MS);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
    }

    private List<String> said() {
        List<String> said = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        lines.list.clear();
        return said;
    }

    @Test
    void shouldSayOnceThatTheNodeIsReadyAndOnceThatItIsNot() {
        log.look(SYNC, START_MS + 100);
        log.look(List.of(), START_MS + 2_500);
        log.look(List.of(), START_MS + 60_000);
        assertThat(said()).containsExactly("Ready, 2500 ms after the start of the process");

        log.look(SYNC, START_MS + 61_000);
        log.look(SYNC, START_MS + 62_000);
        log.look(List.of(), START_MS + 63_200);
        assertThat(said()).containsExactly("Not ready any more: " + SYNC, "Ready again, after 2200 ms");
    }

    @Test
    void shouldSayEveryFiveSecondsWhatItWaitsFor() {
        for (long ms = 0; ms <= 12_000; ms += 500) {
            log.look(SYNC, START_MS + ms);
        }
        assertThat(said()).containsExactly("Not ready for 5 s: " + SYNC, "Not ready for 10 s: " + SYNC);
    }
}
