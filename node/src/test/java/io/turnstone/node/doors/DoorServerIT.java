package io.turnstone.node.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.node.auth.RestSecrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DoorServerIT {
    private static final DoorSettings SETTINGS = new DoorSettings(
        List.of(new ApiKey("shop", "sixteen-letters-or-more")),
        new IceUrls(List.of("turn:192.0.2.1:3478")), 600, 3600, 100);
    private static final CredentialIssuer ISSUER = new CredentialIssuer(
        new RestSecrets(List.of("north"), RestSecrets.DEFAULT_SEPARATOR));

    private final HttpClient http = HttpClient.newHttpClient();
    private final DoorServer server = start(0);

    private static DoorServer start(int port) {
        return DoorServer.start(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), SETTINGS,
            ISSUER,
            () -> 1_795_000_000_000L, new Random(1));
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.addresses().getFirst().getPort() + path))
            .header("Authorization", "Bearer sixteen-letters-or-more");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldAnswerInJsonThatNobodyKeeps() throws IOException, InterruptedException {
        HttpResponse<String> response = send(
            request("/v1/turn/credentials").POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"ä\"}")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body()).contains("\"username\":\"1795000600:ä\"");
        assertThat(server.counters().get(DoorCounter.ISSUED)).isEqualTo(1);
    }

    @Test
    void shouldReadTheQuery() throws IOException, InterruptedException {
        assertThat(send(request("/?service=turn&username=a%40b&ttl=60").GET()).body())
            .contains("\"username\":\"1795000060:a@b\"");
    }

    @Test
    void shouldRefuseBodiesThatAreTooLong() throws IOException, InterruptedException {
        HttpResponse<String> response = send(
            request("/v1/turn/credentials").POST(HttpRequest.BodyPublishers.ofString(" ".repeat(5_000))));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("4096 octets");
    }

    @Test
    void shouldTellHowToAuthenticate() throws IOException, InterruptedException {
        HttpResponse<String> response = send(
            HttpRequest.newBuilder(request("/2010-04-01/Accounts/shop/Tokens.json").build().uri())
                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).get().asString().startsWith("Basic realm=");
    }

    @Test
    void shouldSayInOneLineWhenTheAddressIsTaken() {
        int taken = server.addresses().getFirst().getPort();

        assertThatThrownBy(() -> start(taken).close()).isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("turnstone.doors.listen-http: cannot listen on 127.0.0.1:" + taken);
    }
}
