package io.turnstone.node.operations;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the readings of one scrape and writes them as Prometheus text. One thread, one use. */
final class PrometheusText implements MetricSink {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final List<MetricSnapshot> histograms = new ArrayList<>();

    @Override
    public void counter(String name, String help, double value, String... labels) {
        counters.computeIfAbsent(name, absent -> CounterSnapshot.builder().name(PREFIX + name).help(help))
            .dataPoint(CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    }

    @Override
    public void gauge(String name, String help, double value, String... labels) {
        gauges.computeIfAbsent(name, absent -> GaugeSnapshot.builder().name(PREFIX + name).help(help))
            .dataPoint(GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    }

    @Override
    public void histogram(String name, String help, double[] upperBounds, long[] counts, double sum) {
        histograms.add(
            HistogramSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(
                    HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(upperBounds, counts))
                        .sum(sum)
                        .build())
                .build());
    }

    String write() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        counters.values().forEach(counter -> snapshots.add(counter.build()));
        gauges.values().forEach(gauge -> snapshots.add(gauge.build()));
        snapshots.addAll(histograms);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.builder().build().write(out, new MetricSnapshots(snapshots));
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory refused a write", impossible);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
