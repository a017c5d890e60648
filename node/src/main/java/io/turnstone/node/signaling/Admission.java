package io.turnstone.node.signaling;

import io.turnstone.node.auth.SipAuthenticator;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipWriter;

/**
 * Lets only requests in whose sender knows a password (RFC 3261 §22), and challenges the others without keeping anything
 * of them. One thread.
 */
final class Admission {
    private final SipAuthenticator authenticator;
    private final Requests requests;
    private final SipCounters counters;

    Admission(SipAuthenticator authenticator, Requests requests, SipCounters counters) {
        this.authenticator = authenticator;
        this.requests = requests;
        this.counters = counters;
    }

    /** As whom the request was let in that was let in last. */
    String account() {
        return authenticator.account();
    }

    /** By Authorization and 401, as a registrar does (§22.2). */
    boolean isUser(Arrival arrival, SipMessage request, RequestName name, long nowMs) {
        return admit(
            arrival,
            request,
            name,
            authenticator.authenticate(request, SipHeader.AUTHORIZATION, nowMs),
            SipHeader.WWW_AUTHENTICATE,
            nowMs);
    }

    /** By Proxy-Authorization and 407, as a proxy does (§22.3). */
    boolean isProxyUser(Arrival arrival, SipMessage request, RequestName name, long nowMs) {
        return admit(
            arrival,
            request,
            name,
            authenticator.authenticate(request, SipHeader.PROXY_AUTHORIZATION, nowMs),
            SipHeader.PROXY_AUTHENTICATE,
            nowMs);
    }

    private boolean admit(
        Arrival arrival, SipMessage request, RequestName name, SipAuthenticator.Verdict verdict, SipHeader challenge,
        long nowMs) {
        switch (verdict) {
            case ACCEPTED -> {
                return true;
            }
            case MALFORMED -> refuse(arrival, request, name, Responses.BAD_REQUEST);
            case UNAUTHENTICATED, STALE -> {
                counters.add(SipCounter.CHALLENGED);
                int status = challenge == SipHeader.WWW_AUTHENTICATE
                    ? Responses.UNAUTHORIZED
                    : Responses.PROXY_AUTHENTICATION_REQUIRED;
                SipWriter response = requests.beginAtOnce(arrival, request, name, status);
                boolean stale = verdict == SipAuthenticator.Verdict.STALE;
                authenticator.writeChallenges(response, challenge, stale, nowMs);
                requests.sendAtOnce(arrival, response);
            }
        }
        return false;
    }

    /** Answers a request that gets no further, without keeping anything of it. */
    void refuse(Arrival arrival, SipMessage request, RequestName name, int status) {
        counters.add(SipCounter.REFUSED);
        requests.answerAtOnce(arrival, request, name, status);
    }
}
