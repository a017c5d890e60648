package io.turnstone.loadtest.client;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;

/** Writes one STUN message (RFC 8489 §5), attribute after attribute in the order of the calls. One thread. */
public final class StunMessageBuilder {
    private static final int FINGERPRINT_BYTES = 4;

    private final int type;
    private final byte[] transactionId = new byte[Stun.TRANSACTION_ID_BYTES];
    private final ByteArrayOutputStream attributes = new ByteArrayOutputStream(128);

    private StunMessageBuilder(int method, int messageClass) {
        this.type = Stun.type(method, messageClass);
        ThreadLocalRandom.current().nextBytes(transactionId);
    }

    public static StunMessageBuilder request(int method) {
        return new StunMessageBuilder(method, Stun.REQUEST);
    }

    public static StunMessageBuilder indication(int method) {
        return new StunMessageBuilder(method, Stun.INDICATION);
    }

    public StunMessageBuilder attribute(int attributeType, byte[] value) {
        attributes.write(attributeType >>> 8);
        attributes.write(attributeType);
        attributes.write(value.length >>> 8);
        attributes.write(value.length);
        attributes.writeBytes(value);
        attributes.writeBytes(new byte[Stun.padded(value.length) - value.length]);
        return this;
    }

    public StunMessageBuilder text(int attributeType, String value) {
        return attribute(attributeType, value.getBytes(StandardCharsets.UTF_8));
    }

    public StunMessageBuilder integer(int attributeType, int value) {
        return attribute(attributeType, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /** An attribute whose first octet counts and whose other three are reserved, such as REQUESTED-TRANSPORT. */
    public StunMessageBuilder octet(int attributeType, int value) {
        return integer(attributeType, value << 24);
    }

    /** An address exclusive-ored with the cookie and, for IPv6, the transaction id (RFC 8489 §14.2). */
    public StunMessageBuilder xorAddress(int attributeType, InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        ByteBuffer value = ByteBuffer.allocate(4 + ip.length);
        value.put((byte) 0).put((byte) (ip.length == 4 ? Stun.FAMILY_IPV4 : Stun.FAMILY_IPV6));
        value.putShort((short) (address.getPort() ^ Stun.MAGIC_COOKIE >>> 16));
        byte[] mask = mask();
        for (int i = 0; i < ip.length; i++) {
            value.put((byte) (ip[i] ^ mask[i]));
        }
        return attribute(attributeType, value.array());
    }

    /** The HMAC over everything so far, with the length field counting the HMAC itself (RFC 8489 §14.5). */
    public StunMessageBuilder integrity(Integrity integrity, byte[] key) {
        byte[] covered = bytes(4 + integrity.macBytes());
        return attribute(integrity.attribute(), integrity.mac(key, covered, covered.length));
    }

    /** The CRC-32 over everything so far (RFC 8489 §14.7); nothing may follow. */
    public StunMessageBuilder fingerprint() {
        CRC32 crc = new CRC32();
        crc.update(bytes(4 + FINGERPRINT_BYTES));
        return integer(Stun.FINGERPRINT, (int) crc.getValue() ^ Stun.FINGERPRINT_XOR);
    }

    public byte[] build() {
        return bytes(0);
    }

    private byte[] bytes(int lengthToCome) {
        ByteBuffer message = ByteBuffer.allocate(Stun.HEADER_BYTES + attributes.size());
        message.putShort((short) type).putShort((short) (attributes.size() + lengthToCome));
        message.putInt(Stun.MAGIC_COOKIE).put(transactionId).put(attributes.toByteArray());
        return message.array();
    }

    private byte[] mask() {
        return ByteBuffer.allocate(16).putInt(Stun.MAGIC_COOKIE).put(transactionId).array();
    }
}
