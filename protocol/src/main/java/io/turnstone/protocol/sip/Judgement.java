package io.turnstone.protocol.sip;

import java.util.Collection;
import java.util.Locale;

/**
 * What an element that proxies does with a message, as far as the octets alone tell (RFC 3261 §16.3, §18.1.2; RFC 4475).
 * One thread; reused. Looks at what routing needs and at nothing else: a malformed Date or body goes through as it is.
 *
 * <p>The views that it filled on the way are there to be used, so that nothing is read twice. Lenient where RFC 4475 lets
 * it: a Max-Forwards above 255 counts as absent, an RFC 2543 request without branch, From tag and Max-Forwards is taken.
 */
public final class Judgement {
    /** What to do. */
    public enum Verdict {
        /** Go on. */
        ACCEPT,
        /** Send {@link #statusCode()}, copying what the request has, to where it came from. */
        ANSWER,
        /** Forget it: a response, an ACK, or too little is known to answer. */
        DROP
    }

    /** The status codes that come out of it. */
    public static final int BAD_REQUEST = 400;
    public static final int UNSUPPORTED_URI_SCHEME = 416;
    public static final int BAD_EXTENSION = 420;
    public static final int TOO_MANY_HOPS = 483;
    public static final int NOT_IMPLEMENTED = 501;
    public static final int VERSION_NOT_SUPPORTED = 505;

    private static final int NONE = 0;

    private final boolean telServed;
    private final String[] proxyExtensions;
    private final Via topVia = new Via();
    private final Via otherVia = new Via();
    private final SipAddress from = new SipAddress();
    private final SipAddress to = new SipAddress();
    private final SipAddress route = new SipAddress();
    private final CSeq cseq = new CSeq();
    private final SipUri requestUri = new SipUri();
    private final TokenList unsupported = new TokenList();
    private final Contact contact = new Contact();
    private final ResponseRoute responseRoute = new ResponseRoute();
    private String[] supported = {};
    private Verdict verdict = Verdict.DROP;
    private int statusCode;
    private SipError error = SipError.NONE;
    private int errorOffset;

    /**
     * @param telServed whether a Request-URI may be a tel URI
     * @param proxyExtensions option tags that Proxy-Require may name
     */
    public Judgement(boolean telServed, Collection<String> proxyExtensions) {
        this.telServed = telServed;
        this.proxyExtensions = lowerCase(proxyExtensions);
    }

    private static String[] lowerCase(Collection<String> tags) {
        return tags.stream().map(tag -> tag.toLowerCase(Locale.ROOT)).toArray(String[]::new);
    }

    public Verdict verdict() {
        return verdict;
    }

    /** With {@link Verdict#ANSWER}. */
    public int statusCode() {
        return statusCode;
    }

    /** Why it is not accepted. */
    public SipError error() {
        return error;
    }

    /** Where in the message; meaningless without an error. */
    public int errorOffset() {
        return errorOffset;
    }

    /** Judges what was parsed last, a request or a response. */
    public Verdict judge(SipParser parser) {
        SipMessage message = parser.message();
        verdict = Verdict.ACCEPT;
        statusCode = NONE;
        error = SipError.NONE;
        if (parser.error() != SipError.NONE) {
            int status = parser.error() == SipError.VERSION ? VERSION_NOT_SUPPORTED : BAD_REQUEST;
            return refuse(message, status, parser.error(), parser.errorOffset());
        }
        return message.isRequest() ? judgeRequest(message) : judgeResponse(message);
    }

    private Verdict refuse(SipMessage message, int status, SipError what, int where) {
        boolean answerable = message.isRequest() && message.isComplete() && message.method() != SipMethod.ACK
            && message.has(SipHeader.VIA);
        verdict = answerable ? Verdict.ANSWER : Verdict.DROP;
        statusCode = answerable ? status : NONE;
        error = what;
        errorOffset = where;
        return verdict;
    }

    private Verdict refuse(SipMessage message, SipView view) {
        return view.error() == SipError.NONE
            ? refuse(message, BAD_REQUEST, SipError.HEADER_MISSING, message.headersEnd())
            : refuse(message, BAD_REQUEST, view.error(), view.errorOffset());
    }

    private Verdict judgeRequest(SipMessage message) {
        if (judgeCommon(message) != Verdict.ACCEPT) {
            return verdict;
        }
        if (topVia.isBranchEmpty()) {
            return refuse(message, BAD_REQUEST, SipError.BRANCH, topVia.branchStart());
        }
        if (!cseq.isMethodOf(message)) {
            // RFC 4475 §3.1.2.18: an unknown method may have its own idea of CSeq
            int status = message.method() == SipMethod.OTHER ? NOT_IMPLEMENTED : BAD_REQUEST;
            return refuse(message, status, SipError.METHOD_MISMATCH, cseq.methodStart());
        }
        return judgeRoute(message) == Verdict.ACCEPT ? judgeRequestUri(message) : verdict;
    }

    private Verdict judgeRoute(SipMessage message) {
        boolean has = route.first(message, SipHeader.ROUTE);
        while (has && route.decodeUri()) {
            if (!route.isBracketed()) {
                return refuse(message, BAD_REQUEST, SipError.BRACKETS, route.uriStart());
            }
            has = route.next();
        }
        return route.error() == SipError.NONE ? verdict : refuse(message, route);
    }

