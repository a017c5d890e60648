package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bindings by their names and by their contacts. One thread. */
final class BindingTable {
    private final Map<BindingId, Binding> byId = new HashMap<>();
    private final Map<String, List<Binding>> byContact = new HashMap<>();
    private final SipUri uri = new SipUri();
    private int away;

    /** Puts all bindings of an address-of-record in place of those that it had. */
    void replace(List<Binding> before, List<Binding> after) {
        before.forEach(this::remove);
        after.forEach(this::add);
    }

    private void add(Binding binding) {
        byId.put(binding.id(), binding);
        away += binding.isAway() ? 1 : 0;
        String contact = contact(binding);
        if (contact != null) {
            byContact.computeIfAbsent(contact, _ -> new ArrayList<>(1)).add(binding);
        }
    }

    private void remove(Binding binding) {
        Binding removed = byId.remove(binding.id());
        away -= removed != null && removed.isAway() ? 1 : 0;
        String contact = contact(binding);
        if (contact != null) {
            byContact.computeIfPresent(contact, (_, bindings) -> {
                bindings.remove(binding);
                return bindings.isEmpty() ? null : bindings;
            });
        }
    }

    /** As {@link LocationQuery.OfContact} has it; null for a contact that is no SIP URI. */
    private @Nullable String contact(Binding binding) {
        byte[] text = binding.contact().getBytes(StandardCharsets.UTF_8);
        return uri.wrap(text, 0, text.length) && uri.isSipOrSips() ? AddressText.of(uri) : null;
    }

    @Nullable
    Binding byId(BindingId id) {
        return byId.get(id);
    }

    List<Binding> byContact(String text) {
        return List.copyOf(byContact.getOrDefault(text, List.of()));
    }

    int size() {
        return byId.size();
    }

    /** How many of them have lost their flow. */
    int away() {
        return away;
    }
}
