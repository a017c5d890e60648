package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.signaling.ServerLocator.Naptr;
import io.turnstone.node.signaling.ServerLocator.Server;
import io.turnstone.node.signaling.ServerLocator.Srv;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RFC 3263 §4, question by question. */
class ServerLocatorTest implements ServerLocator.Records {
    private final Map<String, List<Naptr>> naptrs = new HashMap<>();
    private final Map<String, List<Srv>> srvs = new HashMap<>();
    private final Map<String, List<String>> addresses = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final ServerLocator locator = new ServerLocator(this, new Random(1));

    @Override
    public List<Naptr> naptr(String name) {
        asked.add("NAPTR " + name);
        return naptrs.getOrDefault(name, List.of());
    }

    @Override
    public List<Srv> srv(String name) {
        asked.add("SRV " + name);
        return srvs.getOrDefault(name, List.of());
    }

    @Override
    public List<IpAddress> addresses(String host) {
        asked.add("A " + host);
        return addresses.getOrDefault(host, List.of()).stream().map(IpAddress::parse).toList();
    }

    private List<Hop> locate(String host, int port, @Nullable SipTransport transport, boolean secure) {
        return locator.locate(new Server(host, port, transport, secure));
    }

    private static Hop hop(SipTransport transport, String address) {
        return new Hop(transport, TransportAddress.parse(address), transport == SipTransport.TLS ? "example.com" : "");
    }

    @Test
    void shouldTakeAnAddressAsItIs() {
        addresses.put("192.0.2.1", List.of("192.0.2.1"));
        addresses.put("2001:db8::1", List.of("2001:db8::1"));

        assertThat(locate("192.0.2.1", 0, null, false)).containsExactly(hop(SipTransport.UDP, "192.0.2.1:5060"));
        assertThat(locate("2001:db8::1", 5080, SipTransport.TCP, false))
            .containsExactly(hop(SipTransport.TCP, "[2001:db8::1]:5080"));
        assertThat(locate("192.0.2.1", 0, null, true)).containsExactly(
            new Hop(SipTransport.TLS, TransportAddress.parse("192.0.2.1:5061"), "192.0.2.1"));
        assertThat(asked).containsOnly("A 192.0.2.1", "A 2001:db8::1");
    }

    @Test
    void shouldAskForNoServiceWhenThePortIsGiven() {
        addresses.put("example.com", List.of("192.0.2.1", "2001:db8::1"));

        assertThat(locate("example.com", 5070, null, false)).containsExactly(
            hop(SipTransport.UDP, "192.0.2.1:5070"), hop(SipTransport.UDP, "[2001:db8::1]:5070"));
        assertThat(asked).containsExactly("A example.com");
    }

    @Test
    void shouldPreferWhatNaptrPrefers() {
        naptrs.put("example.com", List.of(
            new Naptr(20, 1, "SIP+D2U", "_sip._udp.example.com"),
            new Naptr(10, 2, "SIP+D2T", "_sip._tcp.example.com"),
            new Naptr(10, 1, "sips+d2t", "_sips._tcp.example.com"),
            new Naptr(1, 1, "E2U+sip", "other.example.com")));
        srvs.put("_sip._udp.example.com", List.of(new Srv(1, 0, 5060, "a.example.com")));
        srvs.put("_sip._tcp.example.com", List.of(new Srv(1, 0, 5070, "a.example.com")));
        srvs.put("_sips._tcp.example.com", List.of(new Srv(1, 0, 5071, "a.example.com")));
        addresses.put("a.example.com", List.of("192.0.2.1"));

        assertThat(locate("example.com", 0, null, false)).containsExactly(
            hop(SipTransport.TLS, "192.0.2.1:5071"), hop(SipTransport.TCP, "192.0.2.1:5070"),
            hop(SipTransport.UDP, "192.0.2.1:5060"));
        assertThat(locate("example.com", 0, null, true)).containsExactly(hop(SipTransport.TLS, "192.0.2.1:5071"));
        assertThat(asked).noneMatch(question -> question.contains("other"));
    }

    @Test
    void shouldAskForEachServiceWithoutNaptr() {
        srvs.put("_sip._tcp.example.com", List.of(new Srv(2, 0, 5070, "b.example.com"), new Srv(1, 0, 5080,
            "a.example.com")));
        addresses.put("a.example.com", List.of("192.0.2.1"));
        addresses.put("b.example.com", List.of("192.0.2.2"));

        assertThat(locate("example.com", 0, null, false))
            .containsExactly(hop(SipTransport.TCP, "192.0.2.1:5080"), hop(SipTransport.TCP, "192.0.2.2:5070"));
        assertThat(locate("example.com", 0, SipTransport.TCP, false)).hasSize(2);
        assertThat(asked).contains("SRV _sip._udp.example.com", "SRV _sips._tcp.example.com");
    }

    @Test
    void shouldAskForTheNameItselfWithoutSrv() {
        addresses.put("example.com", List.of("192.0.2.1"));

        assertThat(locate("example.com", 0, null, false)).containsExactly(hop(SipTransport.UDP, "192.0.2.1:5060"));
        assertThat(locate("example.com", 0, SipTransport.TLS, false))
            .containsExactly(hop(SipTransport.TLS, "192.0.2.1:5061"));
        assertThat(locate("nowhere.example.com", 0, null, false)).isEmpty();
    }

    @Test
    void shouldFindNothingForTransportsThatItHasNot() {
        addresses.put("example.com", List.of("192.0.2.1"));

        assertThat(locate("example.com", 0, SipTransport.SCTP, false)).isEmpty();
        assertThat(locate("example.com", 0, SipTransport.WS, false)).isEmpty();
        assertThat(locate("example.com", 0, SipTransport.UDP, true)).isEmpty();
    }

    @Test
    void shouldSpreadByWeight() {
        srvs.put("_sip._udp.example.com",
            List.of(new Srv(1, 90, 5060, "heavy.example.com"), new Srv(1, 10, 5060, "light.example.com")));
        addresses.put("heavy.example.com", List.of("192.0.2.1"));
        addresses.put("light.example.com", List.of("192.0.2.2"));
        int heavy = 0;
        for (int i = 0; i < 1_000; i++) {
            List<Hop> hops = locate("example.com", 0, SipTransport.UDP, false);
            assertThat(hops).hasSize(2);
            heavy += hops.getFirst().equals(hop(SipTransport.UDP, "192.0.2.1:5060")) ? 1 : 0;
        }

        assertThat(heavy).isBetween(850, 950);
    }

    @Test
    void shouldLimitWhatIsTried() {
        List<Srv> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(new Srv(i, 0, 5060, "a.example.com"));
        }
        srvs.put("_sip._udp.example.com", many);
        addresses.put("a.example.com", List.of("192.0.2.1", "192.0.2.2", "192.0.2.3"));

        assertThat(locate("example.com", 0, SipTransport.UDP, false)).hasSize(8);
        assertThat(asked).hasSizeLessThan(10);
    }
}
