package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.client.Pause;
import io.turnstone.node.transport.CounterCells;
import io.turnstone.node.transport.DatagramHandler;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.DatagramSockets;
import io.turnstone.node.transport.SocketSettings;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.DataIndication;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives for all parties on one thread of its own. Paced, the thread never rests, so that neither a packet nor
 * its arrival waits for it; else it waits in the system for what comes back.
 *
 * <p>{@link #open}, {@link #start}, {@link #count}, {@link #takeRoundTrips} and {@link #close} for one other thread.
 *
 * <pre>
 * payload: |magic 4|0 4|sent at, ns 8| zeros up to the payload size |
 * </pre>
 */
final class Generator implements DatagramHandler, AutoCloseable {
    static final int PAYLOAD_BYTES_MIN = 16;
    private static final int MAGIC = 0x5475_5264;
    private static final int SENT_NS_OFFSET = 8;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int DATAGRAMS_PER_TURN = 256;
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A window that nothing came back for within this time is opened again: its packets are lost. */
    private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** What is overdue by more is left out. */
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ROUND_TRIP_NS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final int BIND_TRIES = 200;
    private static final long BIND_PAUSE_MS = 10;
    /** Ten thousand at once may be more than a server's socket takes; what is lost stays allocated for ten minutes. */
    private static final int FAREWELLS_AT_ONCE = 32;
    private static final long FAREWELL_PAUSE_MS = 2;

    private final RelayPlan plan;
    private final Sockets sockets;
    private final DatagramIo io;
    private final List<Window<Flow>> windows = new ArrayList<>();
    private final Int2ObjectHashMap<Flow> flowBySocket = new Int2ObjectHashMap<>();
    private final CounterCells<RelayCounter> counters = new CounterCells<>(RelayCounter.class);
    private final SingleWriterRecorder roundTripNs = new SingleWriterRecorder(ROUND_TRIP_NS_MAX, 3);
    private final UnsafeBuffer fresh = new UnsafeBuffer(new byte[DatagramSender.HEADROOM + 2048]);
    private final ChannelData channelData = new ChannelData();
    private final StunMessage message = new StunMessage();
    private final DataIndication indication = new DataIndication();
    private final Thread thread = new Thread(this::run, "generator");
    private long transactions;
    private long pacedSinceNs;
    private long paced;
    private long stallCheckNs;
    private volatile boolean stopped;

    /** A party with its open socket, in a window if packets begin here. The generator's thread. */
    private record Flow(Party party, int socket, @Nullable Window<Flow> window) {}

    private Generator(RelayPlan plan, Sockets sockets) {
        this.plan = plan;
        this.sockets = sockets;
        this.io = sockets.io(0);
        thread.setDaemon(true);
    }

    /** Opens the parties' sockets. */
    static Generator open(RelayPlan plan, List<Party> parties) throws IOException {
        SocketSettings settings = new SocketSettings(
            DatagramLayer.best(), 1, BUFFER_BYTES, 0, plan.sendsTrains(), false);
        Generator generator = new Generator(plan, DatagramSockets.open(List.of(), settings));
        try {
            for (Party party : parties) {
                generator.add(party);
            }
            return generator;
        } catch (IOException failed) {
            generator.sockets.close();
            throw failed;
        }
    }

    private void add(Party party) throws IOException {
        Window<Flow> window = party.initiates() ? window() : null;
        Flow flow = new Flow(party, bind(party.local()), window);
        flowBySocket.put(flow.socket, flow);
        if (window != null) {
            window.add(flow);
        }
    }

    /** That of the next flow. */
    private Window<Flow> window() {
        if (windows.isEmpty() || !(plan.isPaced() || plan.sharedWindow())) {
            windows.add(new Window<>());
        }
        return windows.getLast();
    }

    /** The socket that had the address before may be gone a moment later only. */
    private int bind(TransportAddress local) throws IOException {
        for (int i = 1;; i++) {
            try {
                return sockets.openRelay(local, local, 0, false);
            } catch (IOException failed) {
                if (!(failed.getCause() instanceof BindException) || i == BIND_TRIES) {
                    throw failed;
                }
                Pause.ms(BIND_PAUSE_MS);
            }
        }
    }

    void start() {
        thread.start();
    }

    long count(RelayCounter counter) {
        return counters.get(counter);
    }

    /** The round trips since the last call. */
    Histogram takeRoundTrips() {
        return roundTripNs.getIntervalHistogram();
    }

    private void run() {
        pacedSinceNs = System.nanoTime();
        stallCheckNs = pacedSinceNs;
        while (!stopped) {
            int workCount = io.poll(this, DATAGRAMS_PER_TURN);
            long nowNs = System.nanoTime();
            if (plan.isPaced()) {
                sendDue(nowNs);
            } else if (nowNs - stallCheckNs >= 0) {
                stallCheckNs = nowNs + STALL_NS;
                fillStalledWindows();
            }
            io.flush();
            if (workCount == 0 && !plan.isPaced()) {
                io.await(WAIT_NS);
            }
        }
    }

    private void sendDue(long nowNs) {
        // a client sends half of what the server relays, the far end the other half
        double perNs = plan.rate() / 2.0 / TimeUnit.SECONDS.toNanos(1);
        long due = (long) ((nowNs - pacedSinceNs) * perNs) - paced;
        if (due > perNs * LATE_NS + plan.train()) {
            paced += due;
            due = 0;
        }
        for (; due >= plan.train(); due -= plan.train()) {
            sendFresh(windows.getFirst().next(), plan.train(), nowNs);
            paced += plan.train();
        }
    }

    private void fillStalledWindows() {
        for (Window<Flow> window : windows) {
            if (window.hasStalled()) {
                for (int i = 0; i < plan.window(); i++) {
                    sendFresh(window.next(), 1, System.nanoTime());
                }
            }
        }
    }

    private void sendFresh(Flow flow, int count, long nowNs) {
        int payload = DatagramSender.HEADROOM;
        fresh.putInt(payload, MAGIC, ByteOrder.BIG_ENDIAN);
        fresh.putLong(payload + SENT_NS_OFFSET, nowNs);
        for (int i = 0; i < count; i++) {
            send(flow, fresh, payload, plan.payloadBytes(), flow.party.remote());
        }
    }

    @Override
    public void onDatagram(
        int socket, MutableDirectBuffer buffer, int offset, int length, long high, long low, int port) {
        @Nullable
        Flow flow = flowBySocket.get(socket);
        if (flow == null) {
            return;
        }
        switch (flow.party.framing()) {
            case BARE -> onPayload(flow, buffer, offset, length, high, low, port);
            case CHANNEL -> {
                if (channelData.wrap(buffer, offset, length)) {
                    onPayload(flow, buffer, channelData.dataOffset(), channelData.dataLength(), high, low, port);
                }
            }
            case INDICATION -> {
                int data = message.wrap(buffer, offset, length) ? message.find(StunAttribute.DATA) : -1;
                if (data >= 0) {
                    onPayload(flow, buffer, data, message.valueLength(data), high, low, port);
                }
            }
        }
    }

    private void onPayload(
        Flow flow, MutableDirectBuffer buffer, int offset, int length, long high, long low, int port) {
        if (length < PAYLOAD_BYTES_MIN || buffer.getInt(offset, ByteOrder.BIG_ENDIAN) != MAGIC) {
            return;
        }
        counters.increment(RelayCounter.DELIVERED);
        Window<Flow> window = flow.window;
        if (window == null) {
            send(flow, buffer, offset, length, high, low, port);
            return;
        }
        window.onArrival();
        long nowNs = System.nanoTime();
        roundTripNs.recordValue(Math.clamp(nowNs - buffer.getLong(offset + SENT_NS_OFFSET), 0, ROUND_TRIP_NS_MAX));
        if (!plan.isPaced()) {
            buffer.putLong(offset + SENT_NS_OFFSET, nowNs);
            Flow next = window.next();
            send(next, buffer, offset, length, next.party.remote());
        }
    }

    private void send(Flow flow, MutableDirectBuffer buffer, int offset, int length, TransportAddress bareTo) {
        send(flow, buffer, offset, length, bareTo.high(), bareTo.low(), bareTo.port());
    }

    /** The address counts for a bare payload only. */
    private void send(
        Flow flow, MutableDirectBuffer buffer, int offset, int length, long high, long low, int port) {
        Party party = flow.party;
        TransportAddress server = party.server();
        boolean sent = switch (party.framing()) {
            case BARE -> io.send(flow.socket, buffer, offset, length, high, low, port);
            case CHANNEL -> {
                ChannelData.writeHeader(buffer, offset, FlowMaker.CHANNEL, length);
                yield io.send(
                    flow.socket, buffer, offset - ChannelData.HEADER_LENGTH, ChannelData.HEADER_LENGTH + length,
                    server.high(), server.low(), server.port());
            }
            case INDICATION -> {
                // but for its type a Send indication is what a Data indication is
                TransportAddress to = party.remote();
                indication.transactionId(0, transactions++)
                    .write(buffer, offset, length, to.high(), to.low(), to.port());
                buffer.putShort(indication.offset(), (short) StunType.SEND_INDICATION, ByteOrder.BIG_ENDIAN);
                yield io.send(
                    flow.socket, buffer, indication.offset(), indication.length(), server.high(), server.low(),
                    server.port());
            }
        };
        if (sent) {
            counters.increment(RelayCounter.SENT);
        }
    }

    /** Stops the thread, sends the requests that give the allocations back, and closes the sockets. */
    void close(List<FlowMaker.Farewell> farewells) {
        stopped = true;
        io.wakeup();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        for (int i = 0; i < farewells.size(); i++) {
            if (i % FAREWELLS_AT_ONCE == FAREWELLS_AT_ONCE - 1) {
                Pause.ms(FAREWELL_PAUSE_MS);
            }
            FlowMaker.Farewell farewell = farewells.get(i);
            TransportAddress to = farewell.server();
            DirectBuffer request = farewell.request();
            io.send(sockets.relaySocketOf(farewell.local()), request, 0, request.capacity(), to.high(), to.low(),
                to.port());
            io.flush();
        }
        close();
    }

    @Override
    public void close() {
        sockets.close();
    }
}
