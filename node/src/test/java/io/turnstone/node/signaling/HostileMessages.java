package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The torture messages of RFC 4475 and RFC 5118, and what can be done to a message. Each char is one octet. One thread. */
final class HostileMessages {
    private static final Path TORTURE = Path.of("..", "protocol", "src", "test", "resources", "io", "turnstone",
        "protocol", "sip");
    private static final Pattern ONE_LINE = Pattern.compile("<allOneLine>\n(.*?)\n</allOneLine>", Pattern.DOTALL);
    private static final Pattern HEX = Pattern.compile("<hex>(.*?)</hex>", Pattern.DOTALL);
    private static final Pattern REPEAT = Pattern.compile("<repeat count=(\\d+)>(.*?)</repeat>");
    private static final int EDITS_MAX = 3;
    private static final int LONGEST_EDIT_BITS = 8;
    private static final List<String> FRAGMENTS = List.of("\r\n", "\r", "\n", "\0", "\\\0", "\"", "\\", "<", ">", ";",
        ",", "=", ":", "@", "%", "%0d%0aX-Injected: 1", "%00", "[", "*", " ", "\t", "\r\n ", "\r\n\r\n",
        "\r\nX-Injected: 1", "\nX-Injected: 1", "\rX-Injected: 1", "\\\r\nX-Injected: 1", "\"\r\nX-Injected: \"",
        "4294967296", "99999999999999999999", "\u00ff", "\u00c3\u00a9", "\u007f", ";lr", ";tag=x", ";expires=0",
        ";q=0.5",
        "Route: <sip:a@example.net;lr>\r\n", "Path: <sip:p@example.net;lr>\r\n",
        "Record-Route: <sip:r@example.net;lr>\r\n",
        "Require: outbound\r\n", "Max-Forwards: 0\r\n", "Max-Breadth: 3\r\n", "Contact: *\r\n", "Expires: 0\r\n",
        "P-Asserted-Identity: <sip:eve@example.com>\r\n", "Privacy: id\r\n", "l: 5\r\n", "sip:", "sips:", "SIP/2.0 ");

    private final SplittableRandom random;
    private final List<String> torture;

    HostileMessages(SplittableRandom random) {
        this.random = random;
        try (Stream<Path> files = Files.walk(TORTURE)) {
            this.torture = files.filter(file -> file.toString().endsWith(".sip"))
                .sorted()
                .map(HostileMessages::read)
                .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** With the marks of RFC 4475 §2 resolved. */
    private static String read(Path file) {
        try {
            String text = Files.readString(file, ISO_8859_1);
            text = ONE_LINE.matcher(text).replaceAll(it -> Matcher.quoteReplacement(it.group(1).replace("\n", "")));
            text = REPEAT.matcher(text)
                .replaceAll(it -> Matcher.quoteReplacement(it.group(2).repeat(Integer.parseInt(it.group(1)))));
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            int position = 0;
            Matcher hex = HEX.matcher(text);
            while (hex.find()) {
                octets.writeBytes(wire(text.substring(position, hex.start())));
                octets.writeBytes(HexFormat.of().parseHex(hex.group(1).replaceAll("\\s", "")));
                position = hex.end();
            }
            octets.writeBytes(wire(text.substring(position)));
            return octets.toString(ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] wire(String text) {
        return text.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    int tortureCount() {
        return torture.size();
    }

    /** One of the torture messages. */
    String torture() {
        return torture.get(random.nextInt(torture.size()));
    }

    /** The message with some edits, or none. */
    String mutated(String message) {
        StringBuilder mutated = new StringBuilder(message);
        for (int edits = random.nextInt(EDITS_MAX + 1); edits > 0 && !mutated.isEmpty(); edits--) {
            mutate(mutated);
        }
        return mutated.toString();
    }

    private void mutate(StringBuilder message) {
        int from = random.nextInt(message.length());
        int to = Math.min(message.length(), from + random.nextInt(1 << random.nextInt(1, LONGEST_EDIT_BITS)));
        switch (random.nextInt(8)) {
            case 0 -> message.setCharAt(from, (char) random.nextInt(256));
            case 1 -> message.delete(from, to);
            case 2 -> message.insert(from, message.substring(from, to));
            case 3 -> message.setLength(from);
            case 4 -> {
                String other = torture();
                int start = random.nextInt(other.length());
                message.replace(from, to, other.substring(start, Math.min(other.length(), start + to - from)));
            }
            case 5 -> repeatLine(message, from);
            case 6 -> message.insert(lineStart(message, from), fragment());
            default -> message.insert(from, fragment());
        }
    }

    private String fragment() {
        return FRAGMENTS.get(random.nextInt(FRAGMENTS.size()));
    }

    private static int lineStart(StringBuilder message, int at) {
        return message.lastIndexOf("\n", at) + 1;
    }

    private void repeatLine(StringBuilder message, int at) {
        int start = lineStart(message, at);
        int end = message.indexOf("\n", start) + 1;
        if (end > start) {
            String line = message.substring(start, end);
            message.insert(start, line.repeat(1 + random.nextInt(1 << random.nextInt(1, LONGEST_EDIT_BITS))));
        }
    }
}
