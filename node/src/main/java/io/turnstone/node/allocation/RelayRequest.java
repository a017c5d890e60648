package io.turnstone.node.allocation;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.turn.EvenPort;
import java.util.OptionalLong;

/**
 * Which relayed transport addresses a client wants (RFC 8656 §7.1). Immutable, any thread.
 *
 * @param family of the address, or of the first of two; without meaning where a token is given
 * @param additionalIpv6 whether an IPv6 address is wanted beside it (ADDITIONAL-ADDRESS-FAMILY)
 * @param evenPort what EVEN-PORT asks for
 * @param reservationToken names the reserved port that is to be used, and nothing else
 */
public record RelayRequest(AddressFamily family, boolean additionalIpv6, EvenPort evenPort,
    OptionalLong reservationToken) {}
