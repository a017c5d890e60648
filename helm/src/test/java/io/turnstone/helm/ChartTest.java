package io.turnstone.helm;

import static io.turnstone.helm.Manifests.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ChartTest {
    static final List<String> VALUE_SETS = Chart.valueSets();

    private static final Map<String, Model> MODELS = Map.of("ConfigMap", V1ConfigMap::validateJsonElement,
        "NetworkPolicy", V1NetworkPolicy::validateJsonElement, "PodDisruptionBudget",
        V1PodDisruptionBudget::validateJsonElement, "Service", V1Service::validateJsonElement, "ServiceAccount",
        V1ServiceAccount::validateJsonElement, "StatefulSet", V1StatefulSet::validateJsonElement);

    /** Kubernetes' own model of a kind: it refuses a field that it does not know. */
    @FunctionalInterface
    private interface Model {
        void validate(JsonElement manifest) throws IOException;
    }

    @Test
    void shouldPassLintAsItIs() {
        assertThat(new Helm(Chart.DIRECTORY).lint().strict().call()).matches(result -> !result.isFailed());
    }

    @ParameterizedTest
    @FieldSource("VALUE_SETS")
    void shouldPassLintWithEveryValueSet(String valueSet, @TempDir Path directory) {
        LintResult result = new Helm(Chart.copyWith(valueSet, directory)).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @FieldSource("VALUE_SETS")
    void shouldRenderOnlyWhatKubernetesKnows(String valueSet) throws IOException {
        Manifests manifests = Chart.render(valueSet);

        assertThat(manifests.all()).hasSizeGreaterThanOrEqualTo(4);
        for (JsonObject manifest : manifests.all()) {
            model(manifest).validate(manifest);
        }
    }

    @Test
    void shouldNoticeAFieldThatKubernetesDoesNotKnow() {
        JsonObject manifest = Chart.render("cluster").only("StatefulSet");
        at(manifest, "spec.template.spec.containers.0").getAsJsonObject().addProperty("readOnlyRootFilesystem", true);

        assertThatThrownBy(() -> model(manifest).validate(manifest)).hasMessageContaining("readOnlyRootFilesystem");
    }

    private static Model model(JsonObject manifest) {
        Model model = MODELS.get(manifest.get("kind").getAsString());
        if (model == null) {
            throw new AssertionError("no model for " + manifest);
        }
        return model;
    }

    @ParameterizedTest
    @FieldSource("VALUE_SETS")
    void shouldKeepTheClientsSourceAddressAndNamePodsBeforeTheyAreReady(String valueSet) {
        List<JsonObject> services = Chart.render(valueSet).of("Service");

        JsonObject nodes = service(services, true);
        JsonObject clients = service(services, false);
        assertThat(at(nodes, "spec.publishNotReadyAddresses").getAsBoolean()).isTrue();
        assertThat(at(clients, "spec.externalTrafficPolicy").getAsString()).isEqualTo("Local");
        assertThat(at(clients, "spec.ports").getAsJsonArray()).hasSize(1);
        assertThat(at(clients, "spec.ports.0.protocol").getAsString()).isEqualTo("UDP");
    }

    private static JsonObject service(List<JsonObject> services, boolean headless) {
        return services.stream()
            .filter(service -> at(service, "spec").getAsJsonObject().has("clusterIP") == headless)
            .findFirst()
            .orElseThrow();
    }

    @ParameterizedTest
    @FieldSource("VALUE_SETS")
    void shouldRunWithoutPrivileges(String valueSet) {
        Manifests manifests = Chart.render(valueSet);

        assertThat(manifests.pod("securityContext.runAsNonRoot").getAsBoolean()).isTrue();
        assertThat(manifests.pod("automountServiceAccountToken").getAsBoolean()).isFalse();
        assertThat(manifests.container("securityContext.readOnlyRootFilesystem").getAsBoolean()).isTrue();
        assertThat(manifests.container("securityContext.allowPrivilegeEscalation").getAsBoolean()).isFalse();
        assertThat(manifests.container("securityContext.capabilities.drop").toString()).isEqualTo("[\"ALL\"]");
    }

    @ParameterizedTest
    @FieldSource("VALUE_SETS")
    void shouldTakeEverySecretFromTheSecret(String valueSet) {
        Manifests manifests = Chart.render(valueSet);

        Stream<JsonObject> environment = manifests.container("env")
            .getAsJsonArray()
            .asList()
            .stream()
            .map(
                JsonElement::getAsJsonObject);
        assertThat(
            environment.filter(variable -> variable.get("name").getAsString().matches(".*(SECRET|TOKEN|USER).*")))
            .isNotEmpty()
            .allSatisfy(variable -> assertThat(at(variable, "valueFrom.secretKeyRef.name").getAsString())
                .isEqualTo("turnstone-secrets"));
        assertThat(manifests.file("turnstone.conf")).doesNotContain("secret =").doesNotContain("token =");
    }

    @Test
    void shouldUseTheMachinesNetworkWhereTheRelayModeNeedsIt() {
        assertThat(Chart.render("cluster").podHas("hostNetwork")).isFalse();
        assertThat(Chart.render("node-mapped").podHas("hostNetwork")).isFalse();
        for (String valueSet : List.of("node", "shared")) {
            Manifests manifests = Chart.render(valueSet);
            assertThat(manifests.pod("hostNetwork").getAsBoolean()).isTrue();
            assertThat(manifests.pod("dnsPolicy").getAsString()).isEqualTo("ClusterFirstWithHostNet");
            assertThat(manifests.container("readinessProbe.httpGet.host").getAsString()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void shouldDrainBeforeAPodEndsAndGiveItTheTime() {
        Manifests manifests = Chart.render("everything");

        assertThat(manifests.container("lifecycle.preStop.exec.command").toString())
            .isEqualTo("[\"turnstone\",\"drain\",\"--admin\",\"127.0.0.1:9478\"]");
        assertThat(manifests.pod("terminationGracePeriodSeconds").getAsInt()).isEqualTo(60 + 20 + 30);
        assertThat(Chart.render("node").containerHas("lifecycle")).as("a drain without a token").isFalse();
    }

    @Test
    void shouldSizeSharedMemoryByTheSettingsOfTheFabric() {
        Manifests small = Chart.render("cluster", Map.of("cluster.sizeMaximum", 3));
        Manifests large = Chart.render("shared");

        assertThat(sharedMemory(small)).isEqualTo("148Mi");
        assertThat(sharedMemory(large)).isEqualTo("1794Mi");
    }

    private static String sharedMemory(Manifests manifests) {
        assertThat(manifests.container("volumeMounts.1.mountPath").getAsString()).isEqualTo("/dev/shm");
        assertThat(manifests.pod("volumes.1.emptyDir.medium").getAsString()).isEqualTo("Memory");
        return manifests.pod("volumes.1.emptyDir.sizeLimit").getAsString();
    }

    @Test
    void shouldTellWhatToDoNext() {
        assertThat(Chart.notes("node")).contains("create secret generic turnstone-secrets",
            "--from-literal=cluster-secret",
            "7400 (TCP)", "7500-7501 (UDP)");
        assertThat(Chart.notes("cluster")).contains("203.0.113.7:3478", "port-forward pod/calls-turnstone-0 9478")
            .doesNotContain("machines' network");
    }
}
