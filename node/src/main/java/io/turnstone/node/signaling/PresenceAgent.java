package io.turnstone.node.signaling;

import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.signaling.PresenceCommand.Bound;
import io.turnstone.node.signaling.PresenceCommand.Notified;
import io.turnstone.node.signaling.PresenceCommand.Wake;
import io.turnstone.node.signaling.PresenceEffect.Notify;
import io.turnstone.node.signaling.PresenceEffect.Reply;
import io.turnstone.node.signaling.PresenceEffect.Respond;
import io.turnstone.node.signaling.PresenceEffect.WakeAt;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipUri;
import io.turnstone.protocol.sip.SipWriter;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The presence agent and event state compositor of the users (RFC 3856 §6, RFC 3903 §6): answers SUBSCRIBE for {@code presence}
 * and {@code reg} and PUBLISH for {@code presence}, and sends NOTIFY. One thread, the engine's. It runs the {@link Presence}
 * machines of the addresses-of-record whose home is this node, and hands requests for others over to theirs; what a machine
 * knows is replicated, so that the next home goes on. Requests of other events go to the user, as all others do.
 *
 * <p>Who may: publish, only the user; watch a presence, every user; watch a registration, only the user, since it tells
 * contacts. A watcher asks again at the address-of-record, so that any node finds its home.
 */
final class PresenceAgent {
    private static final String ALLOWED_EVENTS = Presence.PRESENCE + ", " + Presence.REGISTRATION;
    private static final int HEX_RADIX = 16;
    /** Addresses-of-record that are watched or publish; a request for one more is answered 503. */
    private static final int PLACES_MAX = 100_000;
    private static final int PLACES_PER_TURN = 200;

    private final long node;
    private final LocalNames names;
    private final CredentialStore users;
    private final Admission admission;
    private final Locations locations;
    private final EngineParts parts;
    private final Flows flows;
    private final ReplicatedPresence records;
    private final Requests requests;
    private final PresenceLimits limits = PresenceLimits.DEFAULT;
    private final PresenceReader reader = new PresenceReader(limits.documentOctetsMax());
    private final NotifyWriter writer;
    private final Map<String, Place> places = new HashMap<>();
    /** Whose home may have changed. */
    private final Set<String> unsettled = new LinkedHashSet<>();

    /** A request that has just come in. */
    private record Incoming(Arrival arrival, SipMessage request, RequestName name, Judgement judgement) {}

    /** @param node the incarnation of this node */
    PresenceAgent(
        long node, LocalNames names, CredentialStore users, Admission admission, Locations locations, EngineParts parts,
        Flows flows, ReplicatedPresence records, NotifyWriter writer) {
        this.node = node;
        this.names = names;
        this.users = users;
        this.admission = admission;
        this.locations = locations;
        this.parts = parts;
        this.flows = flows;
        this.records = records;
        this.requests = parts.requests();
        this.writer = writer;
    }

    /** What is done because of a command, once another node holds what it has changed. */
    private static final class Step {
        private final List<PresenceEffect> effects;
        private final @Nullable ServerTransaction transaction;
        private boolean held;

        Step(List<PresenceEffect> effects, @Nullable ServerTransaction transaction) {
            this.effects = effects;
            this.transaction = transaction;
        }
    }

    /** An address-of-record that is watched or publishes, and whose home is here. */
    private final class Place extends Timed {
        private final String text;
        /** In the order of their commands. */
        private final ArrayDeque<Step> steps = new ArrayDeque<>();
        private Presence machine;

        Place(String text, PresenceState state) {
            this.text = text;
            this.machine = new Presence(text, state, limits);
        }

        /** Goes on from what is held, unless that is what is known here: another node took itself for the home, too. */
        void adopt(PresenceState held, long nowMs) {
            PresenceState known = machine.state();
            if (!known.replicated(nowMs).equals(held.replicated(nowMs))) {
                machine = new Presence(text, held.goneOnWith(known), limits);
                handle(new Wake(), null, nowMs);
            }
        }

        @Override
        void onDeadline(long nowMs) {
            handle(new Wake(), null, nowMs);
        }

        /** @param transaction of the request that the command came from; null if it is none's */
        void handle(PresenceCommand command, @Nullable ServerTransaction transaction, long nowMs) {
            PresenceState before = machine.state();
            List<PresenceEffect> effects = machine.handle(command, nowMs);
            Step step = new Step(effects, transaction);
            steps.add(step);
            if (machine.isIdle()) {
                forget(this);
            }
            records.write(text, before, machine.state(), nowMs, atMs -> {
                step.held = true;
                goOn(atMs);
            });
        }

        /** Once this is no more the home, the next one has told the watcher again. */
        void onNotified(String subscriptionId, boolean delivered, long nowMs) {
            if (places.get(text) == this) {
                handle(new Notified(subscriptionId, delivered), null, nowMs);
            }
        }

        private void goOn(long nowMs) {
            for (Step next = steps.peek(); next != null && next.held; next = steps.peek()) {
                steps.remove();
                for (PresenceEffect effect : next.effects) {
                    perform(effect, next.transaction, nowMs);
                }
            }
        }

