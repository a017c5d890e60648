package io.turnstone.loadtest.hold;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the window has shown.
 *
 * @param lost allocations that a last Refresh did not find any more
 * @param silent allocations that live but got nothing in the last seconds of the window
 * @param foreign datagrams from another address than the server's, which a browser drops
 * @param control the flow that no TURN server relays: its pauses are the machine's
 * @param flows the measured ones
 */
record HoldReport(double seconds, int allocations, int lost, int silent, long foreign, long requests,
    List<ClientErrors.Entry> errors, DirectionReport control, List<FlowReport> flows) {

    private static final double DISTURBED_MS = 100;

    /** A measured flow; {@code kind} tells peer or relay, channels or indications. */
    record FlowReport(String name, String kind, DirectionReport there, DirectionReport back) {
        double longestGapMs() {
            return Math.max(there.longestGapMs(), back.longestGapMs());
        }
    }

    /** Both directions of some flows together. */
    record Summary(String kind, int flows, double medianGapMs, double worstGapMs, long sent, long lost) {
        double lossPercent() {
            return sent == 0 ? 0 : 100.0 * lost / sent;
        }
    }

    /** One for each kind of flow, and one for all. */
    List<Summary> summaries() {
        Stream<Summary> kinds = flows.stream()
            .map(FlowReport::kind)
            .distinct()
            .sorted()
            .map(kind -> summary(kind, flows.stream().filter(flow -> flow.kind.equals(kind)).toList()));
        return Stream.concat(kinds, Stream.of(total())).toList();
    }

    Summary total() {
        return summary("all", flows);
    }

    boolean isDisturbed() {
        return isDisturbed(control);
    }

    /** Whether the control flow shows that the machine itself paused. */
    static boolean isDisturbed(DirectionReport control) {
        return control.longestGapMs() > DISTURBED_MS;
    }

    boolean isPerfect() {
        return lost == 0 && silent == 0 && errors.isEmpty();
    }

    private static Summary summary(String kind, List<FlowReport> some) {
        double[] gaps = some.stream().mapToDouble(FlowReport::longestGapMs).sorted().toArray();
        long sent = (long) sum(some, DirectionReport::sent);
        long lost = (long) sum(some, DirectionReport::lost);
        double median = gaps.length == 0 ? 0 : (gaps[(gaps.length - 1) / 2] + gaps[gaps.length / 2]) / 2;
        return new Summary(kind, some.size(), median, gaps.length == 0 ? 0 : gaps[gaps.length - 1], sent, lost);
    }

    private static double sum(List<FlowReport> some, ToDoubleFunction<DirectionReport> figure) {
        return some.stream().flatMap(flow -> Stream.of(flow.there, flow.back)).mapToDouble(figure).sum();
    }
}
