package io.turnstone.loadtest.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A STUN message that was received (RFC 8489 §5). {@link #parse} is strict: what it refuses, no client has to
 * understand. Immutable, any thread.
 */
public final class StunMessage {
    private final byte[] bytes;
    private final List<Attribute> attributes;

    private record Attribute(int type, int offset, int length) {}

    private StunMessage(byte[] bytes, List<Attribute> attributes) {
        this.bytes = bytes;
        this.attributes = attributes;
    }

    /** The message in {@code datagram}, or nothing where a length, the cookie or the FINGERPRINT is wrong. */
    public static Optional<StunMessage> parse(byte[] datagram) {
        ByteBuffer buffer = ByteBuffer.wrap(datagram);
        if (datagram.length < Stun.HEADER_BYTES || (datagram[0] & 0xC0) != 0
            || Short.toUnsignedInt(buffer.getShort(2)) != datagram.length - Stun.HEADER_BYTES
            || buffer.getInt(4) != Stun.MAGIC_COOKIE) {
            return Optional.empty();
        }
        List<Attribute> attributes = new ArrayList<>();
        int offset = Stun.HEADER_BYTES;
        while (offset < datagram.length) {
            if (offset + 4 > datagram.length) {
                return Optional.empty();
            }
            int length = Short.toUnsignedInt(buffer.getShort(offset + 2));
            int end = offset + 4 + Stun.padded(length);
            if (end > datagram.length) {
                return Optional.empty();
            }
            attributes.add(new Attribute(Short.toUnsignedInt(buffer.getShort(offset)), offset + 4, length));
            offset = end;
        }
        StunMessage message = new StunMessage(datagram, attributes);
        return message.fingerprintHolds() ? Optional.of(message) : Optional.empty();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int method() {
        return Stun.method(type());
    }

    /** One of {@link Stun#REQUEST}, {@link Stun#INDICATION}, {@link Stun#SUCCESS}, {@link Stun#ERROR}. */
    public int messageClass() {
        return type() & Stun.CLASS_MASK;
    }

    public boolean isSuccess() {
        return messageClass() == Stun.SUCCESS;
    }

    TransactionKey transaction() {
        return TransactionKey.of(bytes);
    }

    /** The attribute's value; of several the first counts (RFC 8489 §14). */
    public byte @Nullable [] attribute(int attributeType) {
        for (Attribute attribute : attributes) {
            if (attribute.type == attributeType) {
                return value(attribute);
            }
        }
        return null;
    }

    public boolean has(int attributeType) {
        return attribute(attributeType) != null;
    }

    public Optional<String> text(int attributeType) {
        return Optional.ofNullable(attribute(attributeType)).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** The attribute as a number, or −1 where it is absent or not four octets. */
    public long integer(int attributeType) {
        byte[] value = attribute(attributeType);
        return value == null || value.length != Integer.BYTES
            ? -1
            : Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt());
    }

    /** The code of an error response (RFC 8489 §14.8), or 0 where there is none. */
    public int errorCode() {
        byte[] value = attribute(Stun.ERROR_CODE);
        return value == null || value.length < 4 ? 0 : (value[2] & 0x7) * 100 + value[3];
    }

    /** Every XOR address of that type in order; more than one where a client asked for both families. */
    public List<InetSocketAddress> xorAddresses(int attributeType) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (Attribute attribute : attributes) {
            if (attribute.type == attributeType) {
                addresses.add(xorAddress(value(attribute)));
            }
        }
        return addresses;
    }

    public Optional<InetSocketAddress> xorAddress(int attributeType) {
        return xorAddresses(attributeType).stream().findFirst();
    }

    /** Whether the message carries that integrity attribute and it was made with {@code key}. */
    public boolean integrityHolds(Integrity integrity, byte[] key) {
        for (Attribute attribute : attributes) {
            if (attribute.type == integrity.attribute() && attribute.length == integrity.macBytes()) {
                byte[] covered = coveredBy(attribute);
                return MessageDigest.isEqual(integrity.mac(key, covered, covered.length), value(attribute));
            }
        }
        return false;
    }

    private boolean fingerprintHolds() {
        for (Attribute attribute : attributes) {
            if (attribute.type == Stun.FINGERPRINT) {
                CRC32 crc = new CRC32();
                crc.update(coveredBy(attribute));
                return integer(Stun.FINGERPRINT) == (crc.getValue() ^ Stun.FINGERPRINT_XOR);
            }
        }
        return true;
    }

    /** What stands before the attribute, its length field ending with the attribute (RFC 8489 §14.5, §14.7). */
    private byte[] coveredBy(Attribute attribute) {
        byte[] covered = Arrays.copyOf(bytes, attribute.offset - 4);
        int length = attribute.offset + attribute.length - Stun.HEADER_BYTES;
        ByteBuffer.wrap(covered).putShort(2, (short) length);
        return covered;
    }

    private byte[] value(Attribute attribute) {
        return Arrays.copyOfRange(bytes, attribute.offset, attribute.offset + attribute.length);
    }

    private int type() {
        return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(0));
    }

    private InetSocketAddress xorAddress(byte[] value) {
        byte[] ip = Arrays.copyOfRange(value, 4, value.length);
        for (int i = 0; i < ip.length; i++) {
            ip[i] ^= bytes[4 + i];
        }
        int port = Short.toUnsignedInt(ByteBuffer.wrap(value).getShort(2)) ^ Stun.MAGIC_COOKIE >>> 16;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException("an address of " + ip.length + " octets", wrongLength);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(messageClass() == Stun.SUCCESS ? "success" : "message")
            .append(" of method 0x")
            .append(Integer.toHexString(method()));
        if (errorCode() != 0) {
            text.append(", error ").append(errorCode());
        }
        for (Attribute attribute : attributes) {
            text.append(" 0x").append(Integer.toHexString(attribute.type));
        }
        return text.toString();
    }
}
