package io.turnstone.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against a peer that the test plays itself, on loopback. */
@Timeout(20)
class TurnClientTest {
    private static final RetryPolicy QUICK = new RetryPolicy(20, 20, 3);

    private final ClientLoop loop = ClientLoop.start();
    private final PlainPeer server = loop.peer(Loopback.ipv4(0));
    private final TurnClient client = loop.client(server.address(), Credentials.longTerm("alice", "secret"))
        .retrying(QUICK);

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shouldSendAgainAndThenReportSilence() {
        int[] requests = new int[1];
        server.onPayload((payload, source) -> requests[0]++);

        CompletableFuture<StunMessage> answer = client.binding();

        assertThatThrownBy(answer::join).hasCauseInstanceOf(NoAnswerException.class);
        assertThat(requests[0]).isEqualTo(QUICK.sends());
    }

    @Test
    void shouldHandChannelDataToItsHandlerWithoutThePadding() throws Exception {
        CompletableFuture<String> data = new CompletableFuture<>();
        client.onData((peer, channel, payload) -> data.complete(peer + " " + channel + " " + payload.remaining()));
        InetSocketAddress clientAddress = Loopback.ipv4(client.localPort());

        server.send(ByteBuffer.wrap(new byte[]{0x40, 1, 0, 3, 7, 8, 9, 0}), clientAddress);

        assertThat(data.get(5, TimeUnit.SECONDS)).isEqualTo("null 16385 3");
    }

    @Test
    void shouldCountLostRepeatedAndReorderedProbes() {
        ByteBuffer[] probes = new ByteBuffer[5];
        int[] made = new int[1];
        ProbeFlow flow = new ProbeFlow(loop, 7, 32, payload -> probes[made[0]++] = payload);
        for (int i = 0; i < probes.length; i++) {
            flow.sendOne();
        }
        loop.call(() -> {
            for (int arrived : new int[]{0, 2, 1, 1, 4}) {
                flow.onPayload(probes[arrived]);
            }
        });

        ProbeReport report = flow.report();

        assertThat(report.sent()).isEqualTo(5);
        assertThat(report.received()).isEqualTo(4);
        assertThat(report.lost()).isEqualTo(1);
        assertThat(report.duplicates()).isEqualTo(1);
        assertThat(report.reordered()).isEqualTo(1);
    }
}
