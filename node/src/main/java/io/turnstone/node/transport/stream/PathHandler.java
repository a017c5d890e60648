package io.turnstone.node.transport.stream;

import java.util.Map;
import org.agrona.DirectBuffer;

/** Gives what is heard of a flow to the handler of its {@link StreamFlow#path()}. On the event loop of each flow. */
public final class PathHandler implements StreamHandler {
    private final StreamHandler others;
    private final Map<String, StreamHandler> byPath;

    /** @param others hears of flows with any other path, or none */
    public PathHandler(StreamHandler others, Map<String, StreamHandler> byPath) {
        this.others = others;
        this.byPath = Map.copyOf(byPath);
    }

    private StreamHandler of(StreamFlow flow) {
        return byPath.getOrDefault(flow.path(), others);
    }

    @Override
    public void onOpened(StreamFlow flow) {
        of(flow).onOpened(flow);
    }

    @Override
    public void onReceived(StreamFlow flow, DirectBuffer buffer, int offset, int length) {
        of(flow).onReceived(flow, buffer, offset, length);
    }

    @Override
    public void onClosed(StreamFlow flow, StreamClosure closure) {
        of(flow).onClosed(flow, closure);
    }
}
