package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run: makes the allocations, joins them by flows, counts during the window, and asks for each allocation at the
 * end. {@link #prepare} and {@link #measure} belong to one thread; clients and flows live on the loop's.
 */
final class Hold implements AutoCloseable {
    /** Few: servers that have just been started have not compiled yet what a burst would need. */
    private static final int REQUESTS_IN_FLIGHT = 8;
    /** More, since each of them may wait 39 s for a server that is gone. */
    private static final int QUESTIONS_IN_FLIGHT = 256;
    private static final int CONTROL_RATE = 50;
    private static final long FLOWING_SECONDS_MAX = 20;
    private static final long DRAIN_MS = 1_000;
    private static final long POLL_MS = 50;
    private static final long SETTLING_MS = 2_000;
    private static final int SETTLING_ROUNDS_MAX = 20;
    private static final long SILENT_SECONDS = 4;

    private final HoldPlan plan;
    private final ClientLoop loop = ClientLoop.start();
    private final ClientErrors errors = new ClientErrors();
    private final List<HeldAllocation> allocations = new ArrayList<>();
    private final FlowMaker maker;
    private final List<Flow> flows;
    private final Flow control;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Later runs have higher numbers, for the sake of a peer that serves more than one. */
    private int window = (int) (System.currentTimeMillis() / 1_000);
    private long foreign;

    Hold(HoldPlan plan) {
        this.plan = plan;
        this.maker = new FlowMaker(plan, loop);
        this.flows = maker.flows();
        this.control = maker.control();
    }

    /** Allocations and flows are there when this returns, and packets come both ways on every flow. */
    void prepare() {
        makeAllocations();
        forAll(allocations, REQUESTS_IN_FLIGHT, HeldAllocation::allocate);
        forAll(maker.join(allocations), REQUESTS_IN_FLIGHT, Supplier::get);
        loop.call(() -> {
            long nowNs = System.nanoTime();
            control.begin(window, nowNs);
            flows.forEach(flow -> flow.begin(window, nowNs));
            control.start(loop, interval(CONTROL_RATE), 0);
            for (int i = 0; i < flows.size(); i++) {
                long intervalNs = interval(i < plan.measured() ? plan.rate() : plan.keepAliveRate());
                flows.get(i).start(loop, intervalNs, ThreadLocalRandom.current().nextLong(intervalNs));
            }
            allocations.forEach(each -> each.keepAlive(loop, plan.requestEverySeconds()));
        });
        if (!awaitTrue(() -> control.flows() && flows.stream().allMatch(Flow::flows))) {
            throw new IllegalStateException(notFlowing());
        }
        settle();
    }

    /** Counts during the window, then asks for each allocation. */
    HoldReport measure() throws InterruptedException {
        long startNs = System.nanoTime();
        loop.call(() -> begin(startNs));
        if (plan.seconds() == 0) {
            stopped.await();
        } else {
            stopped.await(plan.seconds(), TimeUnit.SECONDS);
        }
        long endNs = System.nanoTime();
        loop.call(() -> end(endNs));
        TimeUnit.MILLISECONDS.sleep(DRAIN_MS);
        forAll(allocations, QUESTIONS_IN_FLIGHT, HeldAllocation::verify);
        HoldReport[] report = new HoldReport[1];
        loop.call(() -> report[0] = report(startNs, endNs));
        forAll(allocations, QUESTIONS_IN_FLIGHT, HeldAllocation::release);
        return report[0];
    }

    /** Ends the window early. Any thread. */
    void stop() {
        stopped.countDown();
    }

    @Override
    public void close() {
        loop.close();
    }

    /**
     * Lets everything flow until the machine has not paused for a while: the burst of the start is over, and servers that
     * have just been started are warm.
     */
    private void settle() {
        boolean[] calm = new boolean[1];
        for (int round = 0; !calm[0] && round < SETTLING_ROUNDS_MAX && stopped.getCount() > 0; round++) {
            loop.call(() -> begin(System.nanoTime()));
            Pause.ms(SETTLING_MS);
            loop.call(() -> calm[0] = !HoldReport.isDisturbed(control.back()));
        }
    }

    private void makeAllocations() {
        for (int i = 0; i < plan.allocations(); i++) {
            TurnClient client = client(i).strict();
            client.onStray((datagram, source) -> foreign += source.equals(plan.server()) ? 0 : 1);
            allocations.add(new HeldAllocation(i, client, errors));
        }
    }

    private TurnClient client(int number) {
        List<InetAddress> locals = plan.locals();
        return locals.isEmpty()
            ? loop.client(plan.server(), plan.credentials())
            : loop.client(plan.server(), plan.credentials(), locals.get(number % locals.size()));
    }

    private void begin(long nowNs) {
        window++;
        control.begin(window, nowNs);
        flows.forEach(flow -> flow.begin(window, nowNs));
        errors.begin(nowNs);
    }

    private void end(long nowNs) {
        control.stop(nowNs);
        flows.forEach(flow -> flow.stop(nowNs));
        allocations.forEach(HeldAllocation::stop);
    }

    private HoldReport report(long startNs, long endNs) {
        List<HoldReport.FlowReport> reports = flows.stream()
            .limit(plan.measured())
            .map(flow -> new HoldReport.FlowReport(flow.name(), flow.kind(), flow.there(), flow.back()))
            .toList();
        long heardNs = endNs - Math.max(TimeUnit.SECONDS.toNanos(SILENT_SECONDS), 4 * interval(plan.keepAliveRate()));
        int lost = (int) allocations.stream().filter(each -> !each.isAlive()).count();
        int silent = (int) allocations.stream()
            .filter(each -> each.isAlive() && each.lastHeardNs() < heardNs)
            .count();
        return new HoldReport((endNs - startNs) / 1e9, allocations.size(), lost, silent, foreign, errors.requests(),
            errors.entries(), control.back(), reports);
    }

    private String notFlowing() {
        List<String> dry = flows.stream()
            .filter(flow -> !flow.flows())
            .map(Flow::complaint)
            .toList();
        return "%d of %d flows carry nothing after %d s%s: %s".formatted(dry.size(), flows.size(), FLOWING_SECONDS_MAX,
            control.flows() ? "" : ", and nor does the control flow", String.join("; ", dry.subList(0, Math.min(10, dry
                .size()))));
    }

    private static long interval(double perSecond) {
        return (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    }

    private boolean awaitTrue(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(FLOWING_SECONDS_MAX);
        boolean[] holds = new boolean[1];
        while (!holds[0] && System.nanoTime() - deadlineNs < 0 && stopped.getCount() > 0) {
            loop.call(() -> holds[0] = condition.getAsBoolean());
            Pause.ms(POLL_MS);
        }
        return holds[0];
    }

    /** Does it for each on the loop, some at a time, and waits for all; the first failure is thrown. */
    private <T> void forAll(List<T> all, int inFlightMax, Function<T, CompletableFuture<Void>> action) {
        Semaphore inFlight = new Semaphore(inFlightMax);
        List<CompletableFuture<Void>> pending = new ArrayList<>();
        for (T each : all) {
            inFlight.acquireUninterruptibly();
            CompletableFuture<Void> done = new CompletableFuture<>();
            pending.add(done.whenComplete((nothing, failure) -> inFlight.release()));
            loop.execute(() -> {
                CompletableFuture<Void> _ = action.apply(each)
                    .whenComplete((nothing, failure) -> complete(done, failure));
            });
        }
        try {
            CompletableFuture.allOf(pending.toArray(new CompletableFuture<?>[0])).join();
        } catch (CompletionException failed) {
            Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
            throw new IllegalStateException(cause.getMessage(), failed);
        }
    }

    private static void complete(CompletableFuture<Void> done, @Nullable Throwable failure) {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure instanceof CompletionException wrapped
                ? Objects.requireNonNullElse(
                    wrapped.getCause(), wrapped)
                : failure);
        }
    }
}
