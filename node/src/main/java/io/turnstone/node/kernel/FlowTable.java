package io.turnstone.node.kernel;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.kernel.Routes.Link;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The maps of the program as it reads them. Control thread; the program reads and counts meanwhile. The layouts are those of
 * {@code struct flow_key}, {@code struct flow}, {@code struct count} and {@code struct control} in forwarding.bpf.c.
 */
final class FlowTable implements AutoCloseable {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfLong NETWORK_LONG = ValueLayout.JAVA_LONG.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT.withOrder(BIG_ENDIAN);
    static final String CONTROL = "control";
    static final int CONTROL_BYTES = 16;
    private static final String FLOWS = "flows";
    private static final int KEY_BYTES = 56;
    private static final int FLOW_BYTES = 80;
    private static final int COUNT_BYTES = 32;
    private static final long FAILED_OFFSET = 8;
    private static final short KIND_CHANNEL = 1;
    private static final short KIND_SEND = 2;
    private static final short KIND_PEER = 3;
    private static final int FORM_PLAIN = 0;
    private static final int FORM_CHANNEL_DATA = 1;
    private static final int FORM_INDICATION = 2;

    private final LoadedProgram program;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment key = arena.allocate(KEY_BYTES, Long.BYTES);
    private final MemorySegment value = arena.allocate(FLOW_BYTES, Long.BYTES);
    private final MemorySegment counts;
    private final MemorySegment control;

    FlowTable(LoadedProgram loaded) throws IOException {
        program = loaded;
        counts = loaded.memory("counts");
        control = loaded.memory(CONTROL);
    }

    /** How many flows there can be. */
    int capacity() {
        return program.entriesMax(FLOWS);
    }

    /**
     * Writes what becomes of a flow, or writes it anew.
     *
     * @param untilNs by the monotonic clock
     * @param slot where it is counted, below {@link #capacity}
     * @return false if there is no room
     */
    boolean put(Flow flow, Onward onward, Link link, long untilNs, int slot) {
        writeKey(flow, onward.at());
        value.set(LONG, 0, untilNs);
        writeAddress(value, 8, onward.source());
        writeAddress(value, 24, onward.destination());
        writeAddress(value, 40, onward.peer());
        value.set(NETWORK_SHORT, 56, (short) onward.source().port());
        value.set(NETWORK_SHORT, 58, (short) onward.destination().port());
        value.set(NETWORK_SHORT, 60, (short) onward.peer().port());
        value.set(NETWORK_SHORT, 62, (short) onward.channel());
        value.set(INT, 64, slot);
        value.set(INT, 68, link.interfaceIndex());
        value.set(INT, 72, link.lengthMax());
        value.set(INT, 76, form(onward));
        return program.put(FLOWS, key, value);
    }

    /** @param at where its datagrams come to */
    void remove(Flow flow, TransportAddress at) {
        writeKey(flow, at);
        program.remove(FLOWS, key);
    }

    /**
     * What is written down, by this process or an earlier one.
     *
     * @param flow as this process names it; empty if it knows nothing that is bound there
     */
    record Written(Optional<Flow> flow, int slot, MemorySegment key) {}

    /** Everything that is written down. */
    List<Written> written(LocalAddresses addresses) {
        List<MemorySegment> keys = new ArrayList<>();
        for (boolean more = program.next(FLOWS, key, true); more; more = program.next(FLOWS, key, false)) {
            keys.add(arena.allocate(KEY_BYTES, Long.BYTES).copyFrom(key));
        }
        List<Written> all = new ArrayList<>();
        for (MemorySegment each : keys) {
            if (program.get(FLOWS, each, value)) {
                all.add(new Written(Optional.ofNullable(flow(each, addresses)), value.get(INT, 64), each));
            }
        }
        return all;
    }

    void remove(Written written) {
        program.remove(FLOWS, written.key);
    }

    private static @Nullable Flow flow(MemorySegment key, LocalAddresses addresses) {
        TransportAddress source = readAddress(key, 0, 48);
        TransportAddress at = readAddress(key, 16, 50);
        if (key.get(SHORT, 54) == KIND_PEER) {
            TransportAddress relayed = addresses.relayedAt(at);
            return relayed == null ? null : new Flow.OfPeer(relayed, source);
        }
        int listener = addresses.listenerAt(at);
        if (listener == LocalAddresses.NO_LISTENER) {
            return null;
        }
        return key.get(SHORT, 54) == KIND_CHANNEL
            ? new Flow.OfChannel(listener, source, key.get(NETWORK_SHORT, 52) & 0xFFFF)
            : new Flow.OfIndications(listener, source, readAddress(key, 32, 52));
    }

    private static TransportAddress readAddress(MemorySegment from, long offset, long portOffset) {
        return new TransportAddress(
            from.get(NETWORK_LONG, offset), from.get(NETWORK_LONG, offset + Long.BYTES),
            from.get(NETWORK_SHORT, portOffset) & 0xFFFF);
    }

    private static int form(Onward onward) {
        if (onward.kind() == Adjacency.PEER) {
            return FORM_PLAIN;
        }
        return onward.channel() == Leg.NO_CHANNEL ? FORM_INDICATION : FORM_CHANNEL_DATA;
    }

    private void writeKey(Flow flow, TransportAddress at) {
        key.fill((byte) 0);
        writeAddress(key, 0, flow.source());
        writeAddress(key, 16, at);
        key.set(NETWORK_SHORT, 48, (short) flow.source().port());
        key.set(NETWORK_SHORT, 50, (short) at.port());
        switch (flow) {
            case Flow.OfChannel it -> writeName(it.number(), KIND_CHANNEL);
            case Flow.OfIndications it -> {
                writeAddress(key, 32, it.peer());
                writeName(it.peer().port(), KIND_SEND);
            }
            case Flow.OfPeer _ -> writeName(0, KIND_PEER);
        }
    }

    private void writeName(int number, short kind) {
        key.set(NETWORK_SHORT, 52, (short) number);
        key.set(SHORT, 54, kind);
    }

    private static void writeAddress(MemorySegment to, long offset, TransportAddress address) {
        IpAddress ip = address.ip();
        to.set(NETWORK_LONG, offset, ip.high());
        to.set(NETWORK_LONG, offset + Long.BYTES, ip.low());
    }

    /**
     * Runs the program on a frame as if that had come to the loopback interface.
     *
     * @return the frame as the program leaves it
     */
    byte[] tryOut(Arena scratch, byte[] frame) throws IOException {
        MemorySegment input = scratch.allocateFrom(ValueLayout.JAVA_BYTE, frame);
        MemorySegment output = scratch.allocate(frame.length);
        int length = program.run(input, frame.length, output);
        return output.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Until then the program believes what is written here. */
    void lease(long untilNs) {
        control.set(LONG, 0, untilNs);
    }

    /** Datagrams that the program has lost. */
    long failed() {
        return control.get(LONG, FAILED_OFFSET);
    }

    long packets(int slot) {
        return counts.get(LONG, (long) slot * COUNT_BYTES);
    }

    /** Of application data. */
    long octets(int slot) {
        return counts.get(LONG, (long) slot * COUNT_BYTES + 8);
    }

    @Override
    public void close() {
        program.close();
        arena.close();
    }
}
