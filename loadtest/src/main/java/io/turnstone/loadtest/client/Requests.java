package io.turnstone.loadtest.client;

import java.net.InetSocketAddress;
import java.util.List;

/** The TURN requests of RFC 8656, before credentials. Each {@link Maker} makes a new transaction every time. */
public final class Requests {
    public static final Extra NOTHING = builder -> {};

    /** Makes the same request under a new transaction id each time: a challenged request is a new transaction. */
    public interface Maker {
        StunMessageBuilder make();
    }

    /** Adds attributes to an Allocate. */
    public interface Extra {
        void addTo(StunMessageBuilder builder);

        default Extra and(Extra other) {
            return builder -> {
                addTo(builder);
                other.addTo(builder);
            };
        }
    }

    private Requests() {}

    public static Maker allocate(Extra more) {
        return () -> {
            StunMessageBuilder builder = StunMessageBuilder.request(Stun.ALLOCATE);
            builder.octet(Stun.REQUESTED_TRANSPORT, Stun.TRANSPORT_UDP);
            more.addTo(builder);
            return builder;
        };
    }

    public static Maker refresh(int lifetimeSeconds) {
        return () -> StunMessageBuilder.request(Stun.REFRESH).integer(Stun.LIFETIME, lifetimeSeconds);
    }

    /** A Refresh from a new address (RFC 8016 §3.2.1). */
    public static Maker move(byte[] ticket) {
        return () -> StunMessageBuilder.request(Stun.REFRESH).attribute(Stun.MOBILITY_TICKET, ticket);
    }

    public static Maker createPermission(List<InetSocketAddress> peers) {
        return () -> {
            StunMessageBuilder builder = StunMessageBuilder.request(Stun.CREATE_PERMISSION);
            peers.forEach(peer -> builder.xorAddress(Stun.XOR_PEER_ADDRESS, peer));
            return builder;
        };
    }

    public static Maker channelBind(int channelNumber, InetSocketAddress peer) {
        return () -> StunMessageBuilder.request(Stun.CHANNEL_BIND)
            .integer(Stun.CHANNEL_NUMBER, channelNumber << 16)
            .xorAddress(Stun.XOR_PEER_ADDRESS, peer);
    }

    public static Extra lifetime(int seconds) {
        return builder -> builder.integer(Stun.LIFETIME, seconds);
    }

    /** @param family {@link Stun#FAMILY_IPV4} or {@link Stun#FAMILY_IPV6} */
    public static Extra family(int family) {
        return builder -> builder.octet(Stun.REQUESTED_ADDRESS_FAMILY, family);
    }

    /** IPv6 beside IPv4, the only value RFC 8656 §18.11 allows. */
    public static Extra additionalIpv6() {
        return builder -> builder.octet(Stun.ADDITIONAL_ADDRESS_FAMILY, Stun.FAMILY_IPV6);
    }

    /** @param reserveNext asks for the next higher port to be held back, with a RESERVATION-TOKEN for it */
    public static Extra evenPort(boolean reserveNext) {
        return builder -> builder.attribute(Stun.EVEN_PORT, new byte[]{(byte) (reserveNext ? 0x80 : 0)});
    }

    public static Extra reservationToken(byte[] token) {
        return builder -> builder.attribute(Stun.RESERVATION_TOKEN, token);
    }

    /** Asks for a mobility ticket (RFC 8016 §3.1.1). */
    public static Extra mobility() {
        return builder -> builder.attribute(Stun.MOBILITY_TICKET, new byte[0]);
    }

    public static Extra dontFragment() {
        return builder -> builder.attribute(Stun.DONT_FRAGMENT, new byte[0]);
    }
}
