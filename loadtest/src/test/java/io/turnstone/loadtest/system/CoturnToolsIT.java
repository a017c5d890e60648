package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** coturn's own client tools against the cluster's shared port, so that each client meets any of the three nodes. */
@ExtendWith(ClusterExtension.class)
@Timeout(90)
class CoturnToolsIT {
    private static final List<String> LONG_TERM = List.of("-u", TurnstoneNode.USER, "-w", TurnstoneNode.PASSWORD);
    private static final List<String> REST = List.of("-u", "bob", "-W", TurnstoneCluster.REST_SECRET);
    private static final List<String> CHANNELS = List.of();
    private static final List<String> INDICATIONS = List.of("-s");
    private static final int CLIENTS = 4;
    private static final int MESSAGES = 50;
    private static final Pattern COUNT = Pattern.compile("tot_send_msgs=(\\d+), tot_recv_msgs=(\\d+)");
    private static final Pattern LOST = Pattern.compile("Total lost packets (\\d+)");

    private final TurnstoneCluster cluster;
    private @Nullable ServerProcess peer;

    CoturnToolsIT(TurnstoneCluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void stopPeer() {
        if (peer != null) {
            peer.close();
        }
    }

    static Stream<Arguments> modes() {
        return Stream.of(LONG_TERM, REST)
            .flatMap(credentials -> Stream.of(false, true)
                .flatMap(ipv6 -> Stream.of(CHANNELS, INDICATIONS).map(mode -> Arguments.of(credentials, ipv6, mode))));
    }

    @ParameterizedTest(name = "{0}, IPv6 {1}, {2}")
    @MethodSource("modes")
    @Execution(ExecutionMode.CONCURRENT)
    void shouldLoseNothingFromClientToClient(List<String> credentials, boolean ipv6, List<String> mode) {
        List<String> command = uclient(credentials, ipv6, mode);
        command.add("-y");
        command.add(server(ipv6).getAddress().getHostAddress());

        assertNothingLost(Tools.run(60, command));
    }

    @ParameterizedTest(name = "{0}, IPv6 {1}, {2}")
    @MethodSource("modes")
    @Execution(ExecutionMode.CONCURRENT)
    void shouldLoseNothingToAPlainPeer(List<String> credentials, boolean ipv6, List<String> mode) {
        InetSocketAddress address = ipv6 ? Loopback.ipv6(FreePorts.one()) : Loopback.ipv4(FreePorts.one());
        startPeer(address);
        List<String> command = uclient(credentials, ipv6, mode);
        command.addAll(List.of("-e", address.getAddress().getHostAddress(), "-r", Integer.toString(address.getPort()),
            server(ipv6).getAddress().getHostAddress()));

        assertNothingLost(Tools.run(60, command));
    }

    @Test
    void shouldTellAStunClientItsAddress() {
        InetSocketAddress server = cluster.sharedAddress();

        String output = Tools.run(20, List.of(Tools.require("turnutils_stunclient"), "-p",
            Integer.toString(server.getPort()), server.getAddress().getHostAddress()));

        assertThat(output).contains("UDP reflexive addr: 127.0.0.1:");
    }

    private List<String> uclient(List<String> credentials, boolean ipv6, List<String> mode) {
        List<String> command = new ArrayList<>(List.of(Tools.require("turnutils_uclient"), "-c", "-p",
            Integer.toString(server(ipv6).getPort()), "-m", Integer.toString(CLIENTS), "-n",
            Integer.toString(MESSAGES), "-l", "160", "-z", "20"));
        command.addAll(credentials);
        command.addAll(mode);
        if (ipv6) {
            command.add("-x");
        }
        return command;
    }

    private InetSocketAddress server(boolean ipv6) {
        return ipv6 ? cluster.sharedIpv6Address() : cluster.sharedAddress();
    }

    private void startPeer(InetSocketAddress address) {
        peer = ServerProcess.start("turnutils_peer", Tools.ARTEFACTS.resolve("peer-" + address.getPort() + ".log"),
            List.of(Tools.require("turnutils_peer"), "-L", address.getAddress().getHostAddress(), "-p",
                Integer.toString(address.getPort())));
    }

    private static void assertNothingLost(String output) {
        Matcher lost = LOST.matcher(output);
        assertThat(lost.find()).as(output).isTrue();
        assertThat(lost.group(1)).as(output).isEqualTo("0");
        long[] last = COUNT.matcher(output)
            .results()
            .map(count -> new long[]{Long.parseLong(count.group(1)), Long.parseLong(count.group(2))})
            .reduce(new long[2], (earlier, later) -> later);
        assertThat(last[0]).as(output).isEqualTo((long) CLIENTS * MESSAGES);
        assertThat(last[1]).as(output).isEqualTo((long) CLIENTS * MESSAGES);
    }
}
