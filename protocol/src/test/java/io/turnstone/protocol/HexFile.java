package io.turnstone.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads the committed packets: hex text, lines with # are comments. */
public final class HexFile {
    private HexFile() {}

    public static byte[] read(String name) {
        try (InputStream in = HexFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + name);
            }
            String hex = new String(in.readAllBytes(), US_ASCII).lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining());
            return HexFormat.of().parseHex(hex);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packet in a direct buffer of exactly its size, so that one octet too far is an exception. */
    public static UnsafeBuffer direct(byte[] bytes) {
        UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        buffer.putBytes(0, bytes);
        return buffer;
    }
}
