package io.turnstone.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReferenceConfTest {
    private static final Pattern KEY = Pattern.compile("\\s*([a-z-]+) = .*");

    @Test
    void shouldHaveASettingsFieldForEveryKeyAndAKeyForEveryField() {
        List<String> keys = ConfigFactory.parseResources("reference.conf")
            .entrySet()
            .stream()
            .map(entry -> entry.getKey())
            .toList();
        assertThat(keys).containsExactlyInAnyOrderElementsOf(SettingsBinder.keys(Settings.class, SettingsLoader.ROOT));
    }

    @Test
    void shouldExplainEveryKeyInACommentAboveIt() throws IOException {
        List<String> unexplained = new ArrayList<>();
        String above = "";
        for (String line : reference().lines().toList()) {
            Matcher key = KEY.matcher(line);
            if (key.matches() && !above.strip().startsWith("#")) {
                unexplained.add(key.group(1));
            }
            above = line;
        }
        assertThat(unexplained).isEmpty();
    }

    @Test
    void shouldLoadTheProfileForOneMachine() {
        Settings settings = new SettingsLoader().text("include classpath(\"local.conf\")").load();

        assertThat(settings.forwarding().forwarders()).isEqualTo(1);
        assertThat(settings.cluster().failover()).isEqualTo(Settings.Failover.BALANCED);
    }

    @Test
    void shouldLoadTheProfileForPodsFromTheirEnvironment() {
        Map<String, String> environment = Map.of("TURNSTONE_POD_IP", "10.1.2.3", "TURNSTONE_CLUSTER_HOST",
            "pod-0.nodes",
            "TURNSTONE_CLUSTER_SECRET", "sixteen characters", "TURNSTONE_ADMIN_TOKEN", "token");
        String profile = ConfigFactory.parseResources("kubernetes.conf")
            .resolveWith(ConfigFactory.parseMap(environment))
            .root()
            .render();

        Settings settings = new SettingsLoader().text(profile)
            .set("cluster.seeds", List.of("pod-0.nodes:25520"))
            .load();

        assertThat(settings.cluster().address()).contains(new HostPort("pod-0.nodes", 25520));
        assertThat(settings.cluster().returnPath()).isEqualTo(Settings.ReturnPath.ATTACHMENT);
        assertThat(settings.fabric().address()).contains(new HostPort("10.1.2.3", 40100));
        assertThat(settings.admin().token()).contains(new Secret("token"));
    }

    private static String reference() throws IOException {
        try (InputStream in = Objects.requireNonNull(Settings.class.getResourceAsStream("/reference.conf"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
