/**
 * Byte streams and WebSockets: listeners and outbound connections over TCP and TLS, by Netty.
 *
 * <p>{@link io.turnstone.node.transport.stream.Streams} owns the event loops. Each connection becomes a
 * {@link io.turnstone.node.transport.stream.StreamFlow} that belongs to one loop for its life, and a
 * {@link io.turnstone.node.transport.stream.StreamHandler} hears of it on that loop's thread. What the octets mean is the
 * handler's business.
 *
 * <pre>
 *  accepted    [PROXY header] → [TLS] → [HTTP request → WebSocket handshake] → flow
 *  connected                    [TLS] →                                        flow
 *  open                         [TLS] →                                        flow
 * </pre>
 *
 * Handlers that only serve the beginning leave the pipeline at its end. A flow holds a buffer only while a message is
 * incomplete, and has no timer: each loop looks at all its flows four times a second.
 *
 * <h2>What is chosen, and why</h2>
 *
 * Frames are taken apart by {@link io.turnstone.node.transport.stream.WebSocketFlow} instead of Netty's codec, which makes
 * several objects for each frame and has four handlers on each connection. TLS is the JDK's: it is patched with the JDK
 * that is there anyway, on every processor and C library. Linux' epoll is used where Netty's library for it loads, NIO
 * elsewhere.
 */
@NullMarked
package io.turnstone.node.transport.stream;

import org.jspecify.annotations.NullMarked;
