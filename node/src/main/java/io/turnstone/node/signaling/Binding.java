package io.turnstone.node.signaling;

/**
 * A binding of an address-of-record to a contact (RFC 3261 §10.2). Immutable, any thread; a record of values, so that it
 * can be replicated as it is.
 *
 * @param id its name, which stays as long as the user agent refreshes it
 * @param addressOfRecord whose it is, as {@link AddressText} writes it
 * @param contact the URI that was registered, as it stood
 * @param quality the preference in thousandths (q)
 * @param expiryMs when it ends, in epoch milliseconds
 * @param registeredMs when it was refreshed last, in epoch milliseconds
 * @param callId of the REGISTER that refreshed it last
 * @param cseq of the same
 * @param instance the URN in angle brackets (RFC 5626 §4.1); empty without
 * @param registrationId the number of the flow (reg-id); 0 without outbound
 * @param path values of Route through which it is reached (RFC 3327); empty for none
 * @param flow over which it is reached
 * @param push where its user agent is woken
 * @param awayUntilMs until when it counts although its flow is gone, since its user agent is expected back, in epoch
 *        milliseconds; 0 while it is not known to be gone
 */
public record Binding(
    BindingId id, String addressOfRecord, String contact, int quality, long expiryMs, long registeredMs, String callId,
    long cseq, String instance, int registrationId, String path, FlowName flow, PushResource push, long awayUntilMs) {
    boolean isLive(long nowMs) {
        return nowMs < expiryMs && (awayUntilMs == 0 || nowMs < awayUntilMs);
    }

    boolean isOutbound() {
        return registrationId != 0;
    }

    /** Whether its flow is known to be gone. */
    boolean isAway() {
        return awayUntilMs != 0;
    }

    /** Whether its user agent has a way, and a reason, to come back to the same binding. */
    boolean canReturn() {
        return isOutbound() || !push.isNone();
    }

    /** The same, refreshed at another time. */
    Binding registeredAt(long ms) {
        return with(ms, push, awayUntilMs);
    }

    /** The same registration, whose flow is gone. */
    Binding awayUntil(long ms) {
        return with(registeredMs, push, ms);
    }

    /** The same registration, whose user agent cannot be woken. */
    Binding withoutPush() {
        return with(registeredMs, PushResource.NONE, awayUntilMs);
    }

    private Binding with(long otherRegisteredMs, PushResource otherPush, long otherAwayUntilMs) {
        return new Binding(id, addressOfRecord, contact, quality, expiryMs, otherRegisteredMs, callId, cseq, instance,
            registrationId, path, flow, otherPush, otherAwayUntilMs);
    }
}
