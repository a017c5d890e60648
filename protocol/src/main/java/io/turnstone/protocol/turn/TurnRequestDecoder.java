package io.turnstone.protocol.turn;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunMethod;
import io.turnstone.protocol.turn.TurnRequest.AllocateRequest;
import io.turnstone.protocol.turn.TurnRequest.ChannelBindRequest;
import io.turnstone.protocol.turn.TurnRequest.CreatePermissionRequest;
import io.turnstone.protocol.turn.TurnRequest.RefreshRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns an authenticated STUN request into a {@link TurnRequest}, or into the error response it deserves, in the order of
 * the RFC's checks. Pure, any thread.
 */
public final class TurnRequestDecoder {
    /** What {@link #decode} found. */
    public sealed interface Decoded {
        record Valid(TurnRequest request) implements Decoded {}

        /** @param unknownAttributes for UNKNOWN-ATTRIBUTES; empty unless the error is 420 */
        record Invalid(StunError error, List<Integer> unknownAttributes) implements Decoded {
            public Invalid {
                unknownAttributes = List.copyOf(unknownAttributes);
            }
        }
    }

    private static final Decoded BAD_REQUEST = invalid(StunError.BAD_REQUEST);
    private static final int CHANNEL_NUMBER_LENGTH = 4;
    private static final int EVEN_PORT_LENGTH = 1;
    private static final int EVEN_PORT_RESERVE = 0x80;

    private TurnRequestDecoder() {}

    private static Decoded invalid(StunError error) {
        return new Decoded.Invalid(error, List.of());
    }

    /**
     * @param message a request of one of the methods Allocate, Refresh, CreatePermission, ChannelBind; any other method is
     *     a bad request
     * @param understoodSet see {@link StunAttribute#TURN_SERVER_SET}
     */
    public static Decoded decode(StunMessage message, long understoodSet) {
        int[] unknown = message.unknownAttributes(understoodSet);
        if (unknown.length > 0) {
            return new Decoded.Invalid(StunError.UNKNOWN_ATTRIBUTE, Arrays.stream(unknown).boxed().toList());
        }
        return switch (message.method()) {
            case StunMethod.ALLOCATE -> allocate(message);
            case StunMethod.REFRESH -> refresh(message);
            case StunMethod.CREATE_PERMISSION -> createPermission(message);
            case StunMethod.CHANNEL_BIND -> channelBind(message);
            default -> BAD_REQUEST;
        };
    }

