package io.turnstone.loadtest.bed;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The balancer's health check, a process of its own inside the balancer's namespace: asks every node for {@code /ready}
 * at an interval, takes a node out after some failures in a row and puts it back after two successes. With nobody left
 * it changes nothing, as balancers do.
 *
 * <p>Arguments: form, nodes, interval in milliseconds, failures. Each change is a line of output.
 */
public final class HealthCheck {
    private static final int RISES = 2;
    private static final int FORGET_TRIES = 20;
    private static final byte[] REQUEST = "GET /ready HTTP/1.0\r\nHost: node\r\n\r\n".getBytes(
        StandardCharsets.US_ASCII);

    private final BalancerForm form;
    private final int nodes;
    private final long intervalMs;
    private final int falls;
    private final TreeSet<Integer> healthy = new TreeSet<>();
    private List<Integer> active = List.of();

    private HealthCheck(BalancerForm form, int nodes, long intervalMs, int falls) {
        this.form = form;
        this.nodes = nodes;
        this.intervalMs = intervalMs;
        this.falls = falls;
    }

    public static void main(String[] arguments) throws InterruptedException {
        HealthCheck check = new HealthCheck(BalancerForm.valueOf(arguments[0]), Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
        List<Thread> watches = new ArrayList<>();
        for (int node = 1; node <= check.nodes; node++) {
            int watched = node;
            watches.add(Thread.ofPlatform().name("watch-" + node).start(() -> check.watch(watched)));
        }
        for (Thread watch : watches) {
            watch.join();
        }
    }

    private void watch(int node) {
        int inARow = 0;
        boolean up = false;
        while (true) {
            long startedNs = System.nanoTime();
            inARow = isReady(node) == up ? 0 : inARow + 1;
            if (inARow >= (up ? falls : RISES)) {
                up = !up;
                inARow = 0;
                change(node, up);
            }
            pauseUntil(startedNs + TimeUnit.MILLISECONDS.toNanos(intervalMs));
        }
    }

    private boolean isReady(int node) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) intervalMs);
            socket.connect(new InetSocketAddress(Addresses.inside(node), Addresses.ADMIN_PORT), (int) intervalMs);
            socket.getOutputStream().write(REQUEST);
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return answer.endsWith(" 200");
        } catch (IOException unreachable) {
            return false;
        }
    }

    private synchronized void change(int node, boolean up) {
        if (up) {
            healthy.add(node);
        } else {
            healthy.remove(node);
        }
        if (!healthy.isEmpty() && !List.copyOf(healthy).equals(active)) {
            active = List.copyOf(healthy);
            run(form.rules(nodes, active), "nft", "-f", "-");
            if (!up && form == BalancerForm.CONNTRACK) {
                forget(node);
            }
        }
        System.out.println(System.currentTimeMillis() + " node " + node + (up ? " up" : " down") + ", active "
            + active);
    }

    /**
     * A flow's own packets would keep its entry alive and itself at the dead node for ever. The tool deletes what it reads
     * of a table that changes meanwhile: it may miss some, and it gives up at the first that has expired by itself, with
     * the same exit status as when it finds none. So it is asked again until none is listed.
     */
    private static void forget(int node) {
        for (String side : List.of("-r", "-s")) {
            String address = Addresses.inside(node);
            int tries = 0;
            do {
                run("", "conntrack", "-D", "-p", "udp", side, address);
                tries++;
            } while (tries < FORGET_TRIES && !run("", "conntrack", "-L", "-p", "udp", side, address).isEmpty());
        }
    }

    /** @return what it wrote to its standard output */
    private static String run(String input, String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void pauseUntil(long deadlineNs) {
        try {
            TimeUnit.NANOSECONDS.sleep(deadlineNs - System.nanoTime());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
