package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.ServerLocator.Naptr;
import io.turnstone.node.signaling.ServerLocator.Srv;
import io.turnstone.protocol.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name server of the test's own, which knows one service. */
class JndiRecordsTest {
    private static final int SRV = 33;
    private static final int NAPTR = 35;
    private static final int NO_SUCH_NAME = 3;
    private static final int HEADER_BYTES = 12;
    private static final Pattern DOT = Pattern.compile("\\.");

    private final DatagramSocket server;
    private final Thread thread;
    private final JndiRecords records;

    JndiRecordsTest() throws IOException {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread = Thread.ofPlatform().unstarted(this::serve);
        records = new JndiRecords("dns://127.0.0.1:" + server.getLocalPort());
    }

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        thread.join();
    }

    private void serve() {
        byte[] octets = new byte[512];
        while (!server.isClosed()) {
            DatagramPacket packet = new DatagramPacket(octets, octets.length);
            try {
                server.receive(packet);
                byte[] answer = answer(Arrays.copyOf(octets, packet.getLength()));
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** RFC 1035 §4.1. */
    private static byte[] answer(byte[] question) {
        int type = ByteBuffer.wrap(question).getShort(question.length - 4);
        String name = new String(question, StandardCharsets.US_ASCII);
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.put(question);
        int count = 0;
        if (type == SRV && name.contains("_tcp")) {
            count += put(answer, type, 10, 60, 5060, "a.example.net");
            count += put(answer, type, 20, 0, 5070, "b.example.net");
        } else if (type == NAPTR && !name.contains("nothing")) {
            count += putNaptr(answer, "s", "SIP+D2T", "_sip._tcp.example.net");
            count += putNaptr(answer, "u", "E2U+sip", "");
        }
        answer.putShort(2, (short) (count == 0 ? 0x8180 | NO_SUCH_NAME : 0x8180));
        answer.putShort(6, (short) count);
        answer.putInt(8, 0);
        return Arrays.copyOf(answer.array(), answer.position());
    }

    private static int put(ByteBuffer answer, int type, int priority, int weight, int port, String target) {
        ByteBuffer data = ByteBuffer.allocate(128)
            .putShort((short) priority)
            .putShort((short) weight)
            .putShort((short) port);
        putName(data, target);
        return putRecord(answer, type, data);
    }

    private static int putNaptr(ByteBuffer answer, String flag, String service, String replacement) {
        ByteBuffer data = ByteBuffer.allocate(128).putShort((short) 50).putShort((short) 7);
        putText(data, flag);
        putText(data, service);
        putText(data, "");
        putName(data, replacement);
        return putRecord(answer, NAPTR, data);
    }

    private static void putText(ByteBuffer data, String text) {
        data.put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void putName(ByteBuffer data, String name) {
        DOT.splitAsStream(name).filter(label -> !label.isEmpty()).forEach(label -> putText(data, label));
        data.put((byte) 0);
    }

    private static int putRecord(ByteBuffer answer, int type, ByteBuffer data) {
        answer.putShort((short) (0xC000 | HEADER_BYTES)).putShort((short) type).putShort((short) 1).putInt(60);
        data.flip();
        answer.putShort((short) data.remaining()).put(data);
        return 1;
    }

    @Test
    void shouldReadServicesAndWhereTheyAre() {
        assertThat(records.srv("_sip._tcp.example.net"))
            .containsExactlyInAnyOrder(new Srv(10, 60, 5060, "a.example.net"), new Srv(20, 0, 5070, "b.example.net"));
        assertThat(records.naptr("example.net"))
            .containsExactly(new Naptr(50, 7, "SIP+D2T", "_sip._tcp.example.net"));
    }

    @Test
    void shouldFindNothingWhereThereIsNothing() {
        assertThat(records.srv("_sip._udp.example.net")).isEmpty();
        assertThat(records.naptr("nothing.example.net")).isEmpty();
    }

    @Test
    void shouldAskForNamesOnly() {
        assertThat(records.srv("ldap://127.0.0.1/_tcp")).isEmpty();
        assertThat(records.srv("_tcp example")).isEmpty();
        assertThat(records.naptr("")).isEmpty();
    }

    @Test
    void shouldTakeAnAddressForItself() {
        assertThat(records.addresses("127.0.0.1")).containsExactly(IpAddress.parse("127.0.0.1"));
        assertThat(records.addresses("::1")).containsExactly(IpAddress.parse("::1"));
    }
}
