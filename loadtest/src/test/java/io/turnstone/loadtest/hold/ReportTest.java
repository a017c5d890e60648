package io.turnstone.loadtest.hold;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The report as people and programs read it. */
class ReportTest {
    private static final DirectionReport CALM = new DirectionReport(500, 500, 0, 21, 1);
    private static final DirectionReport LOSSY = new DirectionReport(500, 480, 0, 400, 3.25);
    private static final HoldReport REPORT = new HoldReport(10, 40, 1, 2, 3, 99,
        List.of(new ClientErrors.Entry(4.5, 17, "Refresh", "error 437")), CALM,
        List.of(new HoldReport.FlowReport("0", "relay, channels", CALM, LOSSY),
            new HoldReport.FlowReport("1", "peer, channels", CALM, CALM),
            new HoldReport.FlowReport("2", "peer, channels", CALM, CALM)));

    @Test
    void shouldSumUpEachKindAndAll() {
        assertThat(REPORT.summaries()).extracting(HoldReport.Summary::kind)
            .containsExactly("peer, channels", "relay, channels", "all");
        assertThat(REPORT.total()).isEqualTo(new HoldReport.Summary("all", 3, 21, 400, 3_000, 20));
        assertThat(REPORT.isPerfect()).isFalse();
    }

    @Test
    void shouldShowTheWorstFlowsFirstAndEveryError() {
        String text = ReportTable.of(REPORT, 1);

        assertThat(text).contains("1 lost, 2 silent, 1 client-visible errors in 99 requests")
            .contains("error: Refresh of allocation 17 at 4.50 s: error 437");
        assertThat(text.lines().filter(line -> line.matches("\\d+ +(relay|peer).*"))).singleElement()
            .asString()
            .startsWith("0 ");
    }

    @Test
    void shouldTellARunOnAPausingMachineToBeRepeated() {
        HoldReport paused = new HoldReport(10, 40, 0, 0, 0, 99, List.of(), LOSSY, List.of());

        assertThat(ReportTable.of(paused, 1)).contains("repeat this run");
        assertThat(ReportTable.of(REPORT, 1)).doesNotContain("repeat this run");
    }

    @Test
    void shouldWriteJsonThatOthersRead() {
        Config json = ConfigFactory.parseString(ReportJson.of(REPORT));

        assertThat(json.getInt("allocations.lost")).isEqualTo(1);
        assertThat(json.getConfigList("flows")).hasSize(3);
        assertThat(json.getConfigList("flows").getFirst().getDouble("back.longestGapMs")).isEqualTo(400);
        assertThat(json.getConfigList("errors").getFirst().getString("what")).isEqualTo("error 437");
    }
}
