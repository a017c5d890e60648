package io.turnstone.protocol.sip;

/** What is wrong with a message, in one sentence each. The offset beside it says where. */
public enum SipError {
    NONE("nothing is wrong"),

    MESSAGE_TOO_LONG("the message is longer than the limit"),
    TOO_MANY_HEADERS("there are more header fields than the limit"),
    TOO_MANY_PARAMETERS("a value has more parameters than the limit"),

    LINE_END("a CR or LF stands alone"),
    HEADERS_UNTERMINATED("no empty line ends the header fields"),
    CONTROL_CHARACTER("a control character stands in a line"),

    START_LINE("the first line is neither a request line nor a status line"),
    VERSION("the version is not SIP/2.0"),
    STATUS_CODE("the status code is not within 100-699"),
    HEADER_NAME("a line does not begin with a header field name and a colon"),

    CONTENT_LENGTH("Content-Length is no number, or a far too large one"),
    CONTENT_LENGTH_REPEATED("there is more than one Content-Length"),
    CONTENT_LENGTH_MISSING("a stream needs Content-Length"),
    BODY_TRUNCATED("the body is shorter than Content-Length says"),

    HEADER_MISSING("a header field that every message has is missing"),
    HEADER_REPEATED("a header field or value that may stand only once is repeated"),
    EMPTY_ELEMENT("a list has an empty element"),
    UNEXPECTED_TEXT("something else stands where the value should have ended"),
    TOKEN("a token is missing or has a wrong character"),
    NUMBER("a number is missing, has a wrong character or is out of range"),
    QUOTED_STRING("a quoted string is not closed"),
    PARAMETER("a parameter has no name, or a wrong character in its value"),
    PARAMETER_REPEATED("a parameter stands twice"),
    DISPLAY_NAME("a display name without quotes has a character that needs them"),
    BRACKETS("a URI needs angle brackets here, or they are not closed"),

    URI_SCHEME("the URI has no scheme"),
    URI_CHARACTER("the URI has a character that must be escaped, or a wrong escape"),
    URI_USER("the user part of the URI is empty"),
    URI_HEADERS("the Request-URI has headers"),
    HOST("the host is neither a name nor an IPv4 address nor an IPv6 reference"),
    PORT("the port is not within 1-65535"),

    SENT_PROTOCOL("Via has no protocol name, version and transport"),
    BRANCH("the branch parameter is empty behind its magic cookie"),
    METHOD_MISMATCH("CSeq names another method than the request line"),
    NOT_AN_ADDRESS_OF_RECORD("To is neither a SIP nor a SIPS URI"),

    UNSUPPORTED_SCHEME("the scheme of the Request-URI is not served here"),
    MAX_FORWARDS_ZERO("Max-Forwards is used up"),
    UNSUPPORTED_EXTENSION("an extension is required that is not served here"),
    RESPONSE_ADDRESS("the response would go to a broadcast, multicast or unspecified address");

    private final String sentence;

    SipError(String sentence) {
        this.sentence = sentence;
    }

    /** For a Warning header field or a log; ASCII. */
    public String sentence() {
        return sentence;
    }
}
