package io.turnstone.protocol.turn;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A TURN request whose attributes are well formed and do not contradict each other. Immutable, any thread. Whether the
 * server can and may do it is not decided here. Made by {@link TurnRequestDecoder}.
 */
public sealed interface TurnRequest {
    /**
     * RFC 8656 §7.2; the requested transport is UDP.
     *
     * @param lifetimeSeconds as asked for
     * @param requestedFamily null if REQUESTED-ADDRESS-FAMILY is absent: IPv4 by the RFC
     * @param additionalIpv6 whether ADDITIONAL-ADDRESS-FAMILY asks for an IPv6 relayed address beside the IPv4 one
     * @param evenPort what EVEN-PORT asks for
     * @param reservationToken excludes {@code requestedFamily}, {@code additionalIpv6} and {@code evenPort}
     * @param dontFragment whether the client will use DONT-FRAGMENT
     * @param mobile whether an empty MOBILITY-TICKET asks for a ticket (RFC 8016 §3.1.1)
     */
    record AllocateRequest(
        OptionalInt lifetimeSeconds,
        @Nullable AddressFamily requestedFamily,
        boolean additionalIpv6,
        EvenPort evenPort,
        OptionalLong reservationToken,
        boolean dontFragment,
        boolean mobile) implements TurnRequest {}

    /**
     * RFC 8656 §8.2.
     *
     * @param lifetimeSeconds as asked for; 0 ends the allocation
     * @param requestedFamily the number in REQUESTED-ADDRESS-FAMILY, also one that is no family: it matches no
     *     allocation, and 443 is the answer
     */
    record RefreshRequest(OptionalInt lifetimeSeconds, OptionalInt requestedFamily) implements TurnRequest {}

    /**
     * RFC 8656 §10.2.
     *
     * @param peers at least one; the ports mean nothing
     */
    record CreatePermissionRequest(List<TransportAddress> peers) implements TurnRequest {
        public CreatePermissionRequest {
            peers = List.copyOf(peers);
        }
    }

    /**
     * RFC 8656 §12.2.
     *
     * @param channelNumber within 0x4000 to 0x7FFF
     */
    record ChannelBindRequest(int channelNumber, TransportAddress peer) implements TurnRequest {}
}
