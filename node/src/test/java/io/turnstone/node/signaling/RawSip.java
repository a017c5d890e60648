package io.turnstone.node.signaling;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message as the strictest reader sees it, apart from the code under test: lines end with CRLF and hold neither of its
 * octets. Each char is one octet. Immutable.
 *
 * @param rows header fields as they stand, folds included
 * @param body as long as Content-Length says, or all that follows
 */
record RawSip(String start, List<String> rows, String body) {
    private static final String VERSION = "SIP/2.0 ";
    private static final String CRLF = "\r\n";
    private static final Pattern ROW_END = Pattern.compile("\r\n(?![ \t])");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9\\-.!%*_+`'~]+[ \t]*:.*", Pattern.DOTALL);
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Map<String, String> COMPACT = Map.of("v", "via", "f", "from", "t", "to", "i", "call-id", "m",
        "contact", "l", "content-length", "k", "supported");

    /** The lines before the empty one, folds put together, whatever they are. */
    static List<String> head(String octets) {
        int from = start(octets);
        int end = octets.indexOf(CRLF + CRLF, from);
        return ROW_END.splitAsStream(octets.substring(from, end < 0 ? octets.length() : end)).toList();
    }

    private static int start(String octets) {
        int from = 0;
        while (octets.startsWith(CRLF, from)) {
            from += CRLF.length();
        }
        return from;
    }

    /** Null for what is no such message. */
    static @Nullable RawSip read(String octets) {
        int from = start(octets);
        int end = octets.indexOf(CRLF + CRLF, from);
        if (end < 0) {
            return null;
        }
        List<String> head = head(octets);
        List<String> rows = head.subList(1, head.size());
        if (!rows.stream().allMatch(row -> NAME.matcher(row).matches()) || hasLoneEnd(octets.substring(from, end))) {
            return null;
        }
        RawSip message = new RawSip(head.getFirst(), List.copyOf(rows), "");
        return new RawSip(message.start, message.rows, message.cut(octets.substring(end + 2 * CRLF.length())));
    }

    private static boolean hasLoneEnd(String lines) {
        String rest = lines.replace(CRLF, "");
        return rest.indexOf('\r') >= 0 || rest.indexOf('\n') >= 0;
    }

    private String cut(String rest) {
        List<String> lengths = named("content-length").stream().map(RawSip::value).toList();
        if (lengths.isEmpty() || !LENGTH.matcher(lengths.getFirst()).matches()) {
            return rest;
        }
        return rest.substring(0, Math.min(rest.length(), Integer.parseInt(lengths.getFirst())));
    }

    boolean isRequest() {
        // RFC 3261 §7.1: the version may come in any case
        return !start.regionMatches(true, 0, VERSION, 0, VERSION.length());
    }

    /** The first word, which is that of a request. */
    String method() {
        int end = start.indexOf(' ');
        return end < 0 ? start : start.substring(0, end);
    }

    /** In lower case, and never the compact form. */
    static String name(String row) {
        String name = row.substring(0, row.indexOf(':')).strip().toLowerCase(Locale.ROOT);
        return COMPACT.getOrDefault(name, name);
    }

    static String value(String row) {
        return row.substring(row.indexOf(':') + 1).strip();
    }

    List<String> named(String name) {
        return rows.stream().filter(row -> name(row).equals(name)).toList();
    }

    int count(String name) {
        return named(name).size();
    }
}
