package io.turnstone.node.signaling;

import io.turnstone.node.signaling.AddressOfRecordCommand.FlowFailed;
import io.turnstone.node.signaling.AddressOfRecordCommand.PushRefused;
import io.turnstone.node.signaling.AddressOfRecordCommand.Register;
import io.turnstone.node.signaling.AddressOfRecordEffect.Announce;
import io.turnstone.node.signaling.AddressOfRecordEffect.Respond;
import io.turnstone.node.signaling.RegistrationReply.Refused;
import io.turnstone.node.signaling.RegistrationReply.Registered;
import io.turnstone.node.signaling.RegistrationReply.TooBrief;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of one address-of-record (RFC 3261 §10.3, RFC 5626 §6) as a pure state machine: commands and the time go
 * in, effects come out. One thread. Its state is the list of bindings, in the order in which they were made.
 *
 * <pre>
 * Register    a contact   -> made, or refreshed; with expiry 0 ended
 *             the star    -> all ended
 *             no contact  -> nothing; the list is the answer
 *             refused     -> nothing, whatever else it asks for: 423 for a brief expiry, 500 for an older CSeq
 * FlowFailed              -> what is reached over that flow is away, if its user agent can come back: with outbound for a
 *                            moment, where it can be woken until it expires; else, or when the moment is over, ended
 * PushRefused             -> whoever is away and was to be woken by that is ended; who is not, is not woken later
 * any                     -> what has expired is left out of what is announced next
 * </pre>
 *
 * A REGISTER with the CSeq that a binding has already is the same REGISTER, by another way or at another node: the binding
 * stays as it is, and the answer is the list.
 */
public final class AddressOfRecord {
    private final String text;
    private final RegistrationLimits limits;
    private final BindingIds ids = new BindingIds();
    private final List<Binding> bindings;

    /**
     * @param text as {@link AddressText} writes it
     * @param bindings what was announced last; empty for a new one
     */
    public AddressOfRecord(String text, List<Binding> bindings, RegistrationLimits limits) {
        this.text = text;
        this.bindings = new ArrayList<>(bindings);
        this.limits = limits;
    }

    /** All bindings that have not expired. */
    public List<Binding> bindings(long nowMs) {
        return bindings.stream().filter(binding -> binding.isLive(nowMs)).toList();
    }

    /** @param nowMs epoch milliseconds */
    public List<AddressOfRecordEffect> handle(AddressOfRecordCommand command, long nowMs) {
        boolean changed = bindings.removeIf(binding -> !binding.isLive(nowMs));
        return switch (command) {
            case Register(Registration registration) -> register(registration, changed, nowMs);
            case FlowFailed(FlowName flow) -> effects(lose(flow, nowMs) || changed, null);
            case PushRefused(PushResource resource) -> effects(forget(resource) || changed, null);
        };
    }

    private boolean lose(FlowName flow, long nowMs) {
        boolean changed = false;
        for (int i = bindings.size() - 1; i >= 0; i--) {
            Binding binding = bindings.get(i);
            if (binding.flow().equals(flow) && !binding.isAway()) {
                long untilMs = awayUntilMs(binding, nowMs);
                if (untilMs > nowMs) {
                    bindings.set(i, binding.awayUntil(untilMs));
                } else {
                    bindings.remove(i);
                }
                changed = true;
            }
        }
        return changed;
    }

    private boolean forget(PushResource resource) {
        boolean changed = bindings.removeIf(binding -> binding.isAway() && binding.push().equals(resource));
        for (int i = 0; i < bindings.size(); i++) {
            if (bindings.get(i).push().equals(resource)) {
                bindings.set(i, bindings.get(i).withoutPush());
                changed = true;
            }
        }
        return changed;
    }

    private long awayUntilMs(Binding binding, long nowMs) {
        if (!binding.push().isNone()) {
            return binding.expiryMs();
        }
        return binding.isOutbound() ? Math.min(binding.expiryMs(), nowMs + limits.absenceMs()) : nowMs;
    }

    private List<AddressOfRecordEffect> register(Registration registration, boolean changed, long nowMs) {
        RegistrationReply refusal = refusal(registration);
        if (refusal != null) {
            return effects(changed, new Respond(refusal));
        }
        boolean asks = registration.removesAll() || !registration.contacts().isEmpty();
        if (registration.removesAll()) {
            bindings.clear();
        }
        registration.contacts().forEach(contact -> bind(registration, contact, nowMs));
        makeRoom();
        return effects(changed || asks, new Respond(new Registered(bindings)));
    }

    /** RFC 3261 §10.3 steps 6 and 7, before anything is changed: all or nothing. */
    private @Nullable RegistrationReply refusal(Registration registration) {
        if (registration.removesAll()) {
            boolean outdated = bindings.stream().anyMatch(binding -> isOutdated(registration, binding));
            return outdated ? new Refused(Responses.INTERNAL_ERROR) : null;
        }
        for (Registration.Contact contact : registration.contacts()) {
            long expiresS = expiresS(contact);
            if (expiresS > 0 && expiresS < limits.minExpiresS()) {
                return new TooBrief(limits.minExpiresS());
            }
            int place = place(ids.of(text, contact));
            if (place >= 0 && isOutdated(registration, bindings.get(place))) {
                return new Refused(Responses.INTERNAL_ERROR);
            }
        }
        return null;
    }

    private static boolean isOutdated(Registration registration, Binding binding) {
        return registration.callId().equals(binding.callId()) && registration.cseq() < binding.cseq();
    }

    private static boolean isRepeated(Registration registration, Binding binding) {
        return registration.callId().equals(binding.callId()) && registration.cseq() == binding.cseq();
    }

    private void bind(Registration registration, Registration.Contact contact, long nowMs) {
        BindingId id = ids.of(text, contact);
        int place = place(id);
        long expiresS = Math.min(expiresS(contact), limits.maxExpiresS());
        if (expiresS == 0) {
            // RFC 8599 §4.1.2: what ends is not named by where its user agent was woken
            bindings.removeIf(binding -> binding.id().equals(id) || isPushedTo(binding, contact.uri()));
            return;
        }
        Binding binding = new Binding(
            id,
            text,
            contact.uri(),
            contact.quality(),
            nowMs + TimeUnit.SECONDS.toMillis(expiresS),
            nowMs,
            registration.callId(),
            registration.cseq(),
            contact.instance(),
            contact.registrationId(),
            registration.path(),
            registration.flow(),
            contact.push(),
            0);
        if (place < 0) {
            bindings.add(binding);
        } else if (!isRepeated(registration, bindings.get(place)) || bindings.get(place).isAway()) {
            bindings.set(place, binding);
        }
    }

    private static boolean isPushedTo(Binding binding, String contact) {
        return !binding.push().isNone() && !binding.isOutbound() && binding.contact().equals(contact);
    }

    private void makeRoom() {
        while (bindings.size() > limits.bindingsMax()) {
            bindings.remove(bindings.stream().min(Comparator.comparingLong(Binding::registeredMs)).orElseThrow());
        }
    }

    private long expiresS(Registration.Contact contact) {
        return contact.expiresS() == Registration.EXPIRES_DEFAULT ? limits.defaultExpiresS() : contact.expiresS();
    }

    private int place(BindingId id) {
        for (int i = 0; i < bindings.size(); i++) {
            if (bindings.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    private List<AddressOfRecordEffect> effects(boolean changed, @Nullable Respond respond) {
        List<AddressOfRecordEffect> effects = new ArrayList<>();
        if (changed) {
            effects.add(new Announce(bindings));
        }
        if (respond != null) {
            effects.add(respond);
        }
        return effects;
    }
}
