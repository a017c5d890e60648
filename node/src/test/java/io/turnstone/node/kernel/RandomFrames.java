package io.turnstone.node.kernel;

import io.turnstone.node.kernel.Frames.Checksum;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames as clients and peers send them, most of them proper, and as nobody should. One thread. */
final class RandomFrames {
    private static final int SOFTWARE = 0x8022;
    private static final int LOGGING = 0xFF05;
    /** Shorter ones the kernel refuses to try a program with. */
    private static final int LENGTH_MIN = Frames.ETHERNET + Frames.IPV6;

    private final Random random;
    private final RandomAllocations allocations;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[4096]);
    private final StunWriter writer = new StunWriter();

    RandomFrames(Random random, RandomAllocations allocations) {
        this.random = random;
        this.allocations = allocations;
    }

    byte[] next() {
        int id = random.nextInt(RandomAllocations.COUNT);
        byte[] frame = random.nextInt(3) == 0 ? ofPeer(id) : ofClient(id);
        return oneIn(20) ? spoilt(frame) : frame;
    }

    private byte[] ofPeer(int id) {
        TransportAddress peer = allocations.randomPeer(id);
        return frame(peer, RandomAllocations.localRelay(id, peer.isIpv4()), oneIn(30) ? channelData() : data());
    }

    private byte[] ofClient(int id) {
        TransportAddress client = oneIn(40) ? allocations.client(id).withPort(41_000 + id) : allocations.client(id);
        TransportAddress listener = RandomAllocations.LISTENERS.get(client.isIpv4() ? 0 : 1).local();
        byte[] payload = random.nextInt(5) < 3 ? channelData() : oneIn(20) ? data() : sendIndication(id);
        return frame(client, listener, payload);
    }

    private byte[] frame(TransportAddress source, TransportAddress destination, byte[] payload) {
        Checksum checksum = oneIn(10) ? Checksum.ABSENT : random.nextBoolean() ? Checksum.FULL : Checksum.PARTIAL;
        return Frames.of(source, destination, payload, checksum);
    }

    private byte[] data() {
        int length = switch (random.nextInt(20)) {
            case 0 -> random.nextInt(4);
            case 1 -> 1_400 + random.nextInt(800);
            default -> random.nextInt(1_300);
        };
        byte[] data = new byte[length];
        random.nextBytes(data);
        return data;
    }

    private byte[] channelData() {
        byte[] data = data();
        int length = oneIn(40) ? random.nextInt(1_500) : data.length;
        int padding = oneIn(3) ? random.nextInt(6) : 0;
        return ByteBuffer.allocate(4 + data.length + padding)
            .putShort((short) (0x4000 + random.nextInt(7)))
            .putShort((short) length)
            .put(data)
            .array();
    }

    private byte[] sendIndication(int id) {
        writer.begin(message, 0, StunType.SEND_INDICATION, random.nextInt(), random.nextLong());
        boolean dataFirst = oneIn(4);
        if (dataFirst) {
            writer.bytes(StunAttribute.DATA, data());
        }
        if (!oneIn(60)) {
            writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, allocations.randomPeer(id));
        }
        addOthers(id);
        if (!dataFirst && !oneIn(60)) {
            writer.bytes(StunAttribute.DATA, data());
        }
        if (oneIn(4)) {
            writer.fingerprint();
        }
        return Arrays.copyOf(message.byteArray(), writer.length());
    }

    private void addOthers(int id) {
        switch (random.nextInt(60)) {
            case 0 -> writer.utf8(SOFTWARE, "a client");
            case 1 -> writer.flag(StunAttribute.DONT_FRAGMENT);
            case 2 -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, allocations.randomPeer(id));
            case 3 -> writer.bytes(StunAttribute.DATA, new byte[7]);
            case 4 -> writer.bytes(0x7FFF, new byte[3]);
            case 5 -> writer.bytes(LOGGING, new byte[5]).bytes(SOFTWARE, new byte[1]).bytes(LOGGING, new byte[2]);
            case 6 -> writer.bytes(StunAttribute.MESSAGE_INTEGRITY, new byte[20]);
            case 7 -> writer.u32(StunAttribute.XOR_PEER_ADDRESS, random.nextInt());
            default -> {
            }
        }
    }

    /** Some octets are others, or there are more or fewer of them. */
    private byte[] spoilt(byte[] frame) {
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(frame, Math.max(LENGTH_MIN, random.nextInt(frame.length)));
            case 1 -> Arrays.copyOf(frame, frame.length + random.nextInt(40));
            case 2 -> {
                frame[Math.min(frame.length - 1, random.nextInt(80))] = (byte) random.nextInt();
                yield frame;
            }
            default -> {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                yield frame;
            }
        };
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
