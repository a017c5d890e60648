package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page that {@code node/ROOMS.md} shows, taken from there as it stands, in two browsers. */
@Timeout(120)
class RoomsPageIT {
    private static final Pattern PAGE = Pattern.compile("```html\\n(.*?)```", Pattern.DOTALL);
    private static final String DOCUMENTED = "'wss://HOST/v1/rooms'";
    /** Seconds of the other's video that have been shown, or -1 while there is none. */
    private static final String SHOWN = """
        () => {
            const video = document.querySelector('#others video');
            return video && video.videoWidth > 0 ? video.currentTime : -1;
        }""";
    private static final String OTHERS = "document.querySelectorAll('#others video').length";

    private final int webSocketPort = FreePorts.one();
    private final HttpServer site;

    RoomsPageIT() throws IOException {
        String page = page().replace(DOCUMENTED, "'ws://127.0.0.1:" + webSocketPort + "/v1/rooms'");
        String credential = "{\"username\":\"" + TurnstoneNode.USER + "\",\"credential\":\"" + TurnstoneNode.PASSWORD
            + "\"}";
        site = HttpServer.create(Loopback.ipv4(0), 0);
        site.createContext("/", exchange -> respond(exchange, "text/html", page));
        site.createContext("/my-back-end/credential", exchange -> respond(exchange, "application/json", credential));
        site.start();
    }

    @AfterEach
    void stop() {
        site.stop(0);
    }

    private static String page() throws IOException {
        Matcher page = PAGE.matcher(Files.readString(TurnstoneNode.repositoryRoot().resolve("node/ROOMS.md")));
        assertThat(page.find()).isTrue();
        assertThat(page.group(1)).contains(DOCUMENTED);
        return page.group(1);
    }

    private static void respond(HttpExchange exchange, String type, String text) throws IOException {
        try (exchange) {
            byte[] octets = text.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(200, octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    private void visit(Page page) {
        page.navigate("http://127.0.0.1:" + site.getAddress().getPort() + "/");
    }

    private static double shown(Page page) {
        return ((Number) page.evaluate(SHOWN)).doubleValue();
    }

    private static int others(Page page) {
        return ((Number) page.evaluate(OTHERS)).intValue();
    }

    @Test
    void shouldShowEverybodyInTheRoomToEachOther() throws IOException {
        int port = FreePorts.one();
        try (
            TurnstoneNode node = TurnstoneNode.start(Tools.ARTEFACTS, 32, "--listen", "127.0.0.1:" + port, "--turn-url",
                "turn:127.0.0.1:" + port + "?transport=udp", "--sip-domain", "rooms.test", "--listen-ws",
                "127.0.0.1:" + webSocketPort, "--room-grace", "1 s", "--shared-secret", TurnstoneCluster.REST_SECRET);
            Browsers browsers = Browsers.start()) {
            Page first = browsers.page();
            visit(first);
            await().atMost(20, TimeUnit.SECONDS)
                .until(() -> node.admin().metrics().sum("turnstone_rooms_joined_total") == 1);
            Page second = browsers.page();
            visit(second);

            await().atMost(30, TimeUnit.SECONDS).until(() -> shown(first) > 0 && shown(second) > 0);
            double before = shown(first);
            await().atMost(10, TimeUnit.SECONDS).until(() -> shown(first) > before + 1);
            assertThat(node.admin().body("/v1/allocations?call=room%2Fstand-up")).contains(TurnstoneNode.USER);

            second.close();
            await().atMost(20, TimeUnit.SECONDS).until(() -> others(first) == 0);
        }
    }
}
