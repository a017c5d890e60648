package io.turnstone.node.signaling;

import org.jspecify.annotations.Nullable;

/**
 * The other side of a subscription's dialog, as NOTIFY needs it (RFC 6665 §4.4.1). Immutable, any thread; a record of values.
 *
 * @param callId of the dialog
 * @param tag of the watcher, without which no dialog is found again
 * @param from what NOTIFY has in From but for the tag: our side
 * @param to what NOTIFY has in To: the watcher's side with its tag
 * @param target the watcher's contact, a URI
 * @param routes values of Route; empty for none
 * @param binding by which the watcher is registered, and reached also after it has lost its connection; null without
 * @param flow on which the SUBSCRIBE came
 */
public record Watcher(
    String callId, String tag, String from, String to, String target, String routes, @Nullable BindingId binding,
    FlowName flow) {
    /** How much there is of it, in characters. */
    int length() {
        return callId.length() + tag.length() + from.length() + to.length() + target.length() + routes.length();
    }

    Watcher boundBy(@Nullable BindingId id) {
        return new Watcher(callId, tag, from, to, target, routes, id, flow);
    }
}
