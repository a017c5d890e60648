package io.turnstone.loadtest.signaling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.loadtest.client.ClientLoop;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A WebSocket (RFC 6455, RFC 7118) in the clear. Thousands of them are to cost the generator little. */
final class WebSocketLink implements SipLink {
    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int FINAL_PONG = 0x8A;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int MASK_BYTES = 4;
    private static final int HEADER_BYTES_MAX = 14;
    private static final int BUFFER_BYTES = 4_096;
    private static final int MESSAGE_BYTES_MAX = 1 << 20;
    private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String END_OF_HEADERS = "\r\n\r\n";

    private final ClientLoop loop;
    private final SocketChannel channel;
    private final String host;
    private final Consumer<String> received;
    private final Runnable lost;
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
    private ByteBuffer input = ByteBuffer.allocate(BUFFER_BYTES);

    private WebSocketLink(ClientLoop loop, SocketChannel channel, String host, Consumer<String> received,
        Runnable lost) {
        this.loop = loop;
        this.channel = channel;
        this.host = host;
        this.received = received;
        this.lost = lost;
    }

    /** As {@link #connect(ClientLoop, InetSocketAddress, String, Consumer, Runnable)}, and its end is told to nobody. */
    static WebSocketLink connect(ClientLoop loop, InetSocketAddress server, String host, Consumer<String> received) {
        return connect(loop, server, host, received, () -> {});
    }

    /**
     * Returns when the server has taken the WebSocket. Any thread.
     *
     * @param host a name that does not resolve, as browsers use one (RFC 7118 §5)
     * @param received gets each message, on the loop
     * @param lost runs on the loop when the server has ended the connection
     * @throws UncheckedIOException if the server refuses it
     */
    static WebSocketLink connect(ClientLoop loop, InetSocketAddress server, String host, Consumer<String> received,
        Runnable lost) {
        try {
            SocketChannel channel = SocketChannel.open(server);
            WebSocketLink link = new WebSocketLink(loop, channel, host, received, lost);
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                link.shakeHands(server);
                channel.configureBlocking(false);
            } catch (IOException failed) {
                channel.close();
                throw failed;
            }
            loop.watch(channel, link::onReadable);
            return link;
        } catch (IOException failed) {
            throw new UncheckedIOException("no WebSocket at " + server + ": " + failed.getMessage(), failed);
        }
    }

    private void shakeHands(InetSocketAddress server) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: " + server.getHostString() + ":" + server.getPort()
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
            + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip" + END_OF_HEADERS;
        channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        StringBuilder answer = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (!answer.toString().endsWith(END_OF_HEADERS)) {
            if (channel.read(one.clear()) < 0) {
                throw new EOFException("closed after \"" + answer + "\"");
            }
            answer.append((char) one.get(0));
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException(answer.toString().lines().findFirst().orElse(""));
        }
    }

    @Override
    public String transport() {
        return "WS";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void send(String message) {
        sendFrame(FINAL_TEXT, message.getBytes(UTF_8));
    }

    /** The mask is zero: what it is for, proxies that mistake it, is not here (RFC 6455 §10.3). */
    private void sendFrame(int kind, byte[] content) {
        ByteBuffer frame = ByteBuffer.allocate(content.length + HEADER_BYTES_MAX).put((byte) kind);
        if (content.length < LENGTH_16) {
            frame.put((byte) (MASKED | content.length));
        } else if (content.length <= Character.MAX_VALUE) {
            frame.put((byte) (MASKED | LENGTH_16)).putShort((short) content.length);
        } else {
            frame.put((byte) (MASKED | LENGTH_16 + 1)).putLong(content.length);
        }
        unsent.add(frame.put(new byte[MASK_BYTES]).put(content).flip());
        if (unsent.size() == 1) {
            flush();
        }
    }

    private void flush() {
        try {
            for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
                channel.write(next);
                if (next.hasRemaining()) {
                    loop.after(AGAIN_NS, this::flush);
                    return;
                }
                unsent.remove();
            }
        } catch (IOException closed) {
            unsent.clear();
        }
    }

    private void onReadable() throws IOException {
        try {
            read();
        } catch (IOException ended) {
            channel.close();
            lost.run();
            throw ended;
        }
    }

    private void read() throws IOException {
        int count = channel.read(input);
        if (count < 0) {
            throw new EOFException();
        }
        input.flip();
        while (takeFrame()) {
            // the next one
        }
        input.compact();
        if (!input.hasRemaining()) {
            if (input.capacity() >= MESSAGE_BYTES_MAX) {
                throw new IOException("a message of more than " + MESSAGE_BYTES_MAX + " octets");
            }
            input = ByteBuffer.allocate(2 * input.capacity()).put(input.flip());
        }
    }

    /** Whether there was a whole one. */
    private boolean takeFrame() throws IOException {
        int start = input.position();
        if (input.remaining() < 2) {
            return false;
        }
        int kind = input.get() & 0xFF;
        long length = input.get() & 0xFF;
        if (length >= LENGTH_16) {
            int bytes = length == LENGTH_16 ? Short.BYTES : Long.BYTES;
            if (input.remaining() < bytes) {
                input.position(start);
                return false;
            }
            length = bytes == Short.BYTES ? input.getShort() & 0xFFFF : input.getLong();
        }
        if (input.remaining() < length) {
            input.position(start);
            return false;
        }
        byte[] content = new byte[(int) length];
        input.get(content);
        onFrame(kind, content);
        return true;
    }

    private void onFrame(int kind, byte[] content) throws IOException {
        switch (kind) {
            case FINAL_TEXT, FINAL_BINARY -> received.accept(new String(content, UTF_8));
            case PING -> sendFrame(FINAL_PONG, content);
            case FINAL_PONG -> {
                // asked for by nobody
            }
            case CLOSE -> throw new EOFException();
            default -> throw new IOException("a frame of kind " + kind + ", which this client does not take");
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
