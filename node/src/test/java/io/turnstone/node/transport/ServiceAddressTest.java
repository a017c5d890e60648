package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.protocol.net.TransportAddress;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceAddressTest {
    private static final TransportAddress PUBLIC = TransportAddress.parse("192.0.2.1:3478");

    private static ServiceAddress local(String text) {
        return ServiceAddress.of(TransportAddress.parse(text));
    }

    @Test
    void shouldReplaceAWildcardByEveryLocalAddressOfItsFamily() throws SocketException {
        List<ServiceAddress> expanded = ServiceAddress.expand(List.of(local("0.0.0.0:3478")));
        assertThat(expanded).contains(local("127.0.0.1:3478")).doesNotContain(local("0.0.0.0:3478"));
        assertThat(expanded).allMatch(address -> address.local().isIpv4());
        assertThat(ServiceAddress.expand(List.of(local("[::]:3478")))).contains(local("[::1]:3478"));
    }

    @Test
    void shouldLeaveExactAndAdvertisedAddressesAlone() throws SocketException {
        List<ServiceAddress> configured = List.of(
            local("127.0.0.1:3478"), new ServiceAddress(TransportAddress.parse("0.0.0.0:3479"), PUBLIC));
        assertThat(ServiceAddress.expand(configured)).isEqualTo(configured);
    }

    @Test
    void shouldRefuseTwoListenersWithOneAdvertisedAddress() {
        List<ServiceAddress> alike = List.of(
            new ServiceAddress(TransportAddress.parse("127.0.0.1:1"), PUBLIC),
            new ServiceAddress(TransportAddress.parse("127.0.0.2:1"), PUBLIC));
        assertThatThrownBy(() -> ServiceAddress.expand(alike))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(PUBLIC.toString());
    }
}
