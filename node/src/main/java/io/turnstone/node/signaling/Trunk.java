package io.turnstone.node.signaling;

import io.turnstone.node.auth.CredentialStore;
import io.turnstone.protocol.sip.SipUri;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The upstream for numbers that no user has: which requests go there, to which of its addresses first, and which come from
 * there. One thread.
 *
 * <p>An address that is believed to be silent is tried last. Of a dialog with the upstream nothing is kept: the token of its
 * Record-Route names the address as if it were a binding.
 */
final class Trunk {
    private final TrunkSettings settings;
    private final LocalNames names;
    private final CredentialStore users;
    private final BindingIds ids = new BindingIds();
    private List<Hop> known = List.of();
    private List<TrunkHop> hops = List.of();

    Trunk(TrunkSettings settings, LocalNames names, CredentialStore users) {
        this.settings = settings;
        this.names = names;
        this.users = users;
    }

    String host() {
        return settings.host();
    }

    long checkMs() {
        return settings.checkMs();
    }

    /** All addresses, in the order of preference. What is known of one stays as long as it is among them. */
    List<TrunkHop> hops() {
        List<Hop> now = settings.hops().get();
        if (!now.equals(known)) {
            hops = now.stream().map(this::hop).toList();
            known = now;
        }
        return hops;
    }

    private TrunkHop hop(Hop hop) {
        for (TrunkHop before : hops) {
            if (before.hop().equals(hop)) {
                return before;
            }
        }
        return new TrunkHop(ids.of(settings.host(), hop), hop);
    }

    /** Whether a Request-URI is a number of ours that the upstream is for. */
    boolean serves(SipUri uri) {
        if (hops().isEmpty() || !uri.isSipOrSips() || !uri.hasUser() || !names.isOurs(uri)) {
            return false;
        }
        String user = uri.user();
        return settings.prefixes().stream().anyMatch(user::startsWith) && !users.hasPassword(user);
    }

    /** All addresses as targets for a request with that URI and about that length, one after the other. */
    Deque<List<Target>> targets(SipUri uri, int requestLength) {
        String requestUri = AddressText.uri(uri.user() + '@' + settings.host());
        HopTargets targets = new HopTargets(requestLength);
        List<TrunkHop> ordered = new ArrayList<>(hops().stream().filter(TrunkHop::isAlive).toList());
        hops().stream().filter(hop -> !hop.isAlive()).forEach(ordered::add);
        ordered.forEach(hop -> targets.add(hop.id(), hop.hop(), requestUri));
        return targets.groups();
    }

    /** Whether a request comes from the upstream: from one of its IP addresses, by the same transport. */
    boolean isFrom(Arrival arrival) {
        return from(arrival).findAny().isPresent();
    }

    private Stream<TrunkHop> from(Arrival arrival) {
        return hops().stream()
            .filter(each -> each.hop().transport() == arrival.flow().transport()
                && each.hop().address().ip().equals(arrival.remote().ip()));
    }

    /** By which a dialog's token knows the upstream as its caller: by its address, if requests for it may be sent there. */
    DialogTokens.Side side(Arrival arrival) {
        for (TrunkHop each : from(arrival).toList()) {
            if (each.hop().address().equals(arrival.remote())) {
                return new DialogTokens.Registered(each.id());
            }
        }
        return new DialogTokens.Unregistered(arrival.flow());
    }

    /** By which a dialog's token knows a target that a request goes to. */
    DialogTokens.Side side(Target target) {
        DialogTokens.Registered named = new DialogTokens.Registered(target.id());
        // another domain's server is known by its flow, since nobody could find it by a name again
        return target.hop() == null || target(named) != null ? named : new DialogTokens.Unregistered(target.flow());
    }

    /** The address that a token names, as a target within a dialog; null if it names none. */
    @Nullable
    Target target(DialogTokens.@Nullable Side side) {
        if (side instanceof DialogTokens.Registered(BindingId id)) {
            for (TrunkHop each : hops()) {
                if (each.id().equals(id) || HopTargets.byTcp(each.id()).equals(id)) {
                    return Target.of(each.id(), each.hop(), "");
                }
            }
        }
        return null;
    }

    /** A request that was sent there had no answer, or could not be sent. */
    void onUnreachable(BindingId id) {
        for (TrunkHop each : hops()) {
            if (each.id().equals(id)) {
                each.onUnreachable();
            }
        }
    }
}
