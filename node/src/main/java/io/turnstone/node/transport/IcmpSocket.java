package io.turnstone.node.transport;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of the ICMP and ICMPv6 errors that come back for what was sent to peers (RFC 8656 §11.5). The control thread.
 *
 * <p>Needs Linux and CAP_NET_RAW; without them there is none, which is logged once and changes nothing else.
 */
public final class IcmpSocket implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(IcmpSocket.class);
    private static final int FILTER_OPTION = 1;
    private static final int FILTER_V6_WORDS = 8;

    private final List<Source> sources;

    private record Source(RawSocket socket, Parser parser) {}

    private interface Parser {
        @Nullable
        IcmpError parse(DirectBuffer buffer, int length);
    }

    private IcmpSocket(List<Source> sources) {
        this.sources = sources;
    }

    /** Opens one socket per family; empty if the system allows neither. */
    public static Optional<IcmpSocket> open() {
        List<Source> sources = new ArrayList<>();
        try {
            sources.add(new Source(openIpv4(), IcmpParser::parseIpv4));
            sources.add(new Source(openIpv6(), IcmpParser::parseIpv6));
        } catch (IOException | UnsupportedOperationException | LinkageError | NoSuchElementException e) {
            String what = sources.isEmpty() ? "ICMP" : "ICMPv6";
            LOGGER.info(
                "Clients are not told of {} errors: no raw socket ({}), which needs Linux and CAP_NET_RAW",
                what,
                e.getMessage());
        }
        return sources.isEmpty() ? Optional.empty() : Optional.of(new IcmpSocket(List.copyOf(sources)));
    }

    private static RawSocket openIpv4() throws IOException {
        requireLinux();
        RawSocket socket = new RawSocket(LinuxCalls.AF_INET, RawSocket.IPPROTO_ICMP);
        int passed = 1 << IcmpParser.DESTINATION_UNREACHABLE | 1 << IcmpParser.TIME_EXCEEDED;
        // a set bit keeps a type away: ICMP_FILTER of raw(7)
        socket.setOption(RawSocket.SOL_RAW, FILTER_OPTION, ~passed);
        return socket;
    }

    private static RawSocket openIpv6() throws IOException {
        RawSocket socket = new RawSocket(LinuxCalls.AF_INET6, RawSocket.IPPROTO_ICMPV6);
        int[] blocked = new int[FILTER_V6_WORDS];
        Arrays.fill(blocked, -1);
        blocked[0] = ~(1 << IcmpParser.DESTINATION_UNREACHABLE_V6
            | 1 << IcmpParser.PACKET_TOO_BIG_V6
            | 1 << IcmpParser.TIME_EXCEEDED_V6);
        // RFC 3542 §3.2, with Linux's meaning of the bits: set is blocked
        socket.setOption(RawSocket.IPPROTO_ICMPV6, FILTER_OPTION, blocked);
        return socket;
    }

    private static void requireLinux() throws IOException {
        String system = System.getProperty("os.name", "");
        if (!system.startsWith("Linux")) {
            throw new IOException("the system is " + system);
        }
    }

    /**
     * Hands over the errors that have arrived; never waits. Many are about datagrams that other processes sent.
     *
     * @param limit packets to read at most from each family
     * @return packets read
     */
    public int poll(Consumer<IcmpError> handler, int limit) {
        int read = 0;
        for (Source source : sources) {
            read += poll(source, handler, limit);
        }
        return read;
    }

    private static int poll(Source source, Consumer<IcmpError> handler, int limit) {
        for (int read = 0; read < limit; read++) {
            int length = source.socket.receive();
            if (length < 0) {
                return read;
            }
            IcmpError error = source.parser.parse(source.socket.packet(), length);
            if (error != null) {
                handler.accept(error);
            }
        }
        return limit;
    }

    @Override
    public void close() {
        sources.forEach(source -> source.socket.close());
    }
}
