package io.turnstone.loadtest.bed;

import io.turnstone.loadtest.server.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The machines and the wires between them. They vanish with {@link #close()}, at the latest when this JVM ends.
 *
 * <pre>
 * clients -- nat --+            +-- node1  inside 10.10.0.11, own public address 198.51.100.11
 * 192.168.1/24     |            |
 *                pubsw -- lb -- insw -- node2 …
 * peer ------------+            |
 *            203.0.113/24   10.10.0/24     the service address 198.51.100.1 is the balancer's, or on every node's lo
 * </pre>
 */
public final class Bed implements AutoCloseable {
    private static final String NO_ARP_FOR_LOOPBACK = "sysctl -qw net.ipv4.conf.all.arp_ignore=1 "
        + "net.ipv4.conf.all.arp_announce=2\n";
    /** Before a relayed port is given away again, 60 s after its last use; Linux would take 120 s. */
    private static final String FORGET_FLOWS = "sysctl -qw net.netfilter.nf_conntrack_udp_timeout_stream=30";
    private static final long BALANCED_SECONDS_MAX = 60;

    private final String prefix = "ts" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
    private final BalancerForm form;
    private final Path logs;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Host> nodes = new ArrayList<>();
    private final Thread hook = new Thread(this::removeAll, "remove-bed");
    private final Host outsideSwitch;
    private final Host insideSwitch;
    private final Host balancer;
    private final Host peer;
    private final Host clients;
    private @Nullable ServerProcess healthCheck;

    private Bed(BalancerForm form, Path logs) {
        Runtime.getRuntime().addShutdownHook(hook);
        this.form = form;
        this.logs = logs;
        this.outsideSwitch = add("pubsw");
        this.insideSwitch = add("insw");
        this.balancer = add("lb");
        this.peer = add("peer");
        this.clients = add("clients");
        RealTime.beginInKernel();
    }

    /** @param logs gets what the processes of the bed say */
    public static Bed make(int nodeCount, BalancerForm form, Path logs) {
        Bed bed = new Bed(form, logs);
        try {
            bed.wire();
            for (int node = 1; node <= nodeCount; node++) {
                bed.addNode(node);
            }
            return bed;
        } catch (RuntimeException failed) {
            bed.close();
            throw failed;
        }
    }

    public BalancerForm form() {
        return form;
    }

    public Path logs() {
        return logs;
    }

    public int size() {
        return nodes.size();
    }

    /** @param node from 1 */
    public Host node(int node) {
        return nodes.get(node - 1);
    }

    public Host clients() {
        return clients;
    }

    public Host peer() {
        return peer;
    }

    /** Starts the balancer's health check; until it finds a node ready nothing passes the balancer. */
    public void startHealthCheck(long intervalMs, int failures) {
        healthCheck = balancer.start("health check", logs.resolve("health.log"),
            JavaTool.command(HealthCheck.class.getName(), "32m", List.of(form.name(), Integer.toString(size()),
                Long.toString(intervalMs), Integer.toString(failures))));
    }

    /** Waits until the balancer spreads flows over the nodes from 1 to this one, and no others. */
    public void awaitBalanced(int last) {
        ServerProcess check = healthCheck();
        String active = " active " + IntStream.rangeClosed(1, last).boxed().toList();
        check.await("balancing over nodes 1 to " + last, BALANCED_SECONDS_MAX,
            () -> check.output().stripTrailing().endsWith(active));
    }

    /** What the health check changed, a line each. */
    public String healthLog() {
        return healthCheck().output();
    }

    private ServerProcess healthCheck() {
        return Objects.requireNonNull(healthCheck, "no health check runs");
    }

    /** The switch drops all that comes from the node or goes to it; the node's own link stays up. */
    public void cut(int node) {
        String port = node(node).name();
        faults("iifname \"" + port + "\" drop\noifname \"" + port + "\" drop");
    }

    /** The switch drops what one side sends to the other; both reach the balancer. */
    public void partition(Collection<Integer> one, Collection<Integer> other) {
        faults("iifname { " + ports(one) + " } oifname { " + ports(other) + " } drop\niifname { " + ports(other)
            + " } oifname { " + ports(one) + " } drop");
    }

    /** Ends every cut and partition. */
    public void heal() {
        insideSwitch.script("nft 'add table bridge faults; delete table bridge faults'");
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        removeAll();
    }

    private Host add(String name) {
        return add(name, CpuGroup.NONE);
    }

    private Host add(String name, CpuGroup cpus) {
        Host host = Host.make(prefix, name, cpus);
        hosts.add(host);
        return host;
    }

    private void wire() {
        outsideSwitch.makeBridge();
        insideSwitch.makeBridge();
        balancer.plugInto(outsideSwitch, "pub0");
        balancer.plugInto(insideSwitch, "int0");
        balancer.script("""
            sysctl -qw net.ipv4.ip_forward=1
            ip addr add %s/24 dev pub0
            ip addr add %s/24 dev int0
            ip route add blackhole 198.51.100.0/24
            """.formatted(Addresses.BALANCER_OUTSIDE, Addresses.BALANCER_INSIDE));
        peer.plugInto(outsideSwitch, "eth0");
        peer.script("ip addr add " + Addresses.PEER + "/24 dev eth0\nip route add default via "
            + Addresses.BALANCER_OUTSIDE);
        wireClients(add("nat"));
        if (form == BalancerForm.CONNTRACK) {
            balancer.script(FORGET_FLOWS);
        }
    }

    private void wireClients(Host nat) {
        nat.plugInto(outsideSwitch, "pub0");
        nat.script("ip link add lan0 type veth peer name eth0 netns " + clients.namespace());
        nat.script("""
            sysctl -qw net.ipv4.ip_forward=1
            ip addr add %s/24 dev pub0
            ip addr add %s/24 dev lan0
            ip link set lan0 up
            ip route add default via %s
            nft -f - <<RULES
            table inet nat {
                chain post { type nat hook postrouting priority srcnat; oifname "pub0" masquerade fully-random; }
            }
            RULES
            """.formatted(Addresses.NAT_OUTSIDE, Addresses.NAT_INSIDE, Addresses.BALANCER_OUTSIDE));
        clients.script("ip link set eth0 up\n" + Addresses.CLIENTS.stream()
            .map(address -> "ip addr add " + address + "/24 dev eth0\n")
            .collect(Collectors.joining()) + "ip route add default via " + Addresses.NAT_INSIDE);
    }

    private void addNode(int node) {
        String name = "node" + node;
        Host host = add(name, CpuGroup.make(prefix + "-" + name));
        nodes.add(host);
        host.plugInto(insideSwitch, "eth0");
        String service = form == BalancerForm.STATELESS ? "ip addr add " + Addresses.SERVICE + "/32 dev lo\n" : "";
        host.script(NO_ARP_FOR_LOOPBACK + service + """
            ip addr add %s/24 dev eth0
            ip addr add %s/32 dev lo
            ip route add default via %s
            """.formatted(Addresses.inside(node), Addresses.outside(node), Addresses.BALANCER_INSIDE));
        int table = BalancerForm.MARK + node;
        balancer.script("""
            ip route add %s/32 via %s
            ip route add %s/32 via %s table %d
            ip rule add fwmark %d lookup %d
            """.formatted(Addresses.outside(node), Addresses.inside(node), Addresses.SERVICE, Addresses.inside(node),
            table, table, table));
    }

    private void faults(String rules) {
        insideSwitch.script("nft -f - <<RULES\nadd table bridge faults\ndelete table bridge faults\n"
            + "table bridge faults {\nchain forward {\ntype filter hook forward priority 0;\n" + rules
            + "\n}\n}\nRULES");
    }

    private String ports(Collection<Integer> some) {
        return some.stream().map(node -> '"' + node(node).name() + '"').collect(Collectors.joining(", "));
    }

    private void removeAll() {
        RealTime.endInKernel();
        hosts.reversed().forEach(Host::close);
        hosts.clear();
    }
}
