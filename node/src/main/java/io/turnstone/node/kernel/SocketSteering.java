package io.turnstone.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets the kernel give what comes to the open ports of relay addresses to one socket of each address, or to one of those
 * that share that socket's port. Ends when it is closed and when the process ends. The control thread.
 */
public final class SocketSteering implements AutoCloseable {
    private static final String ADDRESSES = "addresses";
    private static final String OPEN_PORTS = "open_ports";
    private static final String SOCKETS = "sockets";
    private static final String OWN_NAMESPACE = "/proc/self/ns/net";
    private static final int ADDRESS_BYTES = 16;
    private static final int PORT_OCTETS = (1 << 16) / Byte.SIZE;

    private final LoadedProgram program;
    private final MemorySegment openPorts;
    private final Map<IpAddress, Integer> numbers = new HashMap<>();

    private SocketSteering(LoadedProgram program) throws IOException {
        this.program = program;
        this.openPorts = program.memory(OPEN_PORTS);
    }

    /**
     * @param addresses how many relay addresses there will be
     * @throws IOException in one line, if this process may not, this kernel cannot, or these are too many
     */
    public static SocketSteering open(int addresses) throws IOException {
        KernelCalls calls = KernelCalls.ofThisMachine();
        LoadedProgram program = LoadedProgram.load(
            calls, LoadedProgram.Hook.SOCKET_LOOKUP, ProgramObject.relayRange(), null);
        int namespace = calls.open(OWN_NAMESPACE);
        try {
            if (addresses > program.entriesMax(ADDRESSES)) {
                throw new IOException(addresses + " relay addresses are too many");
            }
            program.attach(namespace);
            return new SocketSteering(program);
        } catch (IOException failed) {
            program.close();
            throw failed;
        } finally {
            calls.close(namespace);
        }
    }

    /**
     * From now on that socket takes what comes to the open ports of the address.
     *
     * @param local in use on this machine
     * @param descriptor of a bound UDP socket
     * @throws IOException if the kernel refuses the socket, or there are too many addresses
     */
    public void steerTo(IpAddress local, int descriptor) throws IOException {
        int number = numbers.computeIfAbsent(local, first -> numbers.size());
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment address = scratch.allocateFrom(JAVA_BYTE, octets(local));
            MemorySegment index = scratch.allocateFrom(JAVA_INT, number);
            MemorySegment socket = scratch.allocateFrom(JAVA_LONG, descriptor);
            if (!program.put(SOCKETS, index, socket) || !program.put(ADDRESSES, address, index)) {
                throw new IOException("the kernel does not take the socket of " + local);
            }
        }
    }

    private static byte[] octets(IpAddress address) {
        return ByteBuffer.allocate(ADDRESS_BYTES).putLong(address.high()).putLong(address.low()).array();
    }

    public void openPort(TransportAddress local) {
        setPort(local, true);
    }

    public void closePort(TransportAddress local) {
        setPort(local, false);
    }

    /** An address that no socket is known for yet gets its number, and is steered later. */
    private void setPort(TransportAddress local, boolean open) {
        int number = numbers.computeIfAbsent(local.ip(), first -> numbers.size());
        long at = (long) number * PORT_OCTETS + local.port() / Byte.SIZE;
        int bit = 1 << (local.port() % Byte.SIZE);
        byte octet = openPorts.get(JAVA_BYTE, at);
        openPorts.set(JAVA_BYTE, at, (byte) (open ? octet | bit : octet & ~bit));
    }

    @Override
    public void close() {
        program.close();
    }
}
