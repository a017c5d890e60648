package io.turnstone.loadtest.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What sipp is to send and to expect, put together of parts that lie beside the tests as XML. Requests of a call are
 * numbered in their order. One thread.
 */
public final class SippScenario {
    /** An offer or an answer. */
    public static final String SDP = """
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=- 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [local_ip]
        t=0 0
        m=audio 40000 RTP/AVP 0
        a=rtpmap:0 PCMU/8000
        """;
    public static final String NO_BODY = "Content-Length: 0\n";

    private final String name;
    private final StringBuilder steps = new StringBuilder();
    private final int proxies;
    private int number;

    /** Between it and the other side is one proxy. */
    public SippScenario(String name) {
        this(name, 1);
    }

    /** @param proxies between it and the other side: whoever is called answers with one more Via than these */
    public SippScenario(String name, int proxies) {
        this.name = name;
        this.proxies = proxies;
    }

    /** A part of which nothing is left open. */
    public SippScenario then(String part) {
        return then(part, Map.of());
    }

    /** A part with a message body, {@link #SDP} or {@link #NO_BODY} or what a variable holds. */
    public SippScenario then(String part, String body) {
        return then(part, Map.of("body", body.stripTrailing()));
    }

    /** @param values by the names that stand in braces in the part */
    public SippScenario then(String part, Map<String, String> values) {
        String text = read(part);
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("{" + value.getKey() + "}", value.getValue());
        }
        text = text.replace("{remember vias}", ofEachVia(
            "<ereg regexp=\".*\" search_in=\"hdr\" header=\"Via:\" occurrence=\"%1$d\" assign_to=\"via%1$d\"/>"));
        text = text.replace("{vias}", ofEachVia("Via:[$via%d]"));
        text = text.replace("{last}", Integer.toString(number));
        if (text.contains("{first}")) {
            text = text.replace("{first}", Integer.toString(++number));
        }
        if (text.contains("{second}")) {
            text = text.replace("{second}", Integer.toString(++number));
        }
        steps.append(text);
        return this;
    }

    private String ofEachVia(String line) {
        return IntStream.rangeClosed(1, proxies + 1).mapToObj(line::formatted).collect(Collectors.joining("\n"));
    }

    private static String read(String part) {
        String resource = "/io/turnstone/loadtest/sipp/" + part + ".xml";
        try (InputStream in = Objects.requireNonNull(SippScenario.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Writes it into that directory. */
    public Path write(Path directory) {
        Path file = directory.resolve("sipp-" + name + ".xml");
        String text = """
            <?xml version="1.0" encoding="UTF-8" ?>
            <!DOCTYPE scenario SYSTEM "sipp.dtd">
            <scenario name="%s">
            %s</scenario>
            """.formatted(name, steps);
        try {
            Files.createDirectories(directory);
            return Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String name() {
        return name;
    }
}
