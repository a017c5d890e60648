package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.config.TrunkAddress;
import io.turnstone.node.signaling.Hop;
import io.turnstone.node.signaling.ServerLocator;
import io.turnstone.node.signaling.ServerLocator.Naptr;
import io.turnstone.node.signaling.ServerLocator.Srv;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrunkAddressesTest implements ServerLocator.Records {
    private final Map<String, List<String>> names = new HashMap<>(
        Map.of("sip.example.net", List.of("192.0.2.1", "2001:db8::1"), "2001:db8::9", List.of("2001:db8::9")));

    @Override
    public List<Naptr> naptr(String name) {
        throw new AssertionError("the transport is known");
    }

    @Override
    public List<Srv> srv(String name) {
        return name.equals("_sips._tcp.example.net") ? List.of(new Srv(1, 1, 5071, "sip.example.net")) : List.of();
    }

    @Override
    public List<IpAddress> addresses(String host) {
        return names.getOrDefault(host, List.of()).stream().map(IpAddress::parse).toList();
    }

    private static Hop hop(SipTransport transport, String address, String serverName) {
        return new Hop(transport, TransportAddress.parse(address), serverName);
    }

    @Test
    void shouldFollowNamesInTheOrderThatWasGiven() {
        TrunkAddresses addresses = new TrunkAddresses(
            List.of(TrunkAddress.parse("tls:example.net"), TrunkAddress.parse("udp:[2001:db8::9]:5060")),
            new ServerLocator(this, new Random(1)));
        assertThat(addresses.get()).isEmpty();

        addresses.ask();
        List<Hop> found = addresses.get();
        assertThat(found).containsExactly(
            hop(SipTransport.TLS, "192.0.2.1:5071", "example.net"),
            hop(SipTransport.TLS, "[2001:db8::1]:5071", "example.net"),
            hop(SipTransport.UDP, "[2001:db8::9]:5060", ""));

        names.remove("sip.example.net");
        addresses.ask();
        assertThat(addresses.get()).as("what is unknown for a while").isEqualTo(found);
        names.put("sip.example.net", List.of("192.0.2.2"));
        addresses.ask();
        assertThat(addresses.get()).containsExactly(
            hop(SipTransport.TLS, "192.0.2.2:5071", "example.net"), hop(SipTransport.UDP, "[2001:db8::9]:5060", ""));
    }
}
