package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.relay.Rounds.Result;
import io.turnstone.loadtest.relay.Rounds.Spread;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Cost and round trip of several servers as bars with their spread: one SVG document that reads well in light and dark. */
final class RelayPlot {
    private static final int PANEL_WIDTH = 420;
    private static final int TOP = 48;
    private static final int ROW_HEIGHT = 34;
    private static final int BAR_HEIGHT = 16;
    private static final int NAME_WIDTH = 120;
    private static final int BAR_WIDTH = 200;

    private final List<Result> results;
    private final StringBuilder svg = new StringBuilder();
    private int panels;

    private RelayPlot(List<Result> results) {
        this.results = results;
    }

    static String svg(List<Result> results) {
        RelayPlot plot = new RelayPlot(results);
        plot.panel("CPU per million packets", "s, least to most", "%.2f", Result::cost);
        plot.panel("Round trip, median", "µs, least to most", "%.0f",
            result -> result.spread(sample -> sample.roundTripMicroseconds(50)));
        plot.panel("Round trip, 99th percentile", "µs, least to most", "%.0f",
            result -> result.spread(sample -> sample.roundTripMicroseconds(99)));
        return plot.document();
    }

    private void panel(String title, String unit, String format, Function<Result, Spread> figure) {
        double highest = results.stream().map(figure).mapToDouble(Spread::most).max().orElse(0);
        int left = panels++ * PANEL_WIDTH + 12;
        text(left, 18, "title", title);
        text(left, 34, "unit", unit);
        for (int i = 0; i < results.size(); i++) {
            Spread spread = figure.apply(results.get(i));
            int top = TOP + i * ROW_HEIGHT;
            int start = left + NAME_WIDTH;
            text(left, top + 13, "value", results.get(i).target().name());
            svg.append(String.format(Locale.ROOT,
                "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n", start, top,
                width(spread.median(), highest), BAR_HEIGHT));
            svg.append(String.format(Locale.ROOT, "<path class=\"spread\" d=\"M%.1f %dH%.1f\"/>%n",
                start + width(spread.least(), highest), top + BAR_HEIGHT / 2, start + width(spread.most(), highest)));
            text(start + width(spread.most(), highest) + 8, top + 13, "value",
                String.format(Locale.ROOT, format, spread.median()));
        }
    }

    private static double width(double value, double highest) {
        return highest > 0 ? BAR_WIDTH * value / highest : 0;
    }

    private void text(double x, double y, String style, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", style, x, y,
            text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private String document() {
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
            <style>
            .title { font-weight: bold } .title, .value { fill: #24292f } .unit { fill: #6e7781 } .bar { fill: #0969da }
            .spread { stroke: #bc4c00; stroke-width: 2 }
            @media (prefers-color-scheme: dark) { .title, .value { fill: #e6edf3 } .unit { fill: #9198a1 } .bar { fill: #4493f8 } }
            </style>
            %s</svg>
            """
            .formatted(panels * PANEL_WIDTH, TOP + results.size() * ROW_HEIGHT, svg);
    }
}
