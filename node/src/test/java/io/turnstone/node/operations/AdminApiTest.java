package io.turnstone.node.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.config.Secret;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.node.fib.LegCounters;
import io.turnstone.node.replication.Lineage;
import io.turnstone.node.rib.AllocateAnswer;
import io.turnstone.node.rib.Channel;
import io.turnstone.node.rib.Mobility;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.node.session.CallOutcome;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.CallTimes;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminApiTest {
    private static final long NOW_MS = 1_000_000;

    private static final List<CallView> CALLS = List.of(
        new CallView("a84b", new CallState(new CallParties("sip:alice@a.example", "sip:bob@a.example", "tag"), "",
            List.of(7L), new CallTimes(1_000, 0, 0, 0), CallOutcome.NONE, 0)));

    private boolean drained;

    @ParameterizedTest
    @CsvSource({"true, , '', 405", "false, , 'Bearer token', 403", "false, token, '', 401",
        "false, token, 'Bearer wrong', 401",
        "false, token, 'Bearer token', 405"})
    void shouldAskForTheTokenBeforeAnythingElseWhenWritingFromAnotherMachine(boolean loopback, String token,
        String authorization, int status) {
        AdminApi api = new AdminApi(new Views(), () -> drained = true, () -> NOW_MS, loopback,
            Optional.ofNullable(token).map(Secret::new));

        assertThat(answer(api, "POST", Map.of(), authorization).status()).isEqualTo(status);
        assertThat(answer(api, "GET", Map.of(), "").status()).isEqualTo(200);
    }

    @Test
    void shouldDrainOnlyWhenAskedByPostWithTheToken() {
        AdminApi api = new AdminApi(new Views(), () -> drained = true, () -> NOW_MS, false,
            Optional.of(new Secret("token")));

        assertThat(drain(api, "POST", "").status()).isEqualTo(401);
        assertThat(drain(api, "GET", "Bearer token").status()).isEqualTo(405);
        assertThat(drained).isFalse();
        assertThat(drain(api, "POST", "Bearer token").status()).isEqualTo(202);
        assertThat(drained).isTrue();
    }

    private static AdminApi.Response drain(AdminApi api, String method, String authorization) {
        return api.answer(new AdminApi.Request(method, "/v1/drain", Map.of(), authorization))
            .toCompletableFuture()
            .join();
    }

    @Test
    void shouldPageThroughAllocations() {
        AdminApi api = new AdminApi(new Views(), () -> drained = true, () -> NOW_MS, true, Optional.empty());

        assertThat(answer(api, "GET", Map.of("limit", "2"), "").body()).contains("\"next\":\"0000000000000002\"");
        assertThat(answer(api, "GET", Map.of("limit", "2", "after", "0000000000000002"), "").body())
            .contains("\"id\":\"ffffffffffffffff\"", "\"next\":null")
            .doesNotContain("0000000000000001");
        assertThat(answer(api, "GET", Map.of("after", "x"), "").status()).isEqualTo(400);
        assertThat(answer(api, "GET", Map.of("limit", "1001"), "").status()).isEqualTo(400);
    }

    @Test
    void shouldListTheAllocationsOfACall() {
        AdminApi api = new AdminApi(new Views(), () -> drained = true, () -> NOW_MS, true, Optional.empty());

        assertThat(answer(api, "GET", Map.of("call", "a84b@host"), "").body()).contains("\"user\":\"ben#")
            .doesNotContain("\"user\":\"ann");
        assertThat(answer(api, "GET", Map.of("call", "other@host"), "").body()).contains("\"allocations\":[]");
    }

    @Test
    void shouldShowWhatIsLiveOfAnAllocation() {
        AdminApi api = new AdminApi(new Views(), () -> drained = true, () -> NOW_MS, true, Optional.empty());

        assertThat(answer(api, "GET", Map.of("limit", "1"), "").body()).isEqualTo("""
            {"allocations":[{"id":"0000000000000001","user":"ann \\"x\\"","client":"192.0.2.7:5000",\
            "serviceAddress":"192.0.2.1:3478","relayed":["192.0.2.1:50000"],"owner":"host:7400","home":"host:7401",\
            "expiresInSeconds":600,"permissions":[{"peer":"192.0.2.9","expiresInSeconds":300}],\
            "channels":[{"number":16384,"peer":"192.0.2.9:6000","expiresInSeconds":500}],\
            "packetsFromClient":1,"bytesFromClient":160,"packetsToClient":0,"bytesToClient":0}],\
            "next":"0000000000000001"}
            """);
    }

    private static AdminApi.Response answer(AdminApi api, String method, Map<String, String> query,
        String authorization) {
        return api.answer(new AdminApi.Request(method, "/v1/allocations", query, authorization))
            .toCompletableFuture()
            .join();
    }

    private static AllocationView allocation(long id) {
        FiveTuple fiveTuple = new FiveTuple(TransportAddress.parse("192.0.2.7:5000"),
            TransportAddress.parse("192.0.2.1:3478"),
            TransportProtocol.UDP);
        LegCounters counters = new LegCounters(1);
        counters.up(0, 160);
        AllocateAnswer answer = new AllocateAnswer(1, 2, 600, AllocateAnswer.Integrity.SHA1, OptionalLong.empty(),
            Optional.empty(), NOW_MS);
        Route route = new Route(id, Lineage.first(7), fiveTuple, List.of(TransportAddress.parse("192.0.2.1:50000")),
            id == 2 ? new TurnUser("ben", "a84b@host").account() : "ann \"x\"",
            NOW_MS, NOW_MS + 600_000, answer,
            List.of(new Permission(IpAddress.parse("192.0.2.8"), NOW_MS),
                new Permission(IpAddress.parse("192.0.2.9"), NOW_MS + 300_000)),
            List.of(new Channel(0x4000, TransportAddress.parse("192.0.2.9:6000"), NOW_MS + 500_000),
                new Channel(0x4001, TransportAddress.parse("192.0.2.9:6001"), NOW_MS)),
            Mobility.NONE);
        return new AllocationView(route, "host:7400", "host:7401", counters);
    }

    @Test
    void shouldShowCallsThatGoOn() {
        assertThat(calls("1").body()).isEqualToIgnoringWhitespace("""
            {"calls":[{"callId":"a84b","caller":"sip:alice@a.example","callee":"sip:bob@a.example","nodes":["node7"],
            "start":"1970-01-01T00:00:01Z","ring":null,"answer":null}]}""");
        assertThat(calls("1001").status()).isEqualTo(400);
        assertThat(calls("some").status()).isEqualTo(400);
    }

    private AdminApi.Response calls(String limit) {
        return new AdminApi(new Views(), () -> drained = true, () -> NOW_MS, true, Optional.empty())
            .answer(new AdminApi.Request("GET", "/v1/calls", Map.of("limit", limit), ""))
            .toCompletableFuture()
            .join();
    }

    private static final class Views implements NodeViews {
        @Override
        public List<String> failures() {
            return List.of();
        }

        @Override
        public List<String> notReady() {
            return List.of();
        }

        @Override
        public CompletionStage<List<AllocationView>> allocations(Predicate<String> account, long after, int limit) {
            return CompletableFuture.completedFuture(List.of(1L, 2L, -1L)
                .stream()
                .filter(id -> Long.compareUnsigned(id, after) > 0)
                .map(AdminApiTest::allocation)
                .filter(view -> account.test(view.route().username()))
                .limit(limit)
                .toList());
        }

        @Override
        public CompletionStage<List<CallView>> calls(int limit) {
            return CompletableFuture.completedFuture(CALLS.stream().limit(limit).toList());
        }

        @Override
        public String nodeName(long incarnation) {
            return "node" + incarnation;
        }

        @Override
        public void collect(MetricSink sink) {
            sink.gauge("allocations", "Allocations.", 3);
        }
    }
}
