package io.turnstone.loadtest.size;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Four costs against the number of allocations, as one SVG document that reads well in light and dark. */
final class SizePlot {
    private static final int PANEL_WIDTH = 230;
    private static final int PANEL_HEIGHT = 180;
    private static final int LEFT = 24;
    private static final int TOP = 52;
    private static final int PLOT_WIDTH = 170;
    private static final int PLOT_HEIGHT = 90;

    private final List<Point> points;
    private final StringBuilder svg = new StringBuilder();
    private int panels;

    private SizePlot(List<Point> points) {
        this.points = points;
    }

    /** The loads are those at the first rate. */
    static String svg(List<Point> points) {
        SizePlot plot = new SizePlot(points);
        int rate = points.getFirst().loads().getFirst().asked();
        plot.panel("CPU per route change", "ms, all nodes, " + rate + "/s", "%.2f",
            point -> point.loads().getFirst().cpuMsPerChange());
        plot.panel("On the wire per change", "bytes, all nodes, " + rate + "/s", "%.0f",
            point -> point.loads().getFirst().bytesPerChange());
        plot.panel("Lag, 99th percentile", "ms at most, " + rate + "/s", "%.0f",
            point -> point.loads().getFirst().lagP99Ms());
        plot.panel("A new node in sync", "s after it is a member", "%.1f", point -> point.join().syncSeconds());
        return plot.document();
    }

    private void panel(String title, String unit, String format, ToDoubleFunction<Point> value) {
        double highest = Math.max(points.stream().mapToDouble(value).max().orElse(0), Double.MIN_NORMAL);
        int left = panels++ * PANEL_WIDTH + LEFT;
        text(left, 18, "start", "title", title);
        text(left, 34, "start", "unit", unit);
        int bottom = TOP + PLOT_HEIGHT;
        svg.append(
            "<path class=\"axis\" d=\"M%d %dH%d\"/>%n".formatted(left, bottom, left + PLOT_WIDTH + LEFT));
        List<String> places = new ArrayList<>();
        for (Point point : points) {
            double x = left + LEFT + PLOT_WIDTH * place(point) - LEFT / 2.0;
            double y = bottom - PLOT_HEIGHT * value.applyAsDouble(point) / highest;
            places.add(String.format(Locale.ROOT, "%.1f,%.1f", x, y));
            svg.append(String.format(Locale.ROOT, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>%n", x, y));
            text(x, y - 8, "middle", "value", String.format(Locale.ROOT, format, value.applyAsDouble(point)));
            text(x, bottom + 16, "middle", "unit", allocations(point));
        }
        svg.append("<polyline class=\"line\" points=\"%s\"/>%n".formatted(String.join(" ", places)));
    }

    /** From 0 to 1 on a logarithmic scale. */
    private double place(Point point) {
        double first = Math.log(points.getFirst().allocations());
        double last = Math.log(points.getLast().allocations());
        return last > first ? (Math.log(point.allocations()) - first) / (last - first) : 0.5;
    }

    private static String allocations(Point point) {
        return point.allocations() % 1_000 == 0 ? point.allocations() / 1_000 + "k" : "" + point.allocations();
    }

    private void text(double x, double y, String anchor, String style, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            style, x, y, anchor, text));
    }

    private String document() {
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
            <style>
            .title { font-weight: bold } .title, .value { fill: #24292f } .unit { fill: #6e7781 }
            .axis { stroke: #8c959f; fill: none } .line { stroke: #0969da; fill: none; stroke-width: 2 } .dot { fill: #0969da }
            @media (prefers-color-scheme: dark) { .title, .value { fill: #e6edf3 } .unit { fill: #9198a1 } }
            </style>
            %s</svg>
            """
            .formatted(panels * PANEL_WIDTH, PANEL_HEIGHT, svg);
    }
}
