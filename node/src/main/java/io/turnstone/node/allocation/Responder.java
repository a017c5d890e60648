package io.turnstone.node.allocation;

import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.auth.Authenticator;
import io.turnstone.node.auth.MobilityTickets;
import io.turnstone.node.rib.AllocateAnswer;
import io.turnstone.node.rib.AllocateAnswer.AddressError;
import io.turnstone.node.rib.Mobility;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunClass;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes responses and sends them. Owned by one thread. What answers an authenticated request is protected like it and
 * names the software; what answers anything else does neither.
 */
final class Responder {
    private static final int RESPONSE_MAX = 1024;

    private final String software;
    private final Authenticator authenticator;
    private final MobilityTickets tickets;
    private final Answers answers;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[RESPONSE_MAX]);
    private final StunWriter writer = new StunWriter();
    private final MessageIntegrity integrity = new MessageIntegrity();

    Responder(String software, Authenticator authenticator, MobilityTickets tickets, Answers answers) {
        this.software = software;
        this.authenticator = authenticator;
        this.tickets = tickets;
        this.answers = answers;
    }

    /** Refuses a request whose sender is not known. */
    void reject(Origin origin, StunMessage request, StunError error, boolean challenge, long nowMs) {
        writer.begin(buffer, 0, StunType.of(request.method(), StunClass.ERROR_RESPONSE), request).errorCode(error);
        if (challenge) {
            authenticator.writeChallenge(writer, nowMs);
        }
        send(origin, request.has(StunAttribute.FINGERPRINT));
    }

    void refuse(Exchange exchange, StunError error) {
        begin(exchange, StunClass.ERROR_RESPONSE).errorCode(error);
        finish(exchange);
    }

    /** 420 with the list of what is not understood. */
    void refuseUnknown(Exchange exchange, int... attributeTypes) {
        begin(exchange, StunClass.ERROR_RESPONSE).errorCode(StunError.UNKNOWN_ATTRIBUTE)
            .unknownAttributes(attributeTypes);
        finish(exchange);
    }

    /** RFC 8656 §7.2. Made of the route and the request alone, so every node writes the same octets. */
    void allocated(Exchange exchange, Route route) {
        begin(exchange, StunClass.SUCCESS_RESPONSE);
        for (TransportAddress relayed : route.relayedAddresses()) {
            writer.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS, relayed);
        }
        AllocateAnswer answer = route.answer();
        writer.u32(StunAttribute.LIFETIME, answer.lifetimeSeconds());
        answer.reservationToken().ifPresent(token -> writer.u64(StunAttribute.RESERVATION_TOKEN, token));
        if (route.mobility().isGranted()) {
            writeTicket(route.allocationId(), Mobility.FIRST_TICKET);
        }
        writer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, exchange.origin().client());
        answer.addressError().ifPresent(this::writeAddressError);
        finish(exchange);
    }

    private void writeAddressError(AddressError error) {
        AddressFamily family = error.family() == AddressFamily.IPV4.number() ? AddressFamily.IPV4 : AddressFamily.IPV6;
        writer.addressErrorCode(
            family,
            error.errorCode() == StunError.ADDRESS_FAMILY_NOT_SUPPORTED.code()
                ? StunError.ADDRESS_FAMILY_NOT_SUPPORTED
                : StunError.INSUFFICIENT_CAPACITY);
    }

    /** RFC 8656 §8.2, and RFC 8016 §3.2.2 for a client that has moved. */
    void refreshed(Exchange exchange, long allocationId, Refreshed reply) {
        begin(exchange, StunClass.SUCCESS_RESPONSE).u32(StunAttribute.LIFETIME, reply.lifetimeSeconds());
        if (reply.ticket() != AllocationRules.NO_TICKET) {
            writeTicket(allocationId, reply.ticket());
        }
        finish(exchange);
    }

    private void writeTicket(long allocationId, int number) {
        writer.bytes(StunAttribute.MOBILITY_TICKET, tickets.seal(new MobilityTickets.Ticket(allocationId, number)));
    }

    /** RFC 8656 §10.2 and §12.2: success says nothing more. */
    void bound(Exchange exchange) {
        begin(exchange, StunClass.SUCCESS_RESPONSE);
        finish(exchange);
    }

    /** RFC 8489 §12: a Binding whose sender chose to authenticate. */
    void mapped(Exchange exchange) {
        begin(exchange, StunClass.SUCCESS_RESPONSE)
            .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, exchange.origin().client());
        finish(exchange);
    }

    private StunWriter begin(Exchange exchange, int messageClass) {
        return writer.begin(buffer, 0, StunType.of(exchange.method(), messageClass), exchange.id());
    }

    private void finish(Exchange exchange) {
        if (!software.isEmpty()) {
            writer.utf8(StunAttribute.SOFTWARE, software);
        }
        exchange.proof().protect(writer, integrity);
        send(exchange.origin(), exchange.fingerprint());
    }

    private void send(Origin origin, boolean fingerprint) {
        if (fingerprint) {
            writer.fingerprint();
        }
        answers.send(origin, buffer, 0, writer.length());
    }
}
