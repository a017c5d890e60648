/**
 * Forwarding inside the kernel: the program of {@code src/main/bpf}, the maps that it looks in, and what writes them.
 *
 * <p>A flow is mirrored when a forwarder has seen it move for a moment: the control thread asks the forwarding tables once
 * more what becomes of its datagrams, with the deadline of everything that the answer rests on, and writes that down for the
 * program. Every change of a leg involved writes it anew or takes it away. What is not mirrored, user space forwards.
 */
@NullMarked
package io.turnstone.node.kernel;

import org.jspecify.annotations.NullMarked;