    /** Via, From, To, Call-ID, CSeq and Max-Forwards: what every message has, once, and well-formed. */
    private Verdict judgeCommon(SipMessage message) {
        if (!topVia.first(message)) {
            return refuse(message, topVia);
        }
        if (!topVia.isOnly(message) && otherVia.count(message) == SipView.NOT_FOUND) {
            return refuse(message, otherVia);
        }
        if (!from.from(message)) {
            return refuse(message, from);
        }
        if (!to.to(message)) {
            return refuse(message, to);
        }
        if (!cseq.wrap(message)) {
            return refuse(message, cseq);
        }
        return judgeCallId(message) == Verdict.ACCEPT ? judgeMaxForwards(message) : verdict;
    }

    private Verdict judgeCallId(SipMessage message) {
        int row = message.first(SipHeader.CALL_ID);
        if (row == SipMessage.NOT_FOUND) {
            return refuse(message, BAD_REQUEST, SipError.HEADER_MISSING, message.headersEnd());
        }
        if (message.next(row) != SipMessage.NOT_FOUND) {
            return refuse(message, BAD_REQUEST, SipError.HEADER_REPEATED, message.nameStart(message.next(row)));
        }
        byte[] octets = message.octets();
        int start = message.valueStart(row);
        int end = message.valueEnd(row);
        int wordEnd = Octets.skip(octets, start, end, Octets.WORD);
        int secondEnd = Octets.isAt(octets, wordEnd, end, '@')
            ? Octets.skip(octets, wordEnd + 1, end, Octets.WORD)
            : wordEnd;
        boolean wellFormed = wordEnd > start && secondEnd == end && secondEnd != wordEnd + 1;
        return wellFormed ? verdict : refuse(message, BAD_REQUEST, SipError.TOKEN, secondEnd);
    }

    private Verdict judgeMaxForwards(SipMessage message) {
        int row = message.first(SipHeader.MAX_FORWARDS);
        if (row == SipMessage.NOT_FOUND) {
            return verdict;
        }
        if (message.next(row) != SipMessage.NOT_FOUND) {
            return refuse(message, BAD_REQUEST, SipError.HEADER_REPEATED, message.nameStart(message.next(row)));
        }
        int start = message.valueStart(row);
        int end = message.valueEnd(row);
        boolean digits = start < end && Octets.skip(message.octets(), start, end, Octets.DIGIT) == end;
        return digits ? verdict : refuse(message, BAD_REQUEST, SipError.NUMBER, start);
    }

    private Verdict judgeRequestUri(SipMessage message) {
        if (!requestUri.wrap(message.octets(), message.requestUriStart(), message.requestUriEnd())) {
            return refuse(message, requestUri);
        }
        if (requestUri.isSipOrSips() && requestUri.headersStart() != SipView.NOT_FOUND) {
            return refuse(message, BAD_REQUEST, SipError.URI_HEADERS, requestUri.headersStart());
        }
        boolean served = switch (requestUri.scheme()) {
            case SIP, SIPS -> true;
            case TEL -> telServed;
            case OTHER -> false;
        };
        if (!served) {
            return refuse(message, UNSUPPORTED_URI_SCHEME, SipError.UNSUPPORTED_SCHEME, requestUri.start());
        }
        if (message.maxForwards() == 0) {
            int offset = message.valueStart(message.first(SipHeader.MAX_FORWARDS));
            return refuse(message, TOO_MANY_HOPS, SipError.MAX_FORWARDS_ZERO, offset);
        }
        return judgeExtensions(message, SipHeader.PROXY_REQUIRE, proxyExtensions);
    }

    /** As {@code proxyExtensions}, for an element that is the request's last one. */
    public Verdict judgeRequire(SipMessage message, String... lowerCaseExtensions) {
        return judgeExtensions(message, SipHeader.REQUIRE, lowerCaseExtensions);
    }

    private Verdict judgeExtensions(SipMessage message, SipHeader header, String[] extensions) {
        supported = extensions;
        if (unsupported.first(message, header) && unsupported.skip(extensions)) {
            return refuse(message, BAD_EXTENSION, SipError.UNSUPPORTED_EXTENSION, unsupported.start());
        }
        return unsupported.error() == SipError.NONE ? verdict : refuse(message, unsupported);
    }

    /** After {@link #BAD_EXTENSION} the first tag for Unsupported, and each one after {@link #nextUnsupported}. */
    public TokenList unsupported() {
        return unsupported;
    }

    /** Goes to the next tag for Unsupported; false if there is none. */
    public boolean nextUnsupported() {
        return unsupported.next() && unsupported.skip(supported);
    }

    /** What a registrar asks besides: To is an address-of-record, and each Contact is well-formed (RFC 3261 §10.3). */
    public Verdict judgeRegistration(SipMessage message) {
        if (!to.decodeUri()) {
            return refuse(message, to);
        }
        if (!to.uri().isSipOrSips()) {
            return refuse(message, BAD_REQUEST, SipError.NOT_AN_ADDRESS_OF_RECORD, to.uriStart());
        }
        boolean has = contact.first(message);
        while (has && contact.address().decodeUri()) {
            has = contact.next();
        }
        return contact.address().error() == SipError.NONE ? verdict : refuse(message, contact.address());
    }

    private Verdict judgeResponse(SipMessage message) {
        if (judgeCommon(message) != Verdict.ACCEPT) {
            return verdict;
        }
        if (!topVia.isOnly(message)) {
            otherVia.first(message);
            otherVia.next();
            if (!responseRoute.isUnicast(otherVia)) {
                return refuse(message, BAD_REQUEST, SipError.RESPONSE_ADDRESS, otherVia.start());
            }
        }
        return verdict;
    }

    /** The top value of Via. */
    public Via via() {
        return topVia;
    }

    public SipAddress from() {
        return from;
    }

    public SipAddress to() {
        return to;
    }

    public CSeq cseq() {
        return cseq;
    }

    /** Of an accepted request. */
    public SipUri requestUri() {
        return requestUri;
    }
}
