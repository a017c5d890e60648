package io.turnstone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
    @Test
    void shouldBeACompleteSingleNodeByDefault() {
        Settings settings = SettingsLoader.defaults();

        assertThat(settings.cluster().address()).isEmpty();
        assertThat(settings.fabric().address()).isEmpty();
        assertThat(settings.turn().defaultLifetime()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.admin().address()).isEqualTo(new HostPort("127.0.0.1", 9478));
        assertThat(settings.forwarding().socketBuffer().bytes()).isEqualTo(4 << 20);
    }

    @Test
    void shouldListenAndRelayOnTheMachinesAddressWhenNoneIsGiven() {
        Settings settings = SettingsLoader.defaults();

        HostPort expected = new HostPort(MachineAddress.text(), 3478);
        assertThat(settings.listen()).containsExactly(new ListenAddress(expected, expected));
        assertThat(settings.relay().addresses()).containsExactly(new RelayAddress(expected.host(), expected.host()));
    }

    @Test
    void shouldRelayOnTheListenersAddressesWhenNoneIsGiven() {
        Settings settings = new SettingsLoader()
            .set("listen", List.of("127.0.0.1:3478", "127.0.0.1:3479=192.0.2.9:3478", "[::1]:3478"))
            .load();

        assertThat(settings.relay().addresses()).extracting(RelayAddress::ip).containsExactly("127.0.0.1", "::1");
        assertThat(settings.listen().get(1).advertised()).hasToString("192.0.2.9:3478");
        assertThat(settings.listen().get(2).bind()).hasToString("[::1]:3478");
    }

    @Test
    void shouldPreferFlagsOverTheFileAndTheFileOverTheDefaults(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("turnstone.conf");
        Files.writeString(file, """
            turnstone.auth.realm = "file.example"
            turnstone.turn.user-quota = 7
            """);

        Settings settings = new SettingsLoader().file(file).set("turn.user-quota", "9", "--user-quota").load();

        assertThat(settings.auth().realm()).isEqualTo("file.example");
        assertThat(settings.turn().userQuota()).isEqualTo(9);
        assertThat(settings.turn().channelNumbers()).isEqualTo(Settings.ChannelNumbers.WIDE);
    }

    @Test
    void shouldTakeFromTheEnvironmentWhatTheFileNamesThere(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("turnstone.conf");
        Files.writeString(file, """
            turnstone.auth.realm = "of "${PATH}
            turnstone.auth.shared-secrets = [${PATH}, ${?TURNSTONE_TEST_SURELY_UNSET}]
            turnstone.admin.token = ${?TURNSTONE_TEST_SURELY_UNSET}
            """);

        Settings settings = new SettingsLoader().file(file).load();

        String path = System.getenv("PATH");
        assertThat(settings.auth().realm()).isEqualTo("of " + path);
        assertThat(settings.auth().sharedSecrets()).containsExactly(new Secret(path));
        assertThat(settings.admin().token()).isEmpty();
    }

    @Test
    void shouldLetTheFileChangeWhatAProfileTookFromTheEnvironment() {
        Settings settings = new SettingsLoader().text("""
            turnstone.auth.realm = "of "${PATH}
            turnstone.auth.realm = "still of "${PATH}
            """).load();

        assertThat(settings.auth().realm()).isEqualTo("still of " + System.getenv("PATH"));
    }

    @Test
    void shouldNameWhatTheEnvironmentLacks(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("turnstone.conf");
        Files.writeString(file, "turnstone.cluster.secret = ${TURNSTONE_TEST_SURELY_UNSET}");

        assertThatThrownBy(() -> new SettingsLoader().file(file).load())
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("TURNSTONE_TEST_SURELY_UNSET");
    }

    @Test
    void shouldReadSeveralPartsOfACluster() {
        Settings settings = new SettingsLoader()
            .set("cluster.address", "node-1.example:7400")
            .set("cluster.seeds", List.of("node-1.example:7400", "[2001:db8::1]:7400"))
            .set("cluster.secret", "sixteen letters!")
            .set("fabric.address", "192.0.2.1:7500")
            .set("auth.users", List.of("ann:pass:word"))
            .load();

        assertThat(settings.cluster().seeds()).extracting(HostPort::host)
            .containsExactly("node-1.example",
                "2001:db8::1");
        assertThat(settings.auth().users()).containsExactly(new UserCredential("ann", new Secret("pass:word")));
    }

    @Test
    void shouldRelayAtTheServiceAddressWhenThatIsTheClusters() {
        List<String> listen = List.of("0.0.0.0:3478=203.0.113.1:3478", "192.0.2.7:3479=203.0.113.1:3479");

        Settings cluster = new SettingsLoader().set("listen", listen).set("relay.mode", "cluster").load();
        Settings shared = new SettingsLoader().set("listen", listen).set("relay.mode", "shared").load();

        assertThat(cluster.relay().addresses()).containsExactly(new RelayAddress("203.0.113.1", "203.0.113.1"));
        assertThat(shared.relay().addresses()).containsExactly(new RelayAddress("192.0.2.7", "203.0.113.1"));
    }

    @Test
    void shouldRefuseFewerCommonPortsThanSlicesNeed() {
        assertThatThrownBy(
            () -> new SettingsLoader().set("relay.mode", "shared").set("relay.ports", "50000-50100").load())
            .hasMessageContaining("relay.ports")
            .hasMessageContaining("128 ports or more");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        relay.ports,                   70000-1,          FIRST-LAST
        relay.ports,                   80-90,            1024-65535
        relay.ports,                   49152,            FIRST-LAST
        relay.mode,                    many,             node
        relay.quarantine,              5 s,              from 60 s to 1 h
        relay.quarantine,              60,               with its unit
        turn.user-quota,               -1,               from 0 to 1000000
        turn.user-quota,               many,             a whole number
        turn.default-lifetime,         2 h,              from 1 s to 1 h
        turn.maximum-lifetime,         5 min,            at most turn.maximum-lifetime
        turn.channel-numbers,          0x4000,           `wide, strict`
        turn.address-family,           ipv6,             `ipv4, client`
        auth.realm,                    ``,               not empty
        auth.nonce-lifetime,           1 min,            from 10 min to 24 h
        forwarding.forwarders,         1000,             from 0 to 128
        forwarding.socket-buffer,      4,                with its unit
        forwarding.socket-buffer,      4 TB,             `B, KiB, MiB or GiB`
        admin.address,                 9478,             HOST:PORT
        admin.address,                 127.0.0.1:99999,  HOST:PORT
        admin.address,                 ::1:9478,         IPv6 as [IP]:PORT
        cluster.address,               host:1,           since cluster.address is set
        cluster.secret,                short,            16 characters
        cluster.acknowledgements,      3,                from 1 to 2
        cluster.return-path,           any,              `direct, attachment`
        cluster.failover,              slow,             `fast, balanced, patient`
        cluster.suspect-after,         100 ms,           at least twice
        cluster.tombstone,             1 s,              from 40 s
        fabric.term-length,            3 MiB,            a power of two
        fabric.address,                127.0.0.1:9,      since fabric.address is set
        signaling.domain,              sip.example.com,  since signaling.domain is set
        signaling.domain,              a b,              HOST or HOST:PORT
        signaling.advertise,           sip.test:0,       HOST or HOST:PORT
        signaling.advertise,           [::g],            HOST or HOST:PORT
        signaling.certificate,         chain.pem,        together with private-key
        signaling.private-key,         key.pem,          together with certificate
        signaling.default-expiry,      3 h,              at most signaling.maximum-expiry
        signaling.flow-timer,          1 s,              from 30 s to 1 h
        doors.default-lifetime,        3 d,              at most doors.maximum-lifetime
        doors.requests-per-second,     0,                from 1 to 100000
        doors.in-registrations,        true,             at least one
        """)
    void shouldNameKeyValueAndWhatIsAllowedWhenAValueIsWrong(String key, String value, String allowed) {
        SettingsLoader loader = new SettingsLoader().set(key, value, "--flag");

        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, loader::load);

        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).startsWith("turnstone.").contains(allowed).doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        listen,           0.0.0.0:3478,                 a wildcard IP only with its public part
        listen,           example.com:3478,             IP:PORT
        listen,           127.0.0.1,                    IP:PORT
        listen,           127.0.0.1:0,                  IP:PORT
        listen,           127.0.0.1:3478=[::1]:3478,    one family
        relay.addresses,  0.0.0.0,                      no wildcard
        relay.addresses,  256.1.1.1,                    IP[=PUBLIC_IP]
        relay.addresses,  127.0.0.1=x,                  IP[=PUBLIC_IP]
        peers.allow,      10.0.0.0/33,                  ADDRESS/LENGTH
        peers.deny,       fe80::/129,                   ADDRESS/LENGTH
        cluster.seeds,    host,                         HOST:PORT
        signaling.listen-ws,    sip.example.com:80,     IP:PORT
        signaling.listen-sip,   127.0.0.1:0,            IP:PORT
        signaling.trunk.addresses, sip.example.com:5060, tls:HOST
        signaling.origins,      phone.example.com,      SCHEME://HOST
        """)
    void shouldNameTheElementWhenAListHoldsAWrongOne(String key, String element, String allowed) {
        SettingsLoader loader = new SettingsLoader().set(key, List.of(element), "--flag");

        assertThatThrownBy(loader::load).isInstanceOf(ConfigurationException.class)
            .hasMessageStartingWith("turnstone." + key + " = \"" + element + "\" (from --flag)")
            .hasMessageContaining(allowed);
    }

    @Test
    void shouldRefuseTheSameListenerTwice() {
        SettingsLoader loader = new SettingsLoader().set("listen", List.of("127.0.0.1:3478", "127.0.0.1:3478"));

        assertThatThrownBy(loader::load).hasMessageContaining("127.0.0.1:3478")
            .hasMessageContaining("each address once");
    }

    @Test
    void shouldReadWhereSignalingIsServed() {
        Settings.Signaling signaling = signalingNode()
            .set("signaling.listen-sip", List.of("0.0.0.0:5060", "[::1]:5060"))
            .set("signaling.advertise", "[2001:DB8::1]:5060")
            .load()
            .signaling();

        assertThat(signaling.domain()).contains(new SipHost("sip.example.com", 0));
        assertThat(signaling.listenSip()).hasToString("[0.0.0.0:5060, [::1]:5060]");
        assertThat(signaling.listenSip()).extracting(IpPort::isWildcard).containsExactly(true, false);
        assertThat(signaling.advertise())
            .hasValueSatisfying(host -> assertThat(host).hasToString("[2001:db8::1]:5060"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        domain,       sip.example.com:5060,  without a port
        listen-sip,   127.0.0.1:80,          each address once
        listen-wss,   127.0.0.1:443,         without signaling.certificate
        listen-sips,  127.0.0.1:443,         without signaling.certificate
        """)
    void shouldRefuseWhatDoesNotGoTogetherInSignaling(String key, String value, String allowed) {
        SettingsLoader loader = signalingNode();
        loader.set("signaling." + key, key.equals("domain") ? value : List.of(value));

        assertThatThrownBy(loader::load).hasMessageStartingWith("turnstone.signaling." + key)
            .hasMessageContaining(allowed);
    }

    @Test
    void shouldTakeSignalingOnANodeOfACluster() {
        Settings settings = signalingNode().set("cluster.address", "127.0.0.1:7400")
            .set("cluster.seeds", List.of("127.0.0.1:7400"))
            .set("cluster.secret", "sixteen letters!")
            .set("fabric.address", "127.0.0.1:7500")
            .load();

        assertThat(settings.signaling().domain().orElseThrow().host()).isEqualTo("sip.example.com");
    }

    @Test
    void shouldRefuseAListenerOfSignalingWithoutADomain() {
        SettingsLoader loader = new SettingsLoader().set("signaling.listen-sips", List.of("127.0.0.1:5061"));

        assertThatThrownBy(loader::load)
            .hasMessageStartingWith("turnstone.signaling.listen-sips = \"127.0.0.1:5061\"")
            .hasMessageContaining("without signaling.domain");
    }

    private static SettingsLoader signalingNode() {
        return new SettingsLoader().set("signaling.domain", "SIP.example.com")
            .set("signaling.listen-ws", List.of("127.0.0.1:80"));
    }

    @Test
    void shouldAskForARelayAddressWhenOnlyWildcardsListen() {
        SettingsLoader loader = new SettingsLoader().set("listen", List.of("0.0.0.0:3478=192.0.2.1:3478"));

        assertThatThrownBy(loader::load).hasMessageContaining("turnstone.relay.addresses");
    }

    @Test
    void shouldHideSecretsInErrorMessages() {
        SettingsLoader loader = new SettingsLoader().set("auth.users", List.of("secretWithoutColon"));

        assertThatThrownBy(loader::load).hasMessageContaining("(hidden)").hasMessageNotContaining("secretWithoutColon");
        assertThat(new UserCredential("ann", new Secret("pw"))).asString().doesNotContain("pw");
    }

    @Test
    void shouldSuggestTheNearestKeyWhenOneIsUnknown() {
        SettingsLoader loader = new SettingsLoader().text("turnstone.relay.port = \"5000-6000\"");

        assertThatThrownBy(loader::load).isInstanceOf(ConfigurationException.class)
            .hasMessageStartingWith("turnstone.relay.port ")
            .hasMessageEndingWith("did you mean turnstone.relay.ports?");
    }

    @Test
    void shouldRefuseKeysOutsideItsNamespace() {
        assertThatThrownBy(new SettingsLoader().text("turnstnoe.listen = []")::load)
            .hasMessageContaining("did you mean turnstone.listen?");
    }

    @Test
    void shouldNameFileAndLineWhenTheFileHoldsAWrongValue(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("wrong.conf");
        Files.writeString(file, "\nturnstone.turn.user-quota = lots\n");

        assertThatThrownBy(new SettingsLoader().file(file)::load).hasMessageContaining("wrong.conf: 2");
    }

    @Test
    void shouldSaySoWhenTheFileIsNotThereOrNotHocon(@TempDir Path directory) throws IOException {
        Path broken = directory.resolve("broken.conf");
        Files.writeString(broken, "turnstone {");

        assertThatThrownBy(() -> new SettingsLoader().file(directory.resolve("none.conf")))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("none.conf");
        assertThatThrownBy(() -> new SettingsLoader().file(broken)).isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("HOCON");
    }
}
