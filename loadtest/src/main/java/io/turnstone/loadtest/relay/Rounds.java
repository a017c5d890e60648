package io.turnstone.loadtest.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Measurements of several servers in turn, round after round, and what they come to. */
public final class Rounds {
    private Rounds() {}

    /** Around each measurement, such as to stop the other servers. One thread. */
    public interface Watcher {
        void before(int round, RelayTarget target);

        void after(int round, RelayTarget target, RelaySample sample);
    }

    /** All measurements of one server, once they have been made. One thread. */
    public record Result(RelayTarget target, List<RelaySample> samples) {
        public double median(ToDoubleFunction<RelaySample> figure) {
            return spread(figure).median();
        }

        public Spread spread(ToDoubleFunction<RelaySample> figure) {
            return Spread.of(samples.stream().mapToDouble(figure).toArray());
        }

        /** CPU of the server's processes where they are known, else of the machine but for the generator. */
        public Spread cost() {
            return target.processes().isEmpty()
                ? spread(RelaySample::othersSecondsPerMillion)
                : spread(RelaySample::serverSecondsPerMillion);
        }
    }

    /**
     * What a million packets cost the whole machine beyond what they cost it without a server, by the medians; what the kernel
     * does for a server is in it, whoever it does it in the name of.
     */
    public static double beyondNone(Result result, Result none) {
        return result.median(RelaySample::systemSecondsPerMillion) - none.median(RelaySample::systemSecondsPerMillion);
    }

    /** The least, the median and the most of some figures. */
    public record Spread(double least, double median, double most) {
        public static Spread of(double... figures) {
            double[] sorted = figures.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(sorted[0], median, sorted[sorted.length - 1]);
        }
    }

    /** @throws IOException if a socket cannot be opened */
    public static List<Result> measure(List<RelayTarget> targets, RelayPlan plan, int rounds, Watcher watcher)
        throws IOException {
        return measure(targets, List.of(plan), rounds, watcher).getFirst();
    }

    /**
     * Each round measures all servers by one plan, then by the next.
     *
     * @return the results of all servers for each plan
     * @throws IOException if a socket cannot be opened
     */
    public static List<List<Result>> measure(
        List<RelayTarget> targets, List<RelayPlan> plans, int rounds, Watcher watcher) throws IOException {
        List<List<Result>> results = plans.stream()
            .map(plan -> targets.stream().map(target -> new Result(target, new ArrayList<>())).toList())
            .toList();
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < plans.size(); i++) {
                for (Result result : results.get(i)) {
                    watcher.before(round, result.target());
                    RelaySample sample = RelayRun.measure(result.target(), plans.get(i));
                    result.samples().add(sample);
                    watcher.after(round, result.target(), sample);
                }
            }
        }
        return results;
    }
}
