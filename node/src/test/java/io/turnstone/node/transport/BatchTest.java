package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** {@link BatchSender} and {@link BatchReceiver} over loopback, where a train arrives as it was sent. */
@Timeout(30)
@EnabledOnOs(OS.LINUX)
class BatchTest {
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 17));
    private final BatchSender sender = new BatchSender();
    private final BatchReceiver receiver = new BatchReceiver();
    private DatagramChannel from;
    private DatagramChannel to;
    private int used;

    @BeforeEach
    void open() throws IOException {
        to = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        from = DatagramChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .connect(to.getLocalAddress());
        receiver.prepare(ChannelDescriptor.of(to));
    }

    @AfterEach
    void close() throws IOException {
        from.close();
        to.close();
        sender.close();
        receiver.close();
    }

    /** Puts octets behind those before them. */
    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        memory.putBytes(used, bytes);
        sender.add(ChannelDescriptor.of(from), memory.addressOffset() + used, bytes.length);
        used += bytes.length;
    }

    private List<String> received(int trains) {
        List<String> texts = new ArrayList<>();
        for (int train = 0; train < trains; train++) {
            for (int at = 0; at < receiver.length(train); at += receiver.each(train)) {
                byte[] bytes = new byte[Math.min(receiver.each(train), receiver.length(train) - at)];
                receiver.buffer(train).getBytes(at, bytes);
                texts.add(new String(bytes, StandardCharsets.US_ASCII));
            }
        }
        return texts;
    }

    @Test
    void shouldSendWhatFollowsEachOtherAsATrain() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            expected.add(String.format("%04d", i).repeat(300));
        }
        expected.add("a shorter one");
        expected.forEach(this::add);

        assertThat(sender.flush()).isZero();
        int trains = receiver.receive(ChannelDescriptor.of(to));

        assertThat(trains).isEqualTo(1);
        assertThat(received(trains)).isEqualTo(expected);
        assertThat(receiver.source(0)).isEqualTo(from.getLocalAddress());
    }

    @Test
    void shouldKeepDatagramsApartThatDoNotFollowEachOtherInMemory() {
        add("first");
        used += 8;
        add("other");
        add("longer than the one before");
        sender.flush();

        int trains = receiver.receive(ChannelDescriptor.of(to));

        assertThat(received(trains)).containsExactly("first", "other", "longer than the one before");
    }

    @Test
    void shouldBeginAnotherTrainWhenOneIsFull() {
        for (int i = 0; i < 100; i++) {
            add(String.format("%04d", i).repeat(300));
        }
        assertThat(sender.flush()).isZero();

        int trains = receiver.receive(ChannelDescriptor.of(to));

        assertThat(trains).isEqualTo(2);
        assertThat(received(trains)).hasSize(100).element(99).isEqualTo("0099".repeat(300));
    }

    @Test
    void shouldTellHowManyTheSystemRefused() {
        sender.add(ChannelDescriptor.of(from), memory.addressOffset(), 65_508);
        sender.add(ChannelDescriptor.of(from), memory.addressOffset(), 65_508);
        add("fits");

        assertThat(sender.flush()).isEqualTo(2);
        assertThat(sender.flush()).isZero();
        assertThat(received(receiver.receive(ChannelDescriptor.of(to)))).containsExactly("fits");
    }

    @Test
    void shouldTakeNothingWhereNothingHasCome() {
        assertThat(receiver.receive(ChannelDescriptor.of(to))).isZero();
    }
}
