package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5 to §8 on real sockets. */
class WebSocketMessageTest extends StreamsFixture {
    private static final int MESSAGE_MAX = 100_000;

    private Streams streams;
    private TransportAddress server;

    @BeforeEach
    void listen() throws IOException {
        streams = start(settings(StreamLimits.DEFAULT.withMessageBytes(MESSAGE_MAX, 4 * MESSAGE_MAX)));
        server = streams.listen(webSocket(), echo);
    }

    private RawWebSocket client() throws IOException {
        return opened(server);
    }

    /** Every form of length, and every place in the mask where a message may end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 7, 8, 9, 125, 126, 127, 780, 65_535, 65_536, MESSAGE_MAX})
    void shouldTakeAndSendEveryLength(int length) throws IOException {
        RawWebSocket client = client();
        String text = "0123456789".repeat(length / 10 + 1).substring(0, length);
        client.sendText(text);
        assertThat(client.readText()).isEqualTo(text);
    }

    @Test
    void shouldTakeManyMessagesInOneSegmentAndOneInMany() throws IOException {
        RawWebSocket client = client();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            all.writeBytes(RawWebSocket.frame(0x81, ("message " + i).getBytes(UTF_8)));
        }
        byte[] octets = all.toByteArray();
        client.send(octets);
        for (int i = 0; i < 100; i++) {
            assertThat(client.readText()).isEqualTo("message " + i);
        }
        for (int i = 0; i < octets.length; i += 5) {
            client.send(java.util.Arrays.copyOfRange(octets, i, Math.min(i + 5, octets.length)));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(client.readText()).isEqualTo("message " + i);
        }
    }

    @Test
    void shouldPutFragmentsTogetherWithControlFramesInBetween() throws Exception {
        RawWebSocket client = client();
        byte[] euro = "€".getBytes(UTF_8);
        client.sendFragment(FrameHeader.TEXT, false, new byte[]{'1', euro[0]});
        client.sendFrame(FrameHeader.PING, "between".getBytes(UTF_8));
        client.sendFragment(FrameHeader.CONTINUATION, false, new byte[0]);
        client.sendFragment(FrameHeader.CONTINUATION, false, new byte[]{euro[1]});
        client.sendFrame(FrameHeader.PONG, new byte[0]);
        client.sendFragment(FrameHeader.CONTINUATION, true, new byte[]{euro[2], '2'});
        RawWebSocket.Frame pong = client.read();
        assertThat(pong.opcode()).isEqualTo(FrameHeader.PONG);
        assertThat(pong.text()).isEqualTo("between");
        assertThat(client.readText()).isEqualTo("1€2");
        client.sendText("and it goes on");
        assertThat(client.readText()).isEqualTo("and it goes on");
    }

    /** SIP.js and JsSIP take binary messages too; a browser would fail the connection for such a text. */
    @Test
    void shouldSendAsTextWhatIsUtf8AndAsBinaryWhatIsNot() throws IOException {
        RawWebSocket client = client();
        client.sendFrame(FrameHeader.BINARY, "héllo €".getBytes(UTF_8));
        assertThat(client.readText()).isEqualTo("héllo €");
        client.sendFrame(FrameHeader.BINARY, new byte[]{'a', (byte) 0xFF, 'b'});
        RawWebSocket.Frame binary = client.read();
        assertThat(binary.opcode()).isEqualTo(FrameHeader.BINARY);
        assertThat(binary.payload()).containsExactly('a', 0xFF, 'b');
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unmasked                       | 8101 61",
        "RSV1                           | c180 00000000",
        "RSV3                           | 9180 00000000",
        "opcode 3                       | 8380 00000000",
        "opcode 11                      | 8b80 00000000",
        "fragmented ping                | 0980 00000000",
        "ping of 126                    | 89fe 007e 00000000",
        "continuation of nothing        | 8080 00000000",
        "text inside a message          | 0180 00000000 8180 00000000",
        "16-bit length of 125           | 81fe 007d 00000000",
        "64-bit length of 65535         | 81ff 000000000000ffff 00000000",
        "64-bit length with the top bit | 81ff 8000000000000000 00000000",
        "Close of one octet             | 8881 00000000 03",
        "Close with 1005                | 8882 00000000 03ed",
        "Close with 1006                | 8882 00000000 03ee",
        "Close with 999                 | 8882 00000000 03e7",
        "Close with 2999                | 8882 00000000 0bb7"})
    void shouldCloseWith1002(String what, String hex) throws Exception {
        RawWebSocket client = client();
        client.send(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThat(client.readClose()).isEqualTo(StreamClosure.PROTOCOL_ERROR);
        assertThat(client.isEnded()).isTrue();
        client.close();
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.VIOLATION, 1002, ""));
        assertThat(streams.count(StreamCounter.PROTOCOL_ERROR)).isOne();
        assertThat(echo.hasReceived()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c080", "eda080", "f4908080", "e282", "61f0", "80"})
    void shouldCloseTextThatIsNotUtf8With1007(String hex) throws Exception {
        byte[] octets = HexFormat.of().parseHex(hex);
        RawWebSocket whole = client();
        whole.sendFrame(FrameHeader.TEXT, octets);
        assertThat(whole.readClose()).isEqualTo(StreamClosure.BAD_DATA);
        RawWebSocket inParts = client();
        inParts.sendFragment(FrameHeader.TEXT, false, octets);
        inParts.sendFragment(FrameHeader.CONTINUATION, true, new byte[0]);
        assertThat(inParts.readClose()).isEqualTo(StreamClosure.BAD_DATA);
        RawWebSocket inReason = client();
        inReason.send(RawWebSocket.frame(0x88, HexFormat.of().parseHex("03e8" + hex)));
        assertThat(inReason.readClose()).isEqualTo(StreamClosure.BAD_DATA);
        assertThat(streams.count(StreamCounter.BAD_UTF8)).isEqualTo(3);
        assertThat(echo.hasReceived()).isFalse();
    }

    /** The length alone is enough, and a client that goes on sending still reads why. */
    @Test
    void shouldCloseWhatIsTooLongWith1009() throws Exception {
        RawWebSocket whole = client();
        whole.sendFrame(FrameHeader.BINARY, new byte[MESSAGE_MAX + 1]);
        assertThat(whole.readClose()).isEqualTo(StreamClosure.TOO_BIG);
        RawWebSocket announced = client();
        announced.send(HexFormat.of().parseHex("81ff7fffffffffffffff"));
        assertThat(announced.readClose()).isEqualTo(StreamClosure.TOO_BIG);
        RawWebSocket inParts = client();
        inParts.sendFragment(FrameHeader.TEXT, false, new byte[MESSAGE_MAX / 2]);
        inParts.sendFragment(FrameHeader.CONTINUATION, false, new byte[MESSAGE_MAX / 2]);
        inParts.sendFragment(FrameHeader.CONTINUATION, true, new byte[1]);
        assertThat(inParts.readClose()).isEqualTo(StreamClosure.TOO_BIG);
        assertThat(streams.count(StreamCounter.MESSAGE_TOO_BIG)).isEqualTo(3);
        assertThat(echo.hasReceived()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"03e8, 1000", "03e9, 1001", "0bb8, 3000", "1387, 4999", "'', 1005"})
    void shouldAnswerACloseWithItsCode(String hex, int code) throws Exception {
        RawWebSocket client = client();
        client.sendFrame(FrameHeader.CLOSE, HexFormat.of().parseHex(hex));
        assertThat(client.readClose()).isEqualTo(code);
        assertThat(client.isEnded()).isTrue();
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.PEER, code, ""));
    }

    @Test
    void shouldSayTheEndAfterAllThatWasSent() throws Exception {
        RawWebSocket client = client();
        StreamFlow flow = echo.opened();
        for (int i = 0; i < 10; i++) {
            assertThat(send(flow, "number " + i)).isTrue();
        }
        flow.close(4_000);
        for (int i = 0; i < 10; i++) {
            assertThat(client.readText()).isEqualTo("number " + i);
        }
        assertThat(client.readClose()).isEqualTo(4_000);
        client.sendText("too late");
        client.sendFrame(FrameHeader.CLOSE, HexFormat.of().parseHex("0fa0"));
        assertThat(client.isEnded()).isTrue();
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.HERE, 4_000, ""));
        assertThat(send(flow, "too late")).isFalse();
        assertThat(flow.isOpen()).isFalse();
        assertThat(echo.hasReceived()).isFalse();
    }

    @Test
    void shouldNotWaitForAPeerThatNeverAnswersAClose() throws Exception {
        RawWebSocket client = client();
        echo.opened().close();
        assertThat(client.readClose()).isEqualTo(StreamClosure.NORMAL);
        assertThat(client.isEnded()).isTrue();
        assertThat(echo.closed().cause()).isEqualTo(Cause.HERE);
    }

    @Test
    void shouldRefuseToSendACodeThatMayNotBeSent() throws Exception {
        RawWebSocket client = client();
        StreamFlow flow = echo.opened();
        assertThatThrownBy(() -> flow.close(1_005)).hasMessageContaining("1005");
        client.sendText("still there");
        assertThat(client.readText()).isEqualTo("still there");
    }

    @Test
    void shouldTellOfAConnectionThatEndsWithoutAClose() throws Exception {
        RawWebSocket client = client();
        client.sendFragment(FrameHeader.TEXT, false, new byte[10]);
        client.close();
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.PEER, StreamClosure.ABNORMAL, ""));
        awaitSize(streams, 0);
    }

    @Test
    void shouldTellOfAReset() throws Exception {
        RawWebSocket client = client();
        client.socket().setSoLinger(true, 0);
        client.close();
        assertThat(echo.closed().cause()).isEqualTo(Cause.BROKEN);
        assertThat(streams.count(StreamCounter.BROKEN)).isOne();
    }

    @Test
    void shouldKeepTheOrderOfOneThread() throws Exception {
        RawWebSocket client = client();
        StreamFlow flow = echo.opened();
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[16]);
        for (int i = 0; i < 1_000; i++) {
            int length = buffer.putStringWithoutLengthAscii(2, "number " + i);
            assertThat(flow.send(buffer, 2, length)).isTrue();
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(client.readText()).isEqualTo("number " + i);
        }
        assertThat(streams.count(StreamCounter.SENT)).isEqualTo(1_000);
    }

    @Test
    void shouldCloseTheFlowOfAHandlerThatFails() throws Exception {
        TransportAddress failing = streams.listen(webSocket(), new StreamHandler() {
            @Override
            public void onOpened(StreamFlow flow) {
                flow.attach("mine");
            }

            @Override
            public void onReceived(StreamFlow flow, org.agrona.DirectBuffer buffer, int offset, int length) {
                throw new IllegalStateException("a bug of the test's own");
            }

            @Override
            public void onClosed(StreamFlow flow, StreamClosure closure) {
                handler.onOpened(flow);
                handler.onClosed(flow, closure);
            }
        });
        RawWebSocket client = opened(failing);
        client.sendText("anything");
        assertThat(client.readClose()).isEqualTo(StreamClosure.INTERNAL_ERROR);
        client.close();
        assertThat(handler.closed().cause()).isEqualTo(Cause.HANDLER_FAILED);
        assertThat(handler.opened().attachment()).isEqualTo("mine");
        assertThat(streams.count(StreamCounter.HANDLER_FAILED)).isOne();
    }
}
