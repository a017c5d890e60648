package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FabricSettingsTest {
    private static final FabricSettings DEFAULTS = FabricSettings
        .defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7400));

    @Test
    void shouldPutTheLanesBehindTheControlPort() {
        assertThat(DEFAULTS.lane(0).getPort()).isEqualTo(7401);
        assertThat(DEFAULTS.lane(2).getPort()).isEqualTo(7403);
        assertThat(DEFAULTS.withDirectory(Path.of("/elsewhere")).directory()).isEqualTo(Path.of("/elsewhere"));
    }

    @Test
    void shouldNameKeyValueAndRuleWhenAValueIsNotAllowed() {
        assertThatThrownBy(() -> DEFAULTS.withHeartbeat(100, 150)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("fabric suspectAfterMs is 150; allowed is at least two heartbeats");
        assertThatThrownBy(() -> DEFAULTS.withQueueBytesMax(1000)).hasMessageContaining("queueBytesMax is 1000");
        assertThatThrownBy(() -> FabricSettings.defaults(InetSocketAddress.createUnresolved("node-1.example", 7400)))
            .hasMessageContaining("node-1.example");
    }
}
