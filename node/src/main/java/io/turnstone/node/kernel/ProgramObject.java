package io.turnstone.node.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * A program for the kernel as the compiler has left it: a relocatable ELF object for BPF, 64 bits, little-endian (ELF-64
 * Object File Format 1.5; Linux Documentation/bpf/llvm_reloc.rst). Immutable.
 *
 * <p>It is one of ours, so whatever is amiss is our own fault and an {@link IllegalStateException}.
 */
final class ProgramObject {
    private static final int SECTIONS_OFFSET = 40;
    private static final int SECTION_COUNT_OFFSET = 60;
    private static final int SECTION_NAMES_OFFSET = 62;
    private static final int SECTION_LENGTH = 64;
    private static final int SYMBOL_LENGTH = 24;
    private static final int RELOCATION_LENGTH = 16;
    private static final int TYPE_SYMBOLS = 2;
    private static final int TYPE_RELOCATIONS = 9;
    private static final int BINDING_GLOBAL = 1;
    private static final int INSTRUCTION_LENGTH = 8;
    /** In an instruction that loads 64 bits: they are the descriptor of a map. */
    private static final int PSEUDO_MAP_DESCRIPTOR = 1;

    private final ByteBuffer file;
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, MapShape> maps = new LinkedHashMap<>();
    private final Section code;

    private record Section(String name, int type, int offset, int length, int link, int info) {}

    /** What a map is to be like; the numbers are those of bpf(2). */
    record MapShape(int type, int keyBytes, int valueBytes, int entriesMax, int flags) {}

    /** The one that forwards established flows. */
    static ProgramObject forwarding() {
        return ours("forwarding.bpf.o", "tc");
    }

    /** The one that gathers what comes to relayed addresses. */
    static ProgramObject relayRange() {
        return ours("relay-range.bpf.o", "sk_lookup");
    }

    private static ProgramObject ours(String resource, String codeSection) {
        try (InputStream object = ProgramObject.class.getResourceAsStream(resource)) {
            if (object == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return new ProgramObject(object.readAllBytes(), codeSection);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** @param codeSection where the program is */
    ProgramObject(byte[] object, String codeSection) {
        file = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        readSections();
        code = section(codeSection);
        readMaps(section("maps"));
    }

    private void readSections() {
        int start = (int) file.getLong(SECTIONS_OFFSET);
        int count = file.getShort(SECTION_COUNT_OFFSET);
        int names = offsetOf(start, file.getShort(SECTION_NAMES_OFFSET));
        for (int i = 0; i < count; i++) {
            int at = start + i * SECTION_LENGTH;
            sections.add(
                new Section(
                    text(names + file.getInt(at)), file.getInt(at + 4), (int) file.getLong(at + 24),
                    (int) file.getLong(at + 32), file.getInt(at + 40), file.getInt(at + 44)));
        }
    }

    private int offsetOf(int sectionsStart, int index) {
        return (int) file.getLong(sectionsStart + index * SECTION_LENGTH + 24);
    }

    private Section section(String name) {
        return sections.stream()
            .filter(section -> section.name.equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the program has no section " + name));
    }

    private Section symbols() {
        return sections.stream().filter(section -> section.type == TYPE_SYMBOLS).findFirst().orElseThrow();
    }

    private void readMaps(Section section) {
        int index = sections.indexOf(section);
        Section symbols = symbols();
        for (int at = symbols.offset; at < symbols.offset + symbols.length; at += SYMBOL_LENGTH) {
            if (file.getShort(at + 6) == index && file.get(at + 4) >> 4 == BINDING_GLOBAL) {
                int shape = section.offset + (int) file.getLong(at + 8);
                maps.put(
                    symbolName(symbols, at),
                    new MapShape(
                        file.getInt(shape), file.getInt(shape + 4), file.getInt(shape + 8), file.getInt(shape + 12),
                        file.getInt(shape + 16)));
            }
        }
    }

    /** By name. */
    Map<String, MapShape> maps() {
        return maps;
    }

    /** The whole object. */
    byte[] octets() {
        return file.array();
    }

    String licence() {
        return text(section("license").offset);
    }

    int instructions() {
        return code.length / INSTRUCTION_LENGTH;
    }

    /** The instructions, with the descriptor of each map where the program names it. */
    byte[] code(ToIntFunction<String> descriptorOf) {
        byte[] linked = Arrays.copyOfRange(file.array(), code.offset, code.offset + code.length);
        ByteBuffer instructions = ByteBuffer.wrap(linked).order(ByteOrder.LITTLE_ENDIAN);
        int index = sections.indexOf(code);
        for (Section section : sections) {
            if (section.type == TYPE_RELOCATIONS && section.info == index) {
                link(section, instructions, descriptorOf);
            }
        }
        return linked;
    }

    private void link(Section relocations, ByteBuffer instructions, ToIntFunction<String> descriptorOf) {
        Section symbols = symbols();
        for (int at = relocations.offset; at < relocations.offset + relocations.length; at += RELOCATION_LENGTH) {
            int instruction = (int) file.getLong(at);
            int symbol = file.getInt(at + 12);
            String name = symbolName(symbols, symbols.offset + symbol * SYMBOL_LENGTH);
            int registers = instructions.get(instruction + 1) & 0x0F;
            instructions.put(instruction + 1, (byte) (registers | PSEUDO_MAP_DESCRIPTOR << 4));
            instructions.putInt(instruction + 4, descriptorOf.applyAsInt(name));
        }
    }

    private String symbolName(Section symbols, int at) {
        return text(sections.get(symbols.link).offset + file.getInt(at));
    }

    private String text(int at) {
        int end = at;
        while (file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), at, end - at, StandardCharsets.US_ASCII);
    }
}
