package io.turnstone.loadtest.signaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A message as text: enough of SIP for well-behaved servers, and none of their code. Immutable, any thread. */
record SipText(String text) {
    private static final String VERSION = "SIP/2.0 ";
    private static final String CRLF = "\r\n";

    boolean isMessage() {
        return text.contains(VERSION.strip());
    }

    boolean isResponse() {
        return text.startsWith(VERSION);
    }

    /** Of a response. */
    int status() {
        return Integer.parseInt(text.substring(VERSION.length(), VERSION.length() + 3));
    }

    /** Of a request. */
    String requestUri() {
        int start = text.indexOf(' ') + 1;
        return text.substring(start, text.indexOf(' ', start));
    }

    String body() {
        return text.substring(text.indexOf(CRLF + CRLF) + 2 * CRLF.length());
    }

    /** Of the CSeq header field, so that a response has that of its request. */
    String method() {
        String cseq = header("CSeq");
        return cseq.substring(cseq.indexOf(' ') + 1);
    }

    /** The first such header field's value; empty if there is none. */
    String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? "" : values.getFirst();
    }

    /** The values of all such header fields, in their order. */
    List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        String start = name.toLowerCase(Locale.ROOT) + ":";
        for (int from = text.indexOf(CRLF) + CRLF.length(); from > 1;) {
            int end = text.indexOf(CRLF, from);
            if (end <= from) {
                break;
            }
            if (text.regionMatches(true, from, start, 0, start.length())) {
                values.add(text.substring(from + start.length(), end).strip());
            }
            from = end + CRLF.length();
        }
        return values;
    }

    /** What is between the angle brackets of the first Contact. */
    String contactUri() {
        String contact = header("Contact");
        return contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
    }

    /** All header fields of that name as lines of a message under another name. */
    static String lines(String name, List<String> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach(value -> lines.append(name).append(": ").append(value).append(CRLF));
        return lines.toString();
    }
}
