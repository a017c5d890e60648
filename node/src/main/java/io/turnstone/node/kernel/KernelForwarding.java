package io.turnstone.node.kernel;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.FibMirror;
import io.turnstone.node.kernel.Routes.Link;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.agrona.collections.IntArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The flows that the kernel forwards, and the only writer of its maps. Control thread; {@link #count} and {@link #flows} for
 * any.
 *
 * <p>A flow ends in the kernel at the earliest of all deadlines that it rests on, and after {@link #FLOW_MS} in any case; one
 * that still moves shortly before is asked for once more. If this process neither renews its lease nor ends, the program stops
 * believing it after {@link #LEASE_MS}.
 */
public final class KernelForwarding implements FibMirror, AutoCloseable {
    /** Without news the kernel forwards for so long. */
    public static final long LEASE_MS = 30_000;

    private static final long FLOW_MS = 60_000;
    /** So long before its end a flow that moves is asked for once more: two passes over all flows. */
    private static final long RENEWAL_MS = 2_000;
    private static final long PASS_MS = 1_000;
    private static final int FLOWS_PER_TURN = 4_096;
    /** By so much the clock that the program reads may be behind: its tick (CONFIG_HZ is 100 at least). */
    private static final long TICK_NS = 10_000_000;
    private static final long NS_PER_MS = 1_000_000;

    private final KernelCalls calls;
    private final FlowTable table;
    private final Routes routes;
    private final LongSupplier clockMs;
    private final FlowResolver resolver;
    private final TrafficCounter traffic;
    private final int thread;
    private final Map<Flow, MirroredFlow> byFlow = new HashMap<>();
    private final FlowsByAllocation byAllocation = new FlowsByAllocation();
    private final @Nullable MirroredFlow[] bySlot;
    private final IntArrayQueue freeSlots = new IntArrayQueue();
    private final AtomicLongArray counts = new AtomicLongArray(KernelCounter.values().length);
    private final LocalAddresses addresses;
    private @Nullable Pins pins;
    /** Whether nothing is left in the maps that this process has not resolved itself. */
    private boolean adopted;
    private int slotsUsed;
    private int nextSlot;
    private long passMs;
    private long nowMs;
    private volatile int flows;
    private volatile long lost;

    /**
     * What it works for.
     *
     * @param fib asked, and to be told to tell this of changes: {@link Fib#mirror}
     * @param clockMs by which the tables' deadlines are judged
     * @param thread the number under which this counts in {@link io.turnstone.node.fib.LegCounters}
     */
    public record Parts(Fib fib, LongSupplier clockMs, LocalAddresses addresses, TrafficCounter traffic, int thread) {}

    /** For {@link #open}, and for tests, whose routes are their own. */
    KernelForwarding(KernelCalls calls, LoadedProgram program, Routes routes, Parts parts) throws IOException {
        this.calls = calls;
        this.table = new FlowTable(program);
        this.routes = routes;
        this.clockMs = parts.clockMs;
        this.resolver = new FlowResolver(parts.fib, parts.addresses);
        this.traffic = parts.traffic;
        this.thread = parts.thread;
        this.addresses = parts.addresses;
        this.bySlot = new MirroredFlow[table.capacity()];
        this.adopted = !program.isInherited();
    }

    /**
     * Where flows outlive the process.
     *
     * @param fileSystem a directory of a BPF file system; empty if they are to end with the process
     * @param owner of which there is one at a time in a network namespace
     */
    public record Keeping(Optional<Path> fileSystem, String owner) {}

    /** Whether this kernel can and this process may; tries it. */
    public static boolean isPossible() {
        try {
            SelfTest.run(KernelCalls.ofThisMachine(), ProgramObject.forwarding());
            return true;
        } catch (IOException failed) {
            return false;
        }
    }

    /**
     * Loads the program and lets it see what arrives at every interface of this machine. Flows that an earlier process has
     * left go on as they were until {@link #adopt}.
     *
     * @throws IOException in one line, if this kernel cannot or this process may not
     */
    public static KernelForwarding open(Parts parts, Keeping keeping) throws IOException {
        KernelCalls calls = KernelCalls.ofThisMachine();
        ProgramObject object = ProgramObject.forwarding();
        SelfTest.run(calls, object);
        Pins pins = keeping.fileSystem.isEmpty()
            ? null
            : Pins.open(calls, keeping.fileSystem.get(), keeping.owner, object.octets());
        LoadedProgram program = LoadedProgram.load(calls, LoadedProgram.Hook.INGRESS, object, pins);
        try {
            for (int interfaceIndex : Interfaces.withEthernetHeaders()) {
                program.attach(interfaceIndex);
            }
            KernelForwarding kernel = new KernelForwarding(calls, program, new LinkRoutes(calls), parts);
            kernel.pins = pins;
            return kernel;
        } catch (IOException failed) {
            program.close();
            throw failed;
        }
    }

    /** A forwarder sees this flow move. */
    public void established(Flow flow) {
        nowMs = clockMs.getAsLong();
        if (!adopted || byFlow.containsKey(flow)) {
            return;
        }
        Onward onward = resolver.resolve(flow, nowMs);
        Link link = onward == null ? null : link(onward);
        if (onward == null || link == null) {
            increment(KernelCounter.LEFT);
            return;
        }
        int slot = takeSlot();
        if (slot >= 0 && add(new MirroredFlow(flow, slot, onward, link, until(onward)))) {
            increment(KernelCounter.ESTABLISHED);
        } else {
            freeSlot(slot);
            increment(KernelCounter.NO_ROOM);
        }
    }

    /** @return false if there is no room */
    private boolean add(MirroredFlow flow) {
        // Before the program may count: what its slot has counted for others.
        flow.packets = table.packets(flow.slot);
        flow.octets = table.octets(flow.slot);
        if (!write(flow)) {
            return false;
        }
        bySlot[flow.slot] = flow;
        byFlow.put(flow.flow, flow);
        byAllocation.add(flow);
        flows = byFlow.size();
        return true;
    }

    /**
     * Takes over the flows that an earlier process has left, those that the tables still know, and ends the others. To be
     * called once the tables hold what the cluster knows and the sockets are open; later calls do nothing.
     */
    public void adopt() {
        if (!adopted) {
            nowMs = clockMs.getAsLong();
            List<FlowTable.Written> written = table.written(addresses);
            slotsUsed = written.stream().mapToInt(each -> each.slot() + 1).max().orElse(0);
            written.forEach(this::adopt);
            for (int slot = 0; slot < slotsUsed; slot++) {
                if (bySlot[slot] == null) {
                    freeSlot(slot);
                }
            }
            adopted = true;
        }
        if (pins != null) {
            pins.removeEarlier();
            pins.removeAbandoned();
            pins = null;
        }
    }

    private void adopt(FlowTable.Written written) {
        Flow flow = written.flow().orElse(null);
        Onward onward = flow == null ? null : resolver.resolve(flow, nowMs);
        Link link = onward == null ? null : link(onward);
        if (flow != null && onward != null && link != null && bySlot[written.slot()] == null
            && add(new MirroredFlow(flow, written.slot(), onward, link, until(onward)))) {
            increment(KernelCounter.ADOPTED);
        } else {
            table.remove(written);
            increment(KernelCounter.DISOWNED);
        }
    }

    private @Nullable Link link(Onward onward) {
        return routes.of(onward.source().ip(), onward.destination().ip());
    }

    private long until(Onward onward) {
        return Math.min(onward.deadlineMs(), nowMs + FLOW_MS);
    }

    private boolean write(MirroredFlow flow) {
        long untilNs = calls.monotonicNs() + (flow.untilMs - nowMs) * NS_PER_MS - TICK_NS;
        return table.put(flow.flow, flow.onward, flow.link, untilNs, flow.slot);
    }

    private int takeSlot() {
        if (slotsUsed < bySlot.length) {
            return slotsUsed++;
        }
        return freeSlots.isEmpty() ? -1 : freeSlots.pollInt();
    }

    private void freeSlot(int slot) {
        if (slot >= 0) {
            freeSlots.offerInt(slot);
        }
    }

    @Override
    public void onLeg(long allocationId) {
        List<MirroredFlow> affected = byAllocation.of(allocationId);
        if (!affected.isEmpty()) {
            nowMs = clockMs.getAsLong();
            affected.forEach(this::reconsider);
        }
    }

    @Override
    public void onScope() {
        nowMs = clockMs.getAsLong();
        new ArrayList<>(byFlow.values()).forEach(this::reconsider);
    }

    private void reconsider(MirroredFlow flow) {
        if (renew(flow, false)) {
            increment(KernelCounter.CHANGED);
        } else {
            remove(flow);
            increment(KernelCounter.WITHDRAWN);
        }
    }

    /**
     * @param asksRoute whether the way out is asked for again although nothing else has changed: thousands of legs may be
     *     rewritten at once, and that takes longer than all the rest
     * @return false if user space is to have it again
     */
    private boolean renew(MirroredFlow flow, boolean asksRoute) {
        Onward onward = resolver.resolve(flow.flow, nowMs);
        if (onward == null || !onward.at().equals(flow.onward.at())) {
            return false;
        }
        Link link = asksRoute || !onward.forwardsLike(flow.onward) ? link(onward) : flow.link;
        if (link == null) {
            return false;
        }
        collect(flow);
        byAllocation.remove(flow);
        flow.onward = onward;
        byAllocation.add(flow);
        flow.link = link;
        flow.untilMs = until(onward);
        flow.used = false;
        return write(flow);
    }

    private void remove(MirroredFlow flow) {
        table.remove(flow.flow, flow.onward.at());
        collect(flow);
        bySlot[flow.slot] = null;
        freeSlot(flow.slot);
        byFlow.remove(flow.flow);
        byAllocation.remove(flow);
        flows = byFlow.size();
    }

    /** Adds up what the program has counted since it was last asked. */
    private void collect(MirroredFlow flow) {
        long packets = table.packets(flow.slot) - flow.packets;
        if (packets == 0) {
            return;
        }
        long octets = table.octets(flow.slot) - flow.octets;
        flow.packets += packets;
        flow.octets += octets;
        flow.used = true;
        Onward onward = flow.onward;
        traffic.forwarded(onward.kind(), packets, octets);
        if (!(flow.flow instanceof Flow.OfPeer)) {
            onward.in().counters().up(thread, packets, octets);
        }
        if (onward.kind() != Adjacency.PEER) {
            onward.out().counters().down(thread, packets, octets);
        }
    }

    /**
     * Renews the lease, collects counts, ends what is over; a part of it each time.
     *
     * @return how many flows were looked at
     */
    public int doWork() {
        if (!adopted) {
            return 0;
        }
        nowMs = clockMs.getAsLong();
        if (nextSlot == 0) {
            if (nowMs - passMs < PASS_MS) {
                return 0;
            }
            passMs = nowMs;
            lost = table.failed();
            table.lease(calls.monotonicNs() + LEASE_MS * NS_PER_MS);
        }
        int end = Math.min(slotsUsed, nextSlot + FLOWS_PER_TURN);
        int work = 0;
        for (; nextSlot < end; nextSlot++) {
            MirroredFlow flow = bySlot[nextSlot];
            if (flow != null) {
                attend(flow);
                work++;
            }
        }
        if (nextSlot >= slotsUsed) {
            nextSlot = 0;
        }
        return work;
    }

    private void attend(MirroredFlow flow) {
        collect(flow);
        if (nowMs < flow.untilMs - RENEWAL_MS || (flow.used && renew(flow, true))) {
            return;
        }
        if (nowMs >= flow.untilMs || flow.used) {
            remove(flow);
            increment(KernelCounter.EXPIRED);
        }
    }

    private void increment(KernelCounter counter) {
        counts.getAndIncrement(index(counter));
    }

    /** Any thread. */
    public long count(KernelCounter counter) {
        return counts.get(index(counter));
    }

    @SuppressWarnings("EnumOrdinal") // a position in memory, never stored
    private static int index(KernelCounter counter) {
        return counter.ordinal();
    }

    /** Datagrams that the program has lost; none as long as the kernel has memory. Any thread. */
    public long lost() {
        return lost;
    }

    /** How many flows the kernel has. Any thread. */
    public int flows() {
        return flows;
    }

    /** From now on user space forwards everything. */
    @Override
    public void close() {
        routes.close();
        table.close();
    }
}
