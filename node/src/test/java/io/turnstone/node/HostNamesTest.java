package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.config.ConfigurationException;
import io.turnstone.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HostNamesTest {
    private static final HostPort POD = new HostPort("turnstone-0.nodes", 25520);
    private static final Duration A_MOMENT = Duration.ofMillis(1);

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void shouldAskAgainUntilTheNameIsKnown() {
        HostNames names = new HostNames(this::knownFromTheThirdTimeOn, Duration.ofMinutes(1), A_MOMENT);

        assertThat(names.resolve("cluster.address", POD).getAddress()).isEqualTo(InetAddress.ofLiteral("10.1.2.3"));
        assertThat(asked).hasValue(3);
    }

    @Test
    void shouldNameTheSettingWhenTheNameStaysUnknown() {
        HostNames names = new HostNames(this::knownFromTheThirdTimeOn, Duration.ZERO, A_MOMENT);

        assertThatThrownBy(() -> names.resolve("cluster.address", POD))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("turnstone.cluster.address = \"turnstone-0.nodes:25520\"");
        assertThat(asked).hasValue(1);
    }

    private InetAddress knownFromTheThirdTimeOn(String host) throws UnknownHostException {
        if (asked.incrementAndGet() < 3) {
            throw new UnknownHostException(host);
        }
        return InetAddress.ofLiteral("10.1.2.3");
    }
}
