package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/** Keeps what it hears, and answers each message if told to. */
final class RecordingHandler implements StreamHandler {
    private static final long WAIT_S = 30;

    private final BlockingQueue<StreamFlow> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<StreamClosure> closed = new LinkedBlockingQueue<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final boolean echoes;

    RecordingHandler(boolean echoes) {
        this.echoes = echoes;
    }

    @Override
    public void onOpened(StreamFlow flow) {
        threads.add(Thread.currentThread().getName());
        opened.add(flow);
    }

    @Override
    public void onReceived(StreamFlow flow, DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        received.add(octets);
        if (echoes) {
            flow.send(buffer, offset, length);
        }
    }

    @Override
    public void onClosed(StreamFlow flow, StreamClosure closure) {
        closed.add(closure);
    }

    StreamFlow opened() throws InterruptedException {
        return next(opened, "opened flow");
    }

    byte[] received() throws InterruptedException {
        return next(received, "message");
    }

    String receivedText() throws InterruptedException {
        return new String(received(), UTF_8);
    }

    StreamClosure closed() throws InterruptedException {
        return next(closed, "closed flow");
    }

    boolean hasReceived() {
        return !received.isEmpty();
    }

    boolean hasOpened() {
        return !opened.isEmpty();
    }

    List<String> threads() {
        return threads;
    }

    private static <T> T next(BlockingQueue<T> queue, String what) throws InterruptedException {
        T value = queue.poll(WAIT_S, TimeUnit.SECONDS);
        if (value == null) {
            throw new AssertionError("no " + what + " within " + WAIT_S + " s");
        }
        return value;
    }
}
