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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The presence agent and event state compositor of the users (RFC 3856 §6, RFC 3903 §6): answers SUBSCRIBE for {@code presence}
 * and {@code reg} and PUBLISH for {@code presence}, and sends NOTIFY. One thread, the engine's. It runs the {@link Presence}
 * machines of this node in memory; requests of other events go to the user, as all others do.
 *
 * <p>Who may: publish, only the user; watch a presence, every user; watch a registration, only the user, since it tells
 * contacts. A watcher asks again at the address-of-record, so any node that has its machine can answer.
 */
final class PresenceAgent {
    private static final String ALLOWED_EVENTS = Presence.PRESENCE + ", " + Presence.REGISTRATION;
    private static final int HEX_RADIX = 16;
    /** Addresses-of-record that are watched or publish; a request for one more is answered 503. */
    private static final int PLACES_MAX = 100_000;

    private final LocalNames names;
    private final CredentialStore users;
    private final Admission admission;
    private final Locations locations;
    private final EngineParts parts;
    private final Requests requests;
    private final PresenceLimits limits = PresenceLimits.DEFAULT;
    private final PresenceReader reader = new PresenceReader(limits.documentOctetsMax());
    private final NotifyWriter writer;
    private final Map<String, Place> places = new HashMap<>();

    /** A request that has just come in. */
    private record Incoming(Arrival arrival, SipMessage request, RequestName name, Judgement judgement) {}

    PresenceAgent(
        LocalNames names, CredentialStore users, Admission admission, Locations locations, EngineParts parts,
        NotifyWriter writer) {
        this.names = names;
        this.users = users;
        this.admission = admission;
        this.locations = locations;
        this.parts = parts;
        this.requests = parts.requests();
        this.writer = writer;
    }

    /** An address-of-record that is watched or publishes. */
    private final class Place extends Timed {
        private final String text;
        private final Presence machine;

        Place(String text) {
            this.text = text;
            this.machine = new Presence(text, PresenceState.NONE, limits);
        }

        @Override
        void onDeadline(long nowMs) {
            handle(new Wake(), null, nowMs);
        }

        /** @param transaction of the request that the command came from; null if it is none's */
        void handle(PresenceCommand command, @Nullable ServerTransaction transaction, long nowMs) {
            List<PresenceEffect> effects = machine.handle(command, nowMs);
            if (machine.isIdle()) {
                places.remove(text, this);
                parts.transactions().deadline(this, TransactionMachine.NEVER);
            }
            for (PresenceEffect effect : effects) {
                switch (effect) {
                    case Respond(long _, Reply reply) -> {
                        if (transaction != null) {
                            respond(transaction, reply, text, nowMs);
                        }
                    }
                    case Notify notify -> send(this, notify, nowMs);
                    case WakeAt(long deadlineMs) -> parts.transactions().deadline(this, deadlineMs);
                }
            }
        }
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
                place.handle(new Notified(subscriptionId, event == TransactionEvent.SUCCESS), null, nowMs);
            }
        }

        @Override
        public void onTimeout(ClientTransaction transaction, long nowMs) {
            place.handle(new Notified(subscriptionId, false), null, nowMs);
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
        } else if (publishes) {
            publish(incoming, nowMs);
        } else {
            subscribe(incoming, nowMs);
        }
    }

    private void refuse(Incoming incoming, int status) {
        admission.refuse(incoming.arrival(), incoming.request(), incoming.name(), status);
    }

    private void publish(Incoming incoming, long nowMs) {
        PresenceCommand.Publish command = reader.publish(incoming.request());
        Place place = command == null ? null : place(names.addressOfRecord(incoming.judgement().requestUri()));
        if (command == null || place == null) {
            refuse(incoming, command == null ? reader.statusCode() : Responses.UNAVAILABLE);
            return;
        }
        place.handle(
            command, requests.open(incoming.arrival(), incoming.request(), incoming.name(), nowMs), nowMs);
    }

    private void subscribe(Incoming incoming, long nowMs) {
        FlowName flow = incoming.arrival().flow();
        Binding binding = parts.flowBindings().find(flow, names.ofUser(admission.account()), nowMs);
        PresenceCommand.Subscribe command = reader.subscribe(
            incoming.request(), incoming.judgement(), Responses.tag(incoming.name().low()),
            binding == null ? null : binding.id(), flow);
        String text = names.addressOfRecord(incoming.judgement().requestUri());
        if (command == null || place(text) == null) {
            refuse(incoming, command == null ? reader.statusCode() : Responses.UNAVAILABLE);
            return;
        }
        ServerTransaction transaction = requests.open(incoming.arrival(), incoming.request(), incoming.name(), nowMs);
        locations.lookUp(new LocationQuery.OfAddress(text), (found, atMs) -> {
            Place place = place(text);
            if (place == null) {
                requests.answer(transaction, Responses.UNAVAILABLE, atMs);
                return;
            }
            place.handle(new Bound(found), null, atMs);
            places.put(text, place);
            place.handle(command, transaction, atMs);
        });
    }

    private @Nullable Place place(String text) {
        Place place = places.get(text);
        if (place == null && places.size() < PLACES_MAX) {
            place = new Place(text);
            places.put(text, place);
        }
        return place;
    }

    /** The bindings of an address-of-record have changed: whoever watches it is told. */
    void onBindings(String addressOfRecord, List<Binding> bindings, long nowMs) {
        Place place = places.get(addressOfRecord);
        if (place != null) {
            place.handle(new Bound(bindings), null, nowMs);
        }
    }

    /** A binding of an address-of-record may have ended: whoever watches it is told. */
    void onFlowFailed(String addressOfRecord) {
        if (places.containsKey(addressOfRecord)) {
            locations.lookUp(
                new LocationQuery.OfAddress(addressOfRecord),
                (found, atMs) -> onBindings(addressOfRecord, found, atMs));
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
            place.handle(new Notified(subscription.id(), false), null, nowMs);
        }
    }
}
