package io.turnstone.node.operations;

import io.turnstone.node.session.CallRecord;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.CallTimes;
import io.turnstone.protocol.json.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;

/** Calls as JSON: a line for one that has ended, one that goes on, and the page of {@code /v1/calls}. Times are ISO 8601, or null. */
final class CallJson {
    private CallJson() {}

    /** @param names of nodes, by incarnation */
    static String line(CallRecord ended, LongFunction<String> names) {
        CallState call = ended.call();
        JsonWriter json = new JsonWriter().object();
        begin(json, ended.callId(), call, names);
        time(json, "end", call.times().endedMs());
        return json.put("durationMs", call.times().durationMs())
            .put("status", call.outcome().status())
            .put("cause", call.outcome().cause().text())
            .put("allocationsRevoked", ended.revoked())
            .put("complete", call.isWhole())
            .endObject()
            .toString();
    }

    static String page(List<CallView> calls, LongFunction<String> names) {
        JsonWriter json = new JsonWriter().object().array("calls");
        for (CallView view : calls) {
            json.element();
            begin(json, view.callId(), view.call(), names);
            json.endObject();
        }
        return json.endArray().endObject().toString();
    }

    /** One that goes on, as the page has it. */
    static String running(CallView view, LongFunction<String> names) {
        JsonWriter json = new JsonWriter().object();
        begin(json, view.callId(), view.call(), names);
        return json.endObject().toString();
    }

    private static void begin(JsonWriter json, String callId, CallState call, LongFunction<String> names) {
        CallTimes times = call.times();
        json.put("callId", callId)
            .put("caller", call.parties().caller())
            .put("callee", call.parties().callee())
            .put("nodes", call.nodes().stream().map(names::apply).toList());
        time(json, "start", times.invitedMs());
        time(json, "ring", times.rangMs());
        time(json, "answer", times.answeredMs());
    }

    private static void time(JsonWriter json, String name, long atMs) {
        if (atMs == 0) {
            json.putNull(name);
        } else {
            json.put(name, Instant.ofEpochMilli(atMs).toString());
        }
    }
}
