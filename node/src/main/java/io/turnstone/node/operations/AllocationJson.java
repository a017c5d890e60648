package io.turnstone.node.operations;

import io.turnstone.node.fib.LegCounters;
import io.turnstone.node.rib.Channel;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.json.JsonWriter;
import java.util.List;

/** One page of {@code /v1/allocations}. */
final class AllocationJson {
    private static final long MS_PER_SECOND = 1_000;

    private AllocationJson() {}

    /** @param limit that was asked for: a full page names where the next one starts */
    static String page(List<AllocationView> allocations, int limit, long nowMs) {
        JsonWriter json = new JsonWriter().object().array("allocations");
        allocations.forEach(allocation -> write(json, allocation, nowMs));
        json.endArray();
        if (allocations.size() < limit) {
            json.putNull("next");
        } else {
            json.put("next", id(allocations.getLast().route().allocationId()));
        }
        return json.endObject().toString();
    }

    static String id(long allocationId) {
        return String.format("%016x", allocationId);
    }

    private static void write(JsonWriter json, AllocationView view, long nowMs) {
        Route route = view.route();
        json.element()
            .put("id", id(route.allocationId()))
            .put("user", route.username())
            .put("client", route.fiveTuple().client().toString())
            .put("serviceAddress", route.fiveTuple().server().toString())
            .put("relayed", route.relayedAddresses().stream().map(Object::toString).toList())
            .put("owner", view.owner())
            .put("home", view.home())
            .put("expiresInSeconds", secondsUntil(route.expiryMs(), nowMs));
        json.array("permissions");
        route.permissions()
            .stream()
            .filter(permission -> permission.isLive(nowMs))
            .forEach(permission -> write(json, permission, nowMs));
        json.endArray().array("channels");
        route.channels()
            .stream()
            .filter(channel -> channel.isLive(nowMs))
            .forEach(channel -> write(json, channel, nowMs));
        json.endArray();
        write(json, view.counters());
        json.endObject();
    }

    private static void write(JsonWriter json, Permission permission, long nowMs) {
        json.element()
            .put("peer", permission.peer().toString())
            .put("expiresInSeconds", secondsUntil(permission.expiryMs(), nowMs))
            .endObject();
    }

    private static void write(JsonWriter json, Channel channel, long nowMs) {
        json.element()
            .put("number", channel.number())
            .put("peer", channel.peer().toString())
            .put("expiresInSeconds", secondsUntil(channel.expiryMs(), nowMs))
            .endObject();
    }

    private static void write(JsonWriter json, LegCounters counters) {
        json.put("packetsFromClient", counters.packetsUp())
            .put("bytesFromClient", counters.bytesUp())
            .put("packetsToClient", counters.packetsDown())
            .put("bytesToClient", counters.bytesDown());
    }

    private static long secondsUntil(long deadlineMs, long nowMs) {
        return Math.max(0, (deadlineMs - nowMs) / MS_PER_SECOND);
    }
}
