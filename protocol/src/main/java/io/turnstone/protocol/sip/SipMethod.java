package io.turnstone.protocol.sip;

/** Methods of the IANA registry "SIP Methods and Response Codes". Names are case-sensitive (RFC 3261 §7.1). */
public enum SipMethod {
    INVITE,
    ACK,
    BYE,
    CANCEL,
    OPTIONS,
    REGISTER,
    PRACK,
    SUBSCRIBE,
    NOTIFY,
    PUBLISH,
    INFO,
    REFER,
    MESSAGE,
    UPDATE,
    /** Any other token: a proxy passes it on (RFC 3261 §16.3). */
    OTHER;

    private static final SipMethod[] ALL = values();

    static SipMethod of(byte[] source, int start, int end) {
        for (SipMethod method : ALL) {
            if (method != OTHER && Octets.equals(source, start, end, method.name())) {
                return method;
            }
        }
        return OTHER;
    }
}
