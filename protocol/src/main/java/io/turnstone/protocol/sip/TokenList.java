package io.turnstone.protocol.sip;

/**
 * One token at a time of Require, Proxy-Require, Supported, Unsupported, Allow or Allow-Events (RFC 3261 §20.32). One
 * thread. A row without any token, which Supported and Allow may have, is {@link SipError#EMPTY_ELEMENT}.
 */
public final class TokenList extends SipListView {
    @Override
    int parse(byte[] source, int from, int to) {
        int tokenEnd = Octets.skip(source, from, to, Octets.TOKEN);
        if (tokenEnd == from) {
            fail(SipError.TOKEN, from);
            return NOT_FOUND;
        }
        return Octets.skipLws(source, tokenEnd, to);
    }

    /** Whether the present token is that one in any case. */
    public boolean is(String lowerCaseToken) {
        return Octets.equalsIgnoreCase(octets(), start(), end(), lowerCaseToken);
    }

    /** Whether the token stands in a row of that name, in any case; not behind something malformed. Moves. */
    public boolean contains(SipMessage message, SipHeader header, String lowerCaseToken) {
        boolean has = first(message, header);
        while (has && !is(lowerCaseToken)) {
            has = next();
        }
        return has;
    }

    /** Goes on from the present token to the first that is none of those; false if there is none or one is malformed. */
    boolean skip(String[] lowerCaseTokens) {
        boolean has = error() == SipError.NONE;
        while (has && isOneOf(lowerCaseTokens)) {
            has = next();
        }
        return has;
    }

    private boolean isOneOf(String[] lowerCaseTokens) {
        for (String token : lowerCaseTokens) {
            if (is(token)) {
                return true;
            }
        }
        return false;
    }

    /** The present token. Allocates. */
    public String token() {
        return text(start(), end());
    }
}