        private void perform(PresenceEffect effect, @Nullable ServerTransaction transaction, long nowMs) {
            switch (effect) {
                case Respond(long _, Reply reply) -> {
                    if (transaction != null) {
                        respond(transaction, reply, text, nowMs);
                    }
                }
                case Notify notify -> send(this, notify, nowMs);
                case WakeAt(long deadlineMs) -> {
                    if (places.get(text) == this) {
                        parts.transactions().deadline(this, deadlineMs);
                    }
                }
            }
        }
    }

    private void forget(Place place) {
        places.remove(place.text, place);
        parts.transactions().deadline(place, TransactionMachine.NEVER);
    }

    /** What waits for the response to a NOTIFY. */
    private static final class Delivery implements OwnRequest {
        private final Place place;
        private final String subscriptionId;

        Delivery(Place place, String subscriptionId) {
            this.place = place;
            this.subscriptionId = subscriptionId;
        }

        @Override
        public void onResponse(ClientTransaction transaction, SipMessage response, long nowMs) {
            TransactionEvent event = TransactionEvent.ofStatus(response.statusCode());
            if (event != TransactionEvent.PROVISIONAL) {
                place.onNotified(subscriptionId, event == TransactionEvent.SUCCESS, nowMs);
            }
        }

        @Override
        public void onTimeout(ClientTransaction transaction, long nowMs) {
            place.onNotified(subscriptionId, false, nowMs);
        }
    }

    /** Whether a request that belongs to no dialog of others is answered here. */
    boolean takes(SipMessage request, Judgement judgement) {
        SipUri uri = judgement.requestUri();
        return (request.method() == SipMethod.SUBSCRIBE || request.method() == SipMethod.PUBLISH)
            && uri.hasUser() && names.isOurs(uri) && !uri.isGruu() && !reader.event(request).isEmpty();
    }

    /** @param judgement of the request, which {@link #takes} says yes to */
    void onRequest(Arrival arrival, SipMessage request, RequestName name, Judgement judgement, long nowMs) {
        if (!admission.isProxyUser(arrival, request, name, nowMs)) {
            return;
        }
        Incoming incoming = new Incoming(arrival, request, name, judgement);
        String user = judgement.requestUri().user();
        boolean itself = user.equals(admission.account());
        boolean publishes = request.method() == SipMethod.PUBLISH;
        if (!users.mayExist(user)) {
            admission.refuse(arrival, request, name, Responses.NOT_FOUND);
        } else if (!itself && (publishes || reader.event(request).equals(Presence.REGISTRATION))) {
            admission.refuse(arrival, request, name, Responses.FORBIDDEN);
        } else if (isHandedOver(arrival, request, names.addressOfRecord(judgement.requestUri()))) {
            parts.counters().add(SipCounter.HANDED_OVER);
        } else if (publishes) {
            publish(incoming, nowMs);
        } else {
            subscribe(incoming, nowMs);
        }
    }

    /** Whether another node answers. What has come from another node stays here, whoever is the home by now. */
    private boolean isHandedOver(Arrival arrival, SipMessage request, String text) {
        long home = records.home(text);
        if (arrival.flow().node() != node || home == node || !flows.isHeard(home)) {
            return false;
        }
        flows.handOver(home, arrival, request.buffer(), 0, request.length());
        return true;
    }

    private void refuse(Incoming incoming, int status) {
        admission.refuse(incoming.arrival(), incoming.request(), incoming.name(), status);
    }

    private void publish(Incoming incoming, long nowMs) {
        PresenceCommand.Publish command = reader.publish(incoming.request());
        Place place = command == null
            ? null
            : place(names.addressOfRecord(incoming.judgement().requestUri()), nowMs);
        if (command == null || place == null) {
            refuse(incoming, command == null ? reader.statusCode() : Responses.UNAVAILABLE);
            return;
        }
        place.handle(
            command, requests.open(incoming.arrival(), incoming.request(), incoming.name(), nowMs), nowMs);
    }

    private void subscribe(Incoming incoming, long nowMs) {
        FlowName flow = incoming.arrival().flow();
        String watcher = names.ofUser(admission.account());
        PresenceCommand.Subscribe command = reader.subscribe(
            incoming.request(), incoming.judgement(), Responses.tag(incoming.name().low()), flow);
        String text = names.addressOfRecord(incoming.judgement().requestUri());
        if (command == null || place(text, nowMs) == null) {
            refuse(incoming, command == null ? reader.statusCode() : Responses.UNAVAILABLE);
            return;
        }
        ServerTransaction transaction = requests.open(incoming.arrival(), incoming.request(), incoming.name(), nowMs);
        locations.lookUp(
            new LocationQuery.OfAddress(watcher),
            (own, _) -> locations.lookUp(
                new LocationQuery.OfAddress(text),
                (found, atMs) -> subscribe(text, command.boundBy(bindingOn(flow, own)), found, transaction, atMs)));
    }

    private static @Nullable BindingId bindingOn(FlowName flow, List<Binding> bindings) {
        return bindings.stream()
            .filter(binding -> binding.flow().equals(flow))
            .map(Binding::id)
            .findFirst()
            .orElse(null);
    }

