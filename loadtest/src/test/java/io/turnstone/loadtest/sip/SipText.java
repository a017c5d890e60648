package io.turnstone.loadtest.sip;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SIP message as text, read line by line (RFC 3261 §7). Immutable. */
public record SipText(String text) {
    private static final Pattern ANGLE = Pattern.compile("<([^>]*)>");
    private static final Pattern BLANK = Pattern.compile(" ");

    public boolean isRequest() {
        return !text.startsWith("SIP/2.0 ");
    }

    /** The method of a request, or the status of a response and the method that it answers, such as {@code 200 INVITE}. */
    public String kind() {
        List<String> start = words(text.lines().findFirst().orElse(""));
        return isRequest() ? start.getFirst() : start.get(1) + " " + words(header("CSeq")).get(1);
    }

    private static List<String> words(String line) {
        return BLANK.splitAsStream(line).toList();
    }

    public String requestUri() {
        return words(text).get(1);
    }

    public List<String> headers(String name) {
        return text.lines()
            .takeWhile(line -> !line.isEmpty())
            .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
            .map(line -> line.substring(name.length() + 1).strip())
            .toList();
    }

    /** The first value; fails where there is none. */
    public String header(String name) {
        return headers(name).stream().findFirst().orElseThrow(() -> new AssertionError("no " + name + " in\n" + text));
    }

    /** What stands between angle brackets in the first value. */
    public String uri(String name) {
        Matcher matcher = ANGLE.matcher(header(name));
        if (!matcher.find()) {
            throw new AssertionError("no URI in " + header(name));
        }
        return matcher.group(1);
    }

    public String body() {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? "" : text.substring(end + 4);
    }
}
