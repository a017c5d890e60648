package io.turnstone.node.signaling;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A message as a phone of a test reads it, apart from the code under test. Lines end with LF. */
record TestMessage(String text) {
    private static final Pattern BLANK = Pattern.compile(" ");
    private static final Pattern COMMA = Pattern.compile(",\\s*");
    private static final Pattern VALUE = Pattern.compile("<([^>]*)>");

    String startLine() {
        return text.substring(0, text.indexOf('\n'));
    }

    boolean isRequest() {
        return !text.startsWith("SIP/2.0 ");
    }

    String method() {
        return isRequest() ? word(startLine(), 0) : cseqMethod();
    }

    String cseqMethod() {
        return word(header("CSeq"), 1);
    }

    long cseqNumber() {
        return Long.parseLong(word(header("CSeq"), 0));
    }

    String requestUri() {
        return word(startLine(), 1);
    }

    int status() {
        return isRequest() ? 0 : Integer.parseInt(word(startLine(), 1));
    }

    private static String word(String line, int index) {
        return BLANK.splitAsStream(line).toList().get(index);
    }

    List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        text.substring(0, text.indexOf("\n\n")).lines().forEach(line -> {
            if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                values.add(line.substring(name.length() + 1).strip());
            }
        });
        return values;
    }

    /** The first value; fails without one. */
    String header(String name) {
        List<String> values = headers(name);
        if (values.isEmpty()) {
            throw new AssertionError("no " + name + " in\n" + text);
        }
        return values.getFirst();
    }

    /** The single values of a list, each as it stands. */
    List<String> values(String name) {
        List<String> values = new ArrayList<>();
        headers(name).forEach(row -> values.addAll(COMMA.splitAsStream(row).toList()));
        return values;
    }

    String tag(String name) {
        Matcher matcher = Pattern.compile(";tag=([^;]+)").matcher(header(name));
        return matcher.find() ? matcher.group(1) : "";
    }

    String uri(String name) {
        Matcher matcher = VALUE.matcher(header(name));
        if (!matcher.find()) {
            throw new AssertionError("no URI in " + header(name));
        }
        return matcher.group(1);
    }

    String body() {
        return text.substring(text.indexOf("\n\n") + 2);
    }

    /** The same with a body; it has none. */
    TestMessage withBody(String contentType, String body) {
        return new TestMessage(
            text.replace(
                "Content-Length: 0\n\n",
                "Content-Type: " + contentType + "\nContent-Length: " + body.length() + "\n\n" + body));
    }

    /** The same request, in the dialog that the answer has made. */
    TestMessage inDialogOf(TestMessage answer) {
        return new TestMessage(
            text.replace("To: " + header("To"), "To: " + answer.header("To"))
                .replace("Call-ID: " + header("Call-ID"), "Call-ID: " + answer.header("Call-ID")));
    }

    /** What kind of message it is, as tests name it: a method or a status. */
    String kind() {
        return isRequest() ? method() : status() + " " + cseqMethod();
    }
}
