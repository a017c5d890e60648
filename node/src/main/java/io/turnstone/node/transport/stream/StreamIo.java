package io.turnstone.node.transport.stream;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.StandardSocketOptions;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What moves the octets. Immutable, any thread.
 *
 * @param handlers of event loops
 * @param newServer makes listening channels
 * @param newSocket makes channels that connect
 * @param sharedPort the option by which several processes listen at one port
 */
record StreamIo(
    IoHandlerFactory handlers,
    Supplier<ServerChannel> newServer,
    Supplier<SocketChannel> newSocket,
    ChannelOption<Boolean> sharedPort) {
    private static final Logger LOG = LoggerFactory.getLogger(StreamIo.class);

    /** @param epoll whether Linux' own calls are wanted; where their library does not load, they are done without */
    static StreamIo open(boolean epoll) {
        if (epoll && Epoll.isAvailable()) {
            return new StreamIo(
                EpollIoHandler.newFactory(), EpollServerSocketChannel::new, EpollSocketChannel::new,
                EpollChannelOption.SO_REUSEPORT);
        }
        if (epoll) {
            LOG.info("streams use the JDK's channels, epoll does not load: {}", Epoll.unavailabilityCause().toString());
        }
        return new StreamIo(
            NioIoHandler.newFactory(), NioServerSocketChannel::new, NioSocketChannel::new,
            NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT));
    }
}
