package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packets of real clients that the protocol module keeps as test inputs. */
final class CapturedPackets {
    private static final Path DIRECTORY = Path.of("protocol/src/test/resources/io/turnstone/protocol/captures");

    private CapturedPackets() {}

    /** All of them, always in the same order. */
    static List<byte[]> all() {
        try (Stream<Path> files = Files.list(TurnstoneNode.repositoryRoot().resolve(DIRECTORY))) {
            return files.filter(file -> file.toString().endsWith(".hex")).sorted().map(CapturedPackets::read).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] read(Path file) {
        try {
            return HexFormat.of()
                .parseHex(Files.readString(file, US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