    /** RFC 8656 §7.2, checks 3 to 9, as far as the message alone decides them. */
    private static Decoded allocate(StunMessage message) {
        OptionalInt transport = firstOctet(message, StunAttribute.REQUESTED_TRANSPORT, Integer.BYTES);
        if (transport.isEmpty()) {
            return BAD_REQUEST;
        }
        if (transport.getAsInt() != TransportProtocol.UDP.number()) {
            return invalid(StunError.UNSUPPORTED_TRANSPORT_PROTOCOL);
        }
        if (isMalformed(message, StunAttribute.RESERVATION_TOKEN, Long.BYTES)
            || isMalformed(message, StunAttribute.EVEN_PORT, EVEN_PORT_LENGTH)
            || isMalformed(message, StunAttribute.REQUESTED_ADDRESS_FAMILY, Integer.BYTES)
            || isMalformed(message, StunAttribute.ADDITIONAL_ADDRESS_FAMILY, Integer.BYTES)
            || isMalformed(message, StunAttribute.LIFETIME, Integer.BYTES)
            || isMalformed(message, StunAttribute.MOBILITY_TICKET, 0) // RFC 8016 §3.1.2
            || contradictsItself(message)) {
            return BAD_REQUEST;
        }
        OptionalInt familyNumber = firstOctet(message, StunAttribute.REQUESTED_ADDRESS_FAMILY, Integer.BYTES);
        AddressFamily family = familyNumber.isPresent() ? AddressFamily.ofNumber(familyNumber.getAsInt()) : null;
        if (familyNumber.isPresent() && family == null) {
            return invalid(StunError.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
        return new Decoded.Valid(
            new AllocateRequest(
                lifetimeSeconds(message),
                family,
                message.has(StunAttribute.ADDITIONAL_ADDRESS_FAMILY),
                evenPort(message),
                reservationToken(message),
                message.has(StunAttribute.DONT_FRAGMENT),
                message.has(StunAttribute.MOBILITY_TICKET)));
    }

    private static boolean contradictsItself(StunMessage message) {
        boolean token = message.has(StunAttribute.RESERVATION_TOKEN);
        boolean family = message.has(StunAttribute.REQUESTED_ADDRESS_FAMILY);
        boolean additional = message.has(StunAttribute.ADDITIONAL_ADDRESS_FAMILY);
        boolean tokenAndMore = token && (family || additional || message.has(StunAttribute.EVEN_PORT));
        if (tokenAndMore || (family && additional)) {
            return true;
        }
        OptionalInt additionalFamily = firstOctet(message, StunAttribute.ADDITIONAL_ADDRESS_FAMILY, Integer.BYTES);
        return additionalFamily.isPresent()
            && (additionalFamily.getAsInt() != AddressFamily.IPV6.number()
                || evenPort(message) == EvenPort.EVEN_AND_RESERVE_NEXT);
    }

    private static Decoded refresh(StunMessage message) {
        if (isMalformed(message, StunAttribute.LIFETIME, Integer.BYTES)
            || isMalformed(message, StunAttribute.REQUESTED_ADDRESS_FAMILY, Integer.BYTES)) {
            return BAD_REQUEST;
        }
        return new Decoded.Valid(
            new RefreshRequest(
                lifetimeSeconds(message),
                firstOctet(message, StunAttribute.REQUESTED_ADDRESS_FAMILY, Integer.BYTES)));
    }

    /** All or none (RFC 8656 §10.2): one malformed peer spoils the request. */
    private static Decoded createPermission(StunMessage message) {
        List<TransportAddress> peers = new ArrayList<>();
        for (int at = message.firstAttribute(); at != StunMessage.NOT_FOUND; at = message.nextAttribute(at)) {
            if (message.attributeType(at) == StunAttribute.XOR_PEER_ADDRESS) {
                TransportAddress peer = message.xorAddress(at);
                if (peer == null) {
                    return BAD_REQUEST;
                }
                peers.add(peer);
            }
        }
        return peers.isEmpty() ? BAD_REQUEST : new Decoded.Valid(new CreatePermissionRequest(peers));
    }

    private static Decoded channelBind(StunMessage message) {
        int numberIndex = message.find(StunAttribute.CHANNEL_NUMBER);
        int peerIndex = message.find(StunAttribute.XOR_PEER_ADDRESS);
        if (numberIndex == StunMessage.NOT_FOUND
            || peerIndex == StunMessage.NOT_FOUND
            || message.valueLength(numberIndex) != CHANNEL_NUMBER_LENGTH) {
            return BAD_REQUEST;
        }
        int number = message.buffer().getShort(numberIndex, BIG_ENDIAN) & 0xFFFF;
        @Nullable
        TransportAddress peer = message.xorAddress(peerIndex);
        return peer == null || !ChannelData.isChannelNumber(number)
            ? BAD_REQUEST
            : new Decoded.Valid(new ChannelBindRequest(number, peer));
    }

    private static boolean isMalformed(StunMessage message, int type, int requiredLength) {
        int valueIndex = message.find(type);
        return valueIndex != StunMessage.NOT_FOUND && message.valueLength(valueIndex) != requiredLength;
    }

    /** Empty if the attribute is absent or has another length. */
    private static OptionalInt firstOctet(StunMessage message, int type, int requiredLength) {
        int valueIndex = message.find(type);
        return valueIndex == StunMessage.NOT_FOUND || message.valueLength(valueIndex) != requiredLength
            ? OptionalInt.empty()
            : OptionalInt.of(message.buffer().getByte(valueIndex) & 0xFF);
    }

    /** Seconds beyond {@code int} are cut; they are beyond every limit. */
    private static OptionalInt lifetimeSeconds(StunMessage message) {
        int valueIndex = message.find(StunAttribute.LIFETIME);
        if (valueIndex == StunMessage.NOT_FOUND) {
            return OptionalInt.empty();
        }
        int seconds = message.buffer().getInt(valueIndex, BIG_ENDIAN);
        return OptionalInt.of(seconds < 0 ? Integer.MAX_VALUE : seconds);
    }

    private static EvenPort evenPort(StunMessage message) {
        OptionalInt bits = firstOctet(message, StunAttribute.EVEN_PORT, EVEN_PORT_LENGTH);
        if (bits.isEmpty()) {
            return EvenPort.ANY;
        }
        return (bits.getAsInt() & EVEN_PORT_RESERVE) == 0 ? EvenPort.EVEN : EvenPort.EVEN_AND_RESERVE_NEXT;
    }

    private static OptionalLong reservationToken(StunMessage message) {
        int valueIndex = message.find(StunAttribute.RESERVATION_TOKEN);
        return valueIndex == StunMessage.NOT_FOUND
            ? OptionalLong.empty()
            : OptionalLong.of(message.buffer().getLong(valueIndex, BIG_ENDIAN));
    }
}