    private void subscribe(
        String text, PresenceCommand.Subscribe command, List<Binding> bindings, ServerTransaction transaction,
        long nowMs) {
        Place place = place(text, nowMs);
        if (place == null) {
            requests.answer(transaction, Responses.UNAVAILABLE, nowMs);
            return;
        }
        place.handle(new Bound(bindings), null, nowMs);
        places.put(text, place);
        place.handle(command, transaction, nowMs);
    }

    /** As it is, or as another node left it. */
    private @Nullable Place place(String text, long nowMs) {
        Place place = places.get(text);
        if (place == null && places.size() < PLACES_MAX) {
            PresenceState held = records.held(text);
            PresenceState taken = held.takenOver();
            place = new Place(text, taken);
            places.put(text, place);
            records.write(text, held, taken, nowMs, _ -> {});
            if (!held.isEmpty()) {
                onBindings(text);
            }
        }
        return place;
    }

    /** What is held of an address-of-record has changed, here or elsewhere. */
    void onHeld(String addressOfRecord, long nowMs) {
        Place place = places.get(addressOfRecord);
        if (records.home(addressOfRecord) != node) {
            if (place != null) {
                forget(place);
            }
        } else if (place != null) {
            place.adopt(records.held(addressOfRecord), nowMs);
        } else if (!records.held(addressOfRecord).isEmpty()) {
            place(addressOfRecord, nowMs);
        }
    }

    /** Other nodes are there, or reached, than before: homes change, and what was registered at a node that is gone ends. */
    void onNodes() {
        unsettled.addAll(places.keySet());
        unsettled.addAll(records.addresses());
    }

    /** Goes on with what {@link #onNodes} has begun; returns how much there was. */
    int turn(long nowMs) {
        int work = 0;
        for (Iterator<String> each = unsettled.iterator(); each.hasNext() && work < PLACES_PER_TURN; work++) {
            String addressOfRecord = each.next();
            each.remove();
            onHeld(addressOfRecord, nowMs);
            onBindings(addressOfRecord);
        }
        return work;
    }

    /** The bindings of an address-of-record may have changed, at whatever node: whoever watches it is told. */
    void onBindings(String addressOfRecord) {
        if (places.containsKey(addressOfRecord)) {
            locations.lookUp(new LocationQuery.OfAddress(addressOfRecord), (found, atMs) -> {
                Place place = places.get(addressOfRecord);
                if (place != null) {
                    place.handle(new Bound(found), null, atMs);
                }
            });
        }
    }

    /** How many addresses-of-record are watched or publish. */
    int size() {
        return places.size();
    }

    private void respond(ServerTransaction transaction, Reply reply, String text, long nowMs) {
        switch (reply) {
            case Reply.Published(String etag, long expiresS) -> {
                SipWriter response = requests.begin(transaction, Responses.OK);
                response.header(SipHeader.SIP_ETAG, etag).header(SipHeader.EXPIRES, expiresS);
                requests.send(transaction, Responses.OK, response, nowMs);
            }
            case Reply.Subscribed(long expiresS) -> {
                SipWriter response = requests.begin(transaction, Responses.OK);
                response.header(SipHeader.EXPIRES, expiresS)
                    .header(SipHeader.CONTACT, "<" + AddressText.uri(text) + ">")
                    .header(SipHeader.ALLOW_EVENTS, ALLOWED_EVENTS);
                requests.send(transaction, Responses.OK, response, nowMs);
            }
            case Reply.TooBrief(long minExpiresS) -> requests.answerTooBrief(transaction, minExpiresS, nowMs);
            case Reply.Refused(int status) -> {
                parts.counters().add(SipCounter.REFUSED);
                requests.answer(transaction, status, nowMs);
            }
        }
    }

    /** To the flow that the watcher's binding has now, or to that on which it subscribed. */
    private void send(Place place, Notify notify, long nowMs) {
        Watcher watcher = notify.subscription().watcher();
        if (watcher.binding() == null) {
            send(place, notify, watcher.flow(), nowMs);
            return;
        }
        locations.lookUp(
            new LocationQuery.OfBinding(watcher.binding()),
            (found, atMs) -> send(place, notify, found.isEmpty() ? watcher.flow() : found.getFirst().flow(), atMs));
    }

    private void send(Place place, Notify notify, FlowName flow, long nowMs) {
        Subscription subscription = notify.subscription();
        Target target = Target.ofDialog(flow);
        RequestName branch = parts.names()
            .ofBranch(Long.parseUnsignedLong(subscription.id(), HEX_RADIX), subscription.notifyCseq(), target.id());
        int length = writer.write(notify, AddressText.uri(place.text), branch, flow.transport());
        ClientTransaction sent = parts.transactions()
            .send(
                new Branch(branch, SipMethod.NOTIFY, target), new Delivery(place, subscription.id()), writer.buffer(),
                length, nowMs);
        if (sent == null) {
            place.onNotified(subscription.id(), false, nowMs);
        }
    }
}
