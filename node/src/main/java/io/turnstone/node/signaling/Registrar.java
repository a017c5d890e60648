package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipWriter;
import java.util.List;

/**
 * The registrar (RFC 3261 §10.3): everything about a REGISTER but the bindings themselves, which {@link Locations} keeps.
 * One thread.
 */
final class Registrar {
    private static final String[] EXTENSIONS = {"path", "outbound", "gruu"};

    private final LocalNames names;
    private final Admission admission;
    private final Locations locations;
    private final Requests requests;
    private final FlowBindings flowBindings;
    private final SipCounters counters;
    private final RegistrationReader reader;
    private final PushSettings pushes;
    private final PushRefreshes refreshes;
    private final RegistrationWriter writer;

    /** @param pushes by which user agents are woken */
    Registrar(
        LocalNames names, Admission admission, Locations locations, EngineParts parts,
        RegistrationWriter writer, PushSettings pushes) {
        this.names = names;
        this.admission = admission;
        this.locations = locations;
        this.requests = parts.requests();
        this.flowBindings = parts.flowBindings();
        this.counters = parts.counters();
        this.writer = writer;
        this.pushes = pushes;
        this.refreshes = new PushRefreshes(locations, parts.transactions(), parts.absentees());
        this.reader = new RegistrationReader(pushes);
    }

    /** @param judgement of the request, which it has accepted */
    void onRegister(Arrival arrival, SipMessage request, RequestName name, Judgement judgement, long nowMs) {
        if (!admission.isUser(arrival, request, name, nowMs)) {
            return;
        }
        int refusal = refusal(request, judgement);
        if (refusal == Judgement.BAD_EXTENSION) {
            counters.add(SipCounter.REFUSED);
            SipWriter response = requests.beginAtOnce(arrival, request, name, refusal);
            Refusals.writeUnsupported(response, judgement);
            requests.sendAtOnce(arrival, response);
            return;
        }
        Registration registration = refusal == 0 ? reader.read(request, judgement.cseq(), arrival.flow()) : null;
        if (registration == null) {
            refuse(arrival, request, name, refusal == 0 ? reader.statusCode() : refusal);
            return;
        }
        String addressOfRecord = names.addressOfRecord(judgement.to().uri());
        String user = admission.account();
        RegistrationWriter.Wishes wishes = new RegistrationWriter.Wishes(
            reader.isOutbound(),
            reader.isGruu(),
            registration.path(),
            arrival.flow(),
            services(registration),
            reader.refreshesItself());
        ServerTransaction transaction = requests.open(arrival, request, name, nowMs);
        locations.register(
            addressOfRecord,
            registration,
            (reply, atMs) -> onReply(transaction, addressOfRecord, user, wishes, reply, atMs));
    }

    private void refuse(Arrival arrival, SipMessage request, RequestName name, int status) {
        if (status != Responses.PUSH_SERVICE_NOT_SUPPORTED) {
            admission.refuse(arrival, request, name, status);
            return;
        }
        counters.add(SipCounter.REFUSED);
        SipWriter response = requests.beginAtOnce(arrival, request, name, status);
        writer.writeServices(response, pushes.providers(), false);
        requests.sendAtOnce(arrival, response);
    }

    /** RFC 8599 §5.4: those that were asked for, or the one that wakes the client. */
    private List<String> services(Registration registration) {
        if (reader.isPushQuestion()) {
            return List.copyOf(pushes.providers());
        }
        return registration.contacts()
            .stream()
            .map(contact -> contact.push().provider())
            .filter(provider -> !provider.isEmpty())
            .distinct()
            .toList();
    }

    /** The status of what keeps the request from being served, in the order of RFC 3261 §10.3; 0 for nothing. */
    private int refusal(SipMessage request, Judgement judgement) {
        if (judgement.judgeRequire(request, EXTENSIONS) != Judgement.Verdict.ACCEPT
            || judgement.judgeRegistration(request) != Judgement.Verdict.ACCEPT) {
            return judgement.statusCode();
        }
        if (!names.isOurs(judgement.to().uri())) {
            return Responses.NOT_FOUND;
        }
        return judgement.to().uri().user().equals(admission.account()) ? 0 : Responses.FORBIDDEN;
    }

    private void onReply(
        ServerTransaction transaction, String addressOfRecord, String user, RegistrationWriter.Wishes wishes,
        RegistrationReply reply, long nowMs) {
        switch (reply) {
            case RegistrationReply.Registered(List<Binding> bindings) -> {
                counters.add(SipCounter.REGISTERED);
                flowBindings.registered(transaction.flow(), addressOfRecord, bindings);
                bindings.stream()
                    .filter(binding -> binding.flow().equals(transaction.flow()))
                    .forEach(binding -> refreshes.onRegistered(binding, wishes.refreshesItself(), nowMs));
                SipWriter response = requests.begin(transaction, Responses.OK);
                writer.write(response, bindings, wishes, nowMs);
                if (!bindings.isEmpty()) {
                    writer.writeTurnServers(response, user, nowMs);
                }
                requests.send(transaction, Responses.OK, response, nowMs);
            }
            case RegistrationReply.TooBrief(long minExpiresS) -> {
                counters.add(SipCounter.REFUSED);
                requests.answerTooBrief(transaction, minExpiresS, nowMs);
            }
            case RegistrationReply.Refused(int statusCode) -> {
                counters.add(SipCounter.REFUSED);
                requests.answer(transaction, statusCode, nowMs);
            }
        }
    }
}
