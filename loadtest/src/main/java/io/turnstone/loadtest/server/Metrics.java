package io.turnstone.loadtest.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} said at one moment, in Prometheus' text form. Immutable. */
public final class Metrics {
    private static final Pattern UPPER_BOUND = Pattern.compile("[{,]le=\"([^\"]+)\"");

    private final Map<String, Double> samples;

    private Metrics(Map<String, Double> samples) {
        this.samples = Map.copyOf(samples);
    }

    public static Metrics parse(String text) {
        Map<String, Double> samples = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        });
        return new Metrics(samples);
    }

    /** The sum over all label sets of the metric; 0 where there is none. */
    public double sum(String name) {
        return sumWhere(sample -> sample.equals(name) || sample.startsWith(name + "{"));
    }

    /** How many values of the histogram were no higher than each bound, over all label sets. */
    public SortedMap<Double, Double> buckets(String name) {
        String prefix = name + "_bucket{";
        SortedMap<Double, Double> counts = new TreeMap<>();
        samples.forEach((sample, count) -> {
            Matcher bound = UPPER_BOUND.matcher(sample);
            if (sample.startsWith(prefix) && bound.find()) {
                String text = bound.group(1);
                double upper = text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
                counts.merge(upper, count, Double::sum);
            }
        });
        return counts;
    }

    /** The sum of all samples whose name and labels, as in {@code name{label="value"}}, satisfy {@code wanted}. */
    public double sumWhere(Predicate<String> wanted) {
        return samples.entrySet()
            .stream()
            .filter(sample -> wanted.test(sample.getKey()))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    }

    @Override
    public String toString() {
        return samples.toString();
    }
}
