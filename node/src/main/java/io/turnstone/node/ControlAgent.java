package io.turnstone.node;

import io.turnstone.node.allocation.Alarms;
import io.turnstone.node.allocation.TurnService;
import io.turnstone.node.fabric.FabricControl;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.punt.PuntedPacket;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.rib.Attachments;
import io.turnstone.node.rib.PortSlices;
import io.turnstone.node.rib.Rib;
import io.turnstone.node.rib.Route;
import io.turnstone.node.transport.ThreadPriority;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * The duty cycle of the control thread. The fabric comes last, so that what was sent in a turn leaves in it; answers leave
 * before what may take long, and those that other nodes' messages led to after it.
 */
final class ControlAgent implements Agent {
    private static final int PUNTS_PER_TURN = 256;
    private static final int TASKS_PER_TURN = 1024;
    private static final long PUBLISH_AFTER_MS = 100;

    private final LongSupplier clockMs;
    private final Inbox inbox;
    private final PuntQueue punts;
    private final Parts parts;
    private final Consumer<PuntedPacket> onPunt = this::onPunt;
    private long nowMs;
    private long publishedMs;

    /**
     * What belongs to the control thread.
     *
     * @param fabric null on a single node
     * @param icmp hears of ICMP errors
     * @param kernel hears of flows that move
     * @param letAnswersGo sends what clients are answered
     * @param publish tells other threads how things stand
     */
    record Parts(TurnService turn, RelayService relays, Alarms alarms, PortSlices slices, Replicator<Route> replicator,
        Rib rib,
        Attachments attachments, Members members, @Nullable FabricControl fabric, IcmpErrors icmp, KernelPart kernel,
        Runnable letAnswersGo, Runnable publish) {}

    ControlAgent(LongSupplier clockMs, Inbox inbox, PuntQueue punts, Parts parts) {
        this.clockMs = clockMs;
        this.inbox = inbox;
        this.punts = punts;
        this.parts = parts;
    }

    @Override
    public void onStart() {
        ThreadPriority.PACKETS.raise();
    }

    @Override
    public int doWork() {
        nowMs = clockMs.getAsLong();
        long nowNs = System.nanoTime();
        int work = punts.drain(onPunt, PUNTS_PER_TURN) + inbox.drain(TASKS_PER_TURN);
        parts.letAnswersGo().run();
        work += parts.icmp().doWork(nowMs) + parts.replicator().doWork(nowMs) + parts.turn().doWork(nowMs)
            + parts.relays().doWork(nowMs) + parts.alarms().doWork(nowMs);
        parts.members().doWork(nowMs, nowNs);
        work += parts.rib().doWork();
        parts.attachments().doWork(nowMs);
        parts.slices().doWork(nowMs);
        parts.kernel().doWork();
        if (nowMs - publishedMs >= PUBLISH_AFTER_MS) {
            publishedMs = nowMs;
            parts.publish().run();
        }
        FabricControl fabric = parts.fabric();
        work += fabric == null ? 0 : fabric.doWork(nowNs);
        parts.letAnswersGo().run();
        return work;
    }

    private void onPunt(PuntedPacket packet) {
        if (packet.reason() == PuntReason.ESTABLISHED) {
            parts.kernel().onEstablished(packet);
        } else {
            parts.turn().onPunt(packet, nowMs);
        }
    }

    @Override
    public void onClose() {
        parts.icmp().close();
        FabricControl fabric = parts.fabric();
        if (fabric != null) {
            fabric.close();
        }
    }

    @Override
    public String roleName() {
        return "control";
    }
}
