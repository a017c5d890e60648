package io.turnstone.helm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever writes a wrong value is told which one, and what may stand there. */
class WrongValuesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "replicas              | 0              | '/replicas': minimum: got 0, want 1",
        "replicas              | three          | '/replicas': got string, want integer",
        "replica               | 3              | additional properties 'replica' not allowed",
        "relay.mode            | kernel         | '/relay/mode': value must be one of 'cluster', 'shared', 'node'",
        "relay.port            | 3478           | '/relay': additional properties 'port' not allowed",
        "relay.ports           | 49152          | '/relay/ports': got number, want string",
        "relay.ports           | all            | '/relay/ports': 'all' does not match pattern '^[0-9]{4,5}-[0-9]{4,5}$'",
        "relay.addresses       | 198.51.100.1   | '/relay/addresses': got string, want array",
        "relay.addresses[0]    | relay.example  | '/relay/addresses/0': 'relay.example' does not match pattern",
        "publicAddress         | turn.example   | '/publicAddress': 'turn.example' is not valid ipv4",
        "publicPort            | 70000          | '/publicPort': maximum: got 70,000, want 65,535",
        "ipFamily              | both           | '/ipFamily': value must be one of 'IPv4', 'IPv6'",
        "hostNetwork           | maybe          | '/hostNetwork': got string, want null or boolean",
        "cluster.failover      | at-once        | '/cluster/failover': value must be one of 'fast', 'balanced', 'patient'",
        "cluster.sizeMaximum   | 65             | '/cluster/sizeMaximum': maximum: got 65, want 64",
        "fabric.termLengthMiB  | 3              | '/fabric/termLengthMiB': value must be one of 1, 2, 4, 8, 16, 32, 64",
        "ports.admin           | 80             | '/ports/admin': minimum: got 80, want 1,024",
        "service.type          | ClusterIP      | '/service/type': value must be one of 'LoadBalancer', 'NodePort'",
        "secret.sharedSecret   | in-the-clear   | '/secret': additional properties 'sharedSecret' not allowed",
        "secret.clusterSecretKey | a b          | '/secret/clusterSecretKey': 'a b' does not match pattern",
        "image.pullPolicy      | Sometimes      | '/image/pullPolicy': value must be one of 'IfNotPresent', 'Always', 'Never'",
        "topologySpread        | Please         | '/topologySpread': value must be one of 'ScheduleAnyway', 'DoNotSchedule'",
        "drain.seconds         | -1             | '/drain/seconds': minimum: got -1, want 0",
        "resources.limit.cpu   | 1              | '/resources': additional properties 'limit' not allowed"})
    void shouldRefuseByTheSchema(String path, String value, String words) {
        Object typed = value.matches("-?\\d+") ? Integer.valueOf(value) : value;

        assertThatThrownBy(() -> Chart.render("cluster", Map.of(path, typed))).hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "publicAddress=                      | publicAddress is needed: the IP address that clients send to",
        "publicAddress=2001:db8::7           | publicAddress = 2001:db8::7 is not of ipFamily = IPv4",
        "secret.name=                        | secret.name is needed",
        "secret.sharedSecretKeys=null        | without either no client can authenticate",
        "relay.mode=shared                   | relay.addresses is needed with relay.mode = shared",
        "relay.mode=node;relay.addresses[0]=198.51.100.1 | relay.addresses has 1 addresses for replicas = 3",
        "relay.addresses[0]=10.0.0.1=198.51.100.1 | relay.addresses = 10.0.0.1=198.51.100.1 is not allowed with relay.mode = cluster",
        "replicas=9                          | replicas = 9 is above cluster.sizeMaximum = 8"})
    void shouldRefuseWhatDoesNotFitTogether(String assignments, String words) {
        Map<String, Object> values = new HashMap<>();
        for (String assignment : assignments.split(";", -1)) {
            int equals = assignment.indexOf('=');
            String value = assignment.substring(equals + 1);
            values.put(assignment.substring(0, equals), value.matches("\\d+") ? Integer.valueOf(value) : value);
        }

        assertThatThrownBy(() -> Chart.render("cluster", values)).hasMessageContaining(words);
    }
}
