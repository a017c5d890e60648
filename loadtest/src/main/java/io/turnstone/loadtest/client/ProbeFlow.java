package io.turnstone.loadtest.client;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Numbered packets sent at a steady rate, and what became of each at the far end. Belongs to the loop: sending,
 * receiving and counting happen there; {@link #start}, {@link #stop} and {@link #report} may be called from any thread.
 *
 * <pre>
 * |magic 4|flow 4|sequence 8|sent at, ns 8| zeros up to the payload size |
 * </pre>
 */
public final class ProbeFlow {
    private static final int MAGIC = 0x5475_726E;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int SENT_NS_OFFSET = 16;
    private static final int HEADER_BYTES = 24;
    private static final long LATENCY_NS_MAX = TimeUnit.SECONDS.toNanos(60);

    private final ClientLoop loop;
    private final int flow;
    private final int payloadBytes;
    private final Sender sender;
    private final BitSet seen = new BitSet();
    private final Histogram latencyNs = new Histogram(LATENCY_NS_MAX, 3);
    private long sent;
    private long duplicates;
    private long reordered;
    private long highestSequence = -1;
    private long lastArrivalNs;
    private long longestGapNs;
    private ClientLoop.@Nullable Timer timer;

    /** How a probe leaves: as ChannelData, as a Send indication, from a plain peer. */
    public interface Sender {
        void send(ByteBuffer payload);
    }

    /** @param flow tells apart the flows that arrive at one receiver */
    public ProbeFlow(ClientLoop loop, int flow, int payloadBytes, Sender sender) {
        if (payloadBytes < HEADER_BYTES) {
            throw new IllegalArgumentException("a probe is at least " + HEADER_BYTES + " octets, not " + payloadBytes);
        }
        this.loop = loop;
        this.flow = flow;
        this.payloadBytes = payloadBytes;
        this.sender = sender;
    }

    public ProbeFlow start(int packetsPerSecond) {
        loop.execute(() -> timer = loop.every(TimeUnit.SECONDS.toNanos(1) / packetsPerSecond, this::sendNext));
        return this;
    }

    public void stop() {
        loop.call(() -> {
            if (timer != null) {
                timer.cancel();
            }
        });
    }

    /** Sends one probe now. */
    public void sendOne() {
        loop.execute(this::sendNext);
    }

    /** Counts a payload that arrived; what is no probe of this flow is refused. On the loop. */
    public boolean onPayload(ByteBuffer payload) {
        if (payload.remaining() < HEADER_BYTES || payload.getInt(payload.position()) != MAGIC
            || payload.getInt(payload.position() + Integer.BYTES) != flow) {
            return false;
        }
        int sequence = (int) payload.getLong(payload.position() + SEQUENCE_OFFSET);
        if (seen.get(sequence)) {
            duplicates++;
            return true;
        }
        seen.set(sequence);
        if (sequence < highestSequence) {
            reordered++;
        }
        highestSequence = Math.max(highestSequence, sequence);
        long nowNs = System.nanoTime();
        long tookNs = nowNs - payload.getLong(payload.position() + SENT_NS_OFFSET);
        latencyNs.recordValue(Math.clamp(tookNs, 0, LATENCY_NS_MAX));
        if (lastArrivalNs != 0) {
            longestGapNs = Math.max(longestGapNs, nowNs - lastArrivalNs);
        }
        lastArrivalNs = nowNs;
        return true;
    }

    public ProbeReport report() {
        ProbeReport[] report = new ProbeReport[1];
        loop.call(() -> report[0] = new ProbeReport(sent, seen.cardinality(), duplicates, reordered, longestGapNs,
            latencyNs.copy()));
        return report[0];
    }

    private void sendNext() {
        ByteBuffer payload = ByteBuffer.allocate(payloadBytes);
        payload.putInt(MAGIC).putInt(flow).putLong(sent++).putLong(System.nanoTime());
        sender.send(payload.clear());
    }
}
