package io.turnstone.loadtest.size;

import io.turnstone.loadtest.size.Point.Load;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The points of a run as tables for people (Markdown) and as JSON for programs. */
final class SizeReport {
    private SizeReport() {}

    static String table(List<Point> points) {
        Formatter text = new Formatter(Locale.ROOT);
        text.format("| allocations | route changes/s | CPU per node, %% of a core | CPU ms per change, all nodes"
            + " | bytes on the wire per change | lag p50 / p99 ms, at most | machine idle %% | failed |%n");
        text.format("|---|---|---|---|---|---|---|---|%n");
        for (Point point : points) {
            for (Load load : point.loads()) {
                text.format("| %,d | %.0f | %.1f | %.2f | %.0f | %.0f / %.0f | %.0f | %d |%n", point.allocations(),
                    load.perSecond(), load.cpuPercent(), load.cpuMsPerChange(), load.bytesPerChange(),
                    load.lagP50Ms(), load.lagP99Ms(), load.idlePercent(), load.failed());
            }
        }
        text.format("%n| allocations | highest rate with %.0f %% idle | CPU per node at rest, %% of a core"
            + " | heap per replicated route, bytes | more on the owner, bytes | made per second"
            + " | a fourth node is a member after s | and in sync after s more |%n", Point.IDLE_PERCENT_MIN);
        text.format("|---|---|---|---|---|---|---|---|%n");
        for (Point point : points) {
            String highest = point.highest().map(load -> String.valueOf(load.asked())).orElse("none");
            text.format("| %,d | %s | %.1f | %.0f | %.0f | %.0f | %.1f | %.1f |%n", point.allocations(), highest,
                point.restCpuPercent(), point.bytesPerRoute(), point.bytesPerOwned(),
                point.allocations() / point.setUpSeconds(), point.join().memberSeconds(), point.join().syncSeconds());
        }
        return text.toString();
    }

    static String json(List<Point> points) {
        return points.stream().map(SizeReport::json).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String json(Point point) {
        String loads = point.loads()
            .stream()
            .map(SizeReport::json)
            .collect(Collectors.joining(",\n    ", "[\n    ", "]"));
        return String.format(Locale.ROOT, """
            {"allocations": %d, "setUpSeconds": %.2f, "restCpuPercent": %.2f, "bytesPerRoute": %.0f,
             "bytesPerOwned": %.0f, "joinMemberSeconds": %.2f, "joinSyncSeconds": %.2f, "loads": %s}""",
            point.allocations(), point.setUpSeconds(), point.restCpuPercent(), point.bytesPerRoute(),
            point.bytesPerOwned(), point.join().memberSeconds(), point.join().syncSeconds(), loads);
    }

    private static String json(Load load) {
        return String.format(Locale.ROOT,
            "{\"asked\": %d, \"perSecond\": %.1f, \"failed\": %d, \"cpuPercent\": %.2f, \"cpuMsPerChange\": %.3f,"
                + " \"bytesPerChange\": %.0f, \"lagP50Ms\": %.0f, \"lagP99Ms\": %.0f, \"idlePercent\": %.1f}",
            load.asked(), load.perSecond(), load.failed(), load.cpuPercent(), load.cpuMsPerChange(),
            load.bytesPerChange(), load.lagP50Ms(), load.lagP99Ms(), load.idlePercent());
    }
}
