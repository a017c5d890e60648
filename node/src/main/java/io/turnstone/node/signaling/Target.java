package io.turnstone.node.signaling;

import org.jspecify.annotations.Nullable;

/**
 * Where a request goes (RFC 3261 §16.5). Immutable, any thread.
 *
 * @param id what the branch is named after
 * @param requestUri what takes the place of the Request-URI; empty if that stays
 * @param path values of Route to go through first (RFC 3327 §5.3); empty for none
 * @param instance of the user agent; empty if it is not known
 * @param hop outside of the cluster, whose flow may have to be opened first; null for a flow that a client has opened
 * @param binding that is dialled by its address-of-record; null for anything else
 */
record Target(BindingId id, FlowName flow, String requestUri, String path, String instance, @Nullable Hop hop,
    @Nullable Binding binding) {
    private static final int NO_NODE = -1;

    /** A contact that is dialled by its address-of-record. */
    static Target of(Binding binding) {
        return new Target(binding.id(), binding.flow(), binding.contact(), binding.path(), binding.instance(), null,
            binding);
    }

    /** An address outside; an empty Request-URI stays as it is. */
    static Target of(BindingId id, Hop hop, String requestUri) {
        FlowName unopened = new FlowName(NO_NODE, 0, hop.transport());
        return new Target(id, unopened, requestUri, "", "", hop, null);
    }

    /**
     * A side of a dialog, which is asked for by the contact that it gave itself.
     *
     * @param gruu whether that is a GRUU, in the place of which the contact belongs (RFC 5627 §5.4)
     */
    static Target ofDialog(Binding binding, boolean gruu) {
        return new Target(binding.id(), binding.flow(), gruu ? binding.contact() : "", "", binding.instance(), null,
            null);
    }

    /** The same target, where its binding leads to now. */
    Target movedTo(Binding binding) {
        return requestUri.isEmpty() ? ofDialog(binding, false) : of(binding);
    }

    /** A side of a dialog that is not registered. */
    static Target ofDialog(FlowName flow) {
        return new Target(new BindingId(flow.node(), flow.id()), flow, "", "", "", null, null);
    }

    /** The same target over a flow that is open. */
    Target over(FlowName opened) {
        return new Target(id, opened, requestUri, path, instance, hop, binding);
    }
}
