package io.turnstone.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.config.HostPort;
import io.turnstone.config.ListenAddress;
import io.turnstone.config.Settings;
import io.turnstone.config.SettingsLoader;
import io.turnstone.node.demo.DemoPlan.NodePlan;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoPlanTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9})
    void shouldGiveEveryNodePortsOfItsOwn(int count) {
        List<NodePlan> nodes = DemoPlan.make(count, LOOPBACK, 3478).nodes();

        assertThat(nodes).hasSize(count);
        assertThat(nodes.stream().flatMap(node -> Stream.of(node.own(), node.cluster(), node.fabric(), node.admin())))
            .doesNotHaveDuplicates();
        assertThat(nodes.getFirst().relayPorts().first()).isEqualTo(49_152);
        assertThat(nodes.getLast().relayPorts().last()).isLessThanOrEqualTo(65_535);
        for (int i = 1; i < count; i++) {
            assertThat(nodes.get(i).relayPorts().first()).isEven()
                .isGreaterThan(nodes.get(i - 1).relayPorts().last());
        }
    }

    @Test
    void shouldWriteSettingsThatANodeAccepts() {
        DemoPlan plan = DemoPlan.make(3, LOOPBACK, 3478);
        NodePlan second = plan.nodes().get(1);

        Settings settings = new SettingsLoader().text(plan.settings(second)).load();

        assertThat(settings.listen()).extracting(ListenAddress::bind).containsExactly(plan.shared(), second.own());
        assertThat(settings.relay().ports()).isEqualTo(second.relayPorts());
        assertThat(settings.cluster().seeds())
            .containsExactlyElementsOf(plan.nodes().stream().map(NodePlan::cluster).toList());
        assertThat(settings.auth().users()).singleElement()
            .satisfies(user -> assertThat(user.password().value()).isEqualTo(plan.password()));
        assertThat(plan.iceServers(second.own())).contains("\"turn:" + second.own() + "?transport=udp\"");
    }

    @Test
    void shouldPassOverPortsThatSomebodyHolds() throws IOException {
        int start = new FreePorts(23_000).udp(LOOPBACK, 3);
        try (DatagramSocket holder = new DatagramSocket(new InetSocketAddress(LOOPBACK, start + 1))) {
            assertThat(holder.isBound()).isTrue();
            assertThat(FreePorts.isFreeUdp(LOOPBACK, start + 1)).isFalse();
            assertThat(new FreePorts(start).udp(LOOPBACK, 2)).isGreaterThan(start + 1);
        }
    }

    @Test
    void shouldWriteIpv6AddressesInBrackets() {
        assertThat(new HostPort(InetAddress.ofLiteral("::1").getHostAddress(), 3478))
            .hasToString("[0:0:0:0:0:0:0:1]:3478");
    }
}
