package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerPolicyTest {
    private static final IpAddress RELAYED = IpAddress.parse("127.0.0.1");

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "11.0.0.1", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.17", "2606:4700::1111", "2001:4860::8888",
        "2001:200::1", "2400::1", "3ffe::1", "2620:4f:8001::1"})
    void shouldAllowOrdinaryHosts(String peer) {
        assertThat(policy("", "").allows(IpAddress.parse(peer))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
        "100.100.100.200", "127.0.0.0", "127.0.0.2", "127.255.255.255", "169.254.0.0", "169.254.169.254",
        "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.9", "192.0.0.170", "192.0.2.1",
        "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "192.175.48.1",
        "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "168.63.129.16"})
    void shouldDenySpecialIpv4(String peer) {
        assertThat(policy("", "").allows(IpAddress.parse(peer))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:1::1", "2001:2::1",
        "2001:10::1", "2001:20::1", "2001:db8::1", "2002::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1",
        "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"})
    void shouldDenySpecialIpv6(String peer) {
        assertThat(policy("", "").allows(IpAddress.parse(peer))).isFalse();
    }

    /** Even where the setting opens the range that disguises it. */
    @ParameterizedTest
    @ValueSource(strings = {
        // IPv4-mapped and IPv4-compatible
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1",
        // 6to4 of 10.0.0.1 and 127.0.0.2
        "2002:a00:1::1", "2002:7f00:2::",
        // NAT64 of 10.0.0.1 and 169.254.169.254
        "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe",
        // local NAT64 of 10.0.0.1 with prefixes of 96, 64, 56 and 48 bits
        "64:ff9b:1::a00:1", "64:ff9b:1:0:a:0:100::", "64:ff9b:1:a:0:1::", "64:ff9b:1:a00:0:100::",
        // Teredo with the server 10.0.0.1, then with the client 10.0.0.1
        "2001:0:a00:1::f7f7:f7f7", "2001:0:808:808::f5ff:fffe"})
    void shouldDenyDeniedIpv4InEveryDisguise(String peer) {
        PeerPolicy open = policy("::/96,2002::/16,64:ff9b::/96,64:ff9b:1::/48,2001::/32", "");
        assertThat(open.allows(IpAddress.parse(peer))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2002:808:808::1", "64:ff9b::808:808", "64:ff9b:1::808:808", "2001:0:808:808::f7f7:f7f7"})
    void shouldAllowDisguisesOfOrdinaryHostsOnlyWhereASettingOpensTheirRange(String peer) {
        assertThat(policy("", "").allows(IpAddress.parse(peer))).isFalse();
        PeerPolicy open = policy("2002::/16,64:ff9b::/96,64:ff9b:1::/48,2001::/32", "");
        assertThat(open.allows(IpAddress.parse(peer))).isTrue();
        PeerPolicy closed = policy("2002::/16,64:ff9b::/96,64:ff9b:1::/48,2001::/32", "8.8.0.0/16");
        assertThat(closed.allows(IpAddress.parse(peer))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        10.1.2.3    | 10.0.0.0/8              |             | true
        10.1.2.3    | 10.0.0.0/8              | 10.1.0.0/16 | false
        10.2.2.3    | 10.0.0.0/8              | 10.1.0.0/16 | true
        8.8.8.8     |                         | 8.8.8.0/24  | false
        8.8.8.8     | 8.8.8.8                 | 8.8.8.0/24  | false
        fd00::1     | fd00::/8                |             | true
        2002:a00:1::| 10.0.0.0/8              |             | false
        2002:a00:1::| 10.0.0.0/8,2002::/16    |             | true
        """)
    void shouldLetAllowOpenAndDenyClose(String peer, String allow, String deny, boolean expected) {
        assertThat(policy(allow, deny).allows(IpAddress.parse(peer))).isEqualTo(expected);
    }

    @Test
    void shouldAllowTheClustersOwnRelayAddressWhateverItsRange() {
        assertThat(policy("", "").allows(RELAYED)).isTrue();
        assertThat(policy("", "127.0.0.0/8").allows(RELAYED)).isFalse();
    }

    private static PeerPolicy policy(String allow, String deny) {
        return new PeerPolicy(prefixes(allow), prefixes(deny), RELAYED::equals);
    }

    private static List<IpPrefix> prefixes(String text) {
        return text == null || text.isEmpty()
            ? List.of()
            : Arrays.stream(text.split(",", -1)).map(IpPrefix::parse).toList();
    }
}
