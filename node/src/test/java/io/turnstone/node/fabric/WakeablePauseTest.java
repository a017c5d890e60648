package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WakeablePauseTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration BUDGET = Duration.ofMillis(200);
    private static final int IN_A_ROW = 4;

    private WakeablePause pause = new WakeablePause(LONG, BUDGET);

    @AfterEach
    void close() {
        pause.close();
    }

    @Test
    void shouldEndWhenItsTimeIsOver() {
        pause.close();
        pause = new WakeablePause(Duration.ofMillis(30), BUDGET);
        long startNs = System.nanoTime();

        pause.idle(0);

        assertThat(elapsedMs(startNs)).isBetween(25L, 10_000L);
    }

    @Test
    void shouldNotBeginWhereWorkWasDone() {
        long startNs = System.nanoTime();

        pause.idle(1);

        assertThat(elapsedMs(startNs)).isLessThan(LONG.toMillis() / 2);
    }

    @Test
    void shouldEndWhenAnotherThreadCalls() throws InterruptedException {
        long startNs = System.nanoTime();
        Thread sleeper = Thread.ofPlatform().start(() -> pause.idle(0));
        TimeUnit.MILLISECONDS.sleep(50);

        pause.wakeUp();
        sleeper.join();

        assertThat(elapsedMs(startNs)).isBetween(50L, LONG.toMillis() / 2);
    }

    @Test
    void shouldNoticeACallBeforeTheSleep() {
        long startNs = System.nanoTime();

        pause.wakeUp();
        pause.idle(0);

        assertThat(elapsedMs(startNs)).isLessThan(LONG.toMillis() / 2);
    }

    @Test
    void shouldEndWhenADatagramHasCome() throws IOException {
        try (DatagramChannel channel = open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            pause.watch(channel);
            channel.send(ByteBuffer.allocate(1), channel.getLocalAddress());
            long startNs = System.nanoTime();

            pause.idle(0);

            assertThat(elapsedMs(startNs)).isLessThan(LONG.toMillis() / 2);
        }
    }

    @Test
    void shouldLetAClosedChannelsAddressGo() throws IOException {
        DatagramChannel channel = open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketAddress address = channel.getLocalAddress();
        pause.watch(channel);
        channel.close();

        pause.forgetClosed();

        assertThatCode(() -> open(address).close()).doesNotThrowAnyException();
    }

    @Test
    void shouldLetWorkGatherThatComesOften() {
        wakeOften();
        long startNs = System.nanoTime();

        pause.wakeUp();
        pause.idle(0);

        assertThat(elapsedMs(startNs)).isBetween(BUDGET.toMillis(), LONG.toMillis() / 2);
    }

    @Test
    void shouldEndAtACallAgainWhenThereHasBeenNothingToGather() {
        wakeOften();
        for (int i = 0; i < IN_A_ROW; i++) {
            pause.idle(0);
        }
        long startNs = System.nanoTime();

        pause.wakeUp();
        pause.idle(0);

        assertThat(elapsedMs(startNs)).isLessThan(BUDGET.toMillis());
    }

    @Test
    void shouldGoOnGatheringWhileThereIsWork() {
        wakeOften();
        for (int i = 0; i < 2 * IN_A_ROW; i++) {
            pause.idle(1);
            pause.idle(0);
        }
        long startNs = System.nanoTime();

        pause.wakeUp();
        pause.idle(0);

        assertThat(elapsedMs(startNs)).isBetween(BUDGET.toMillis(), LONG.toMillis() / 2);
    }

    @Test
    void shouldRestShorterWhereManyPacketsMove() {
        wakeOften();
        for (int i = 0; i < 2 * IN_A_ROW; i++) {
            pause.onMoved(10_000);
            pause.idle(0);
        }
        long startNs = System.nanoTime();

        pause.onMoved(10_000);
        pause.idle(0);

        assertThat(elapsedMs(startNs)).isLessThan(BUDGET.toMillis() / 2);
    }

    private void wakeOften() {
        for (int i = 0; i < IN_A_ROW; i++) {
            pause.wakeUp();
            pause.idle(0);
        }
    }

    @Test
    void shouldBearACallAfterItsEnd() {
        pause.close();

        assertThatCode(pause::wakeUp).doesNotThrowAnyException();
    }

    private static DatagramChannel open(SocketAddress address) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        return channel.bind(address);
    }

    private static long elapsedMs(long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }
}
