package io.turnstone.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.turnstone.node.kernel.ProgramObject.MapShape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program in the kernel, its maps, and where it is attached. All is gone when this is closed, and when the process ends
 * unless it is pinned. One thread.
 * Offsets and numbers are those of {@code union bpf_attr} in linux/bpf.h.
 */
final class LoadedProgram implements AutoCloseable {
    private static final int MAP_CREATE = 0;
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int MAP_DELETE_ELEM = 3;
    private static final int MAP_GET_NEXT_KEY = 4;
    private static final int PROG_LOAD = 5;
    private static final int PROG_TEST_RUN = 10;
    private static final int LINK_CREATE = 28;
    private static final int ATTRIBUTES_BYTES = 128;
    private static final int MAP_TYPE_PERCPU_ARRAY = 6;
    private static final int NAME_BYTES = 16;
    private static final String NAME = "turnstone";

    /** What a program is asked for, and at what it is attached. */
    enum Hook {
        /** Each packet that arrives at an interface. */
        INGRESS(3, 46),
        /** Each datagram or connection in a network namespace for which a socket is looked for. */
        SOCKET_LOOKUP(30, 36);

        private final int programType;
        private final int attachType;

        Hook(int programType, int attachType) {
            this.programType = programType;
            this.attachType = attachType;
        }
    }

    private final KernelCalls calls;
    private final Hook hook;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
    private final Map<String, Integer> maps = new HashMap<>();
    private final Map<String, MapShape> shapes;
    private final List<Integer> links = new ArrayList<>();
    private final @Nullable Pins pins;
    private boolean inherited;
    private int program = -1;

    private LoadedProgram(KernelCalls calls, Hook hook, Map<String, MapShape> shapes, @Nullable Pins pins) {
        this.calls = calls;
        this.hook = hook;
        this.shapes = shapes;
        this.pins = pins;
    }

    /**
     * Loads a program with the maps that an earlier process has pinned, or with new and empty ones.
     *
     * @param pins null if nothing is to outlive this process
     * @throws IOException in one line, if this process may not or this kernel cannot
     */
    static LoadedProgram load(KernelCalls calls, Hook hook, ProgramObject object, @Nullable Pins pins)
        throws IOException {
        LoadedProgram loaded = new LoadedProgram(calls, hook, object.maps(), pins);
        try {
            loaded.inherit();
            for (Map.Entry<String, MapShape> map : object.maps().entrySet()) {
                if (!loaded.maps.containsKey(map.getKey())) {
                    loaded.makeMap(map.getKey(), map.getValue());
                }
            }
            loaded.loadCode(object);
            return loaded;
        } catch (IOException failed) {
            loaded.close();
            throw failed;
        }
    }

    /** Takes over all maps that are worth it, or none. */
    private void inherit() {
        if (pins == null) {
            return;
        }
        for (Map.Entry<String, MapShape> map : shapes.entrySet()) {
            int descriptor = isKept(map.getValue()) ? pins.get(map.getKey()) : -1;
            if (descriptor >= 0) {
                maps.put(map.getKey(), descriptor);
            }
        }
        inherited = shapes.entrySet()
            .stream()
            .allMatch(map -> !isKept(map.getValue()) || maps.containsKey(map.getKey()));
        if (!inherited) {
            maps.values().forEach(calls::close);
            maps.clear();
            pins.clear();
        }
    }

    /** What each CPU has for itself holds nothing between two packets. */
    private static boolean isKept(MapShape shape) {
        return shape.type() != MAP_TYPE_PERCPU_ARRAY;
    }

    /** Whether the maps are those of an earlier process, with what it wrote. */
    boolean isInherited() {
        return inherited;
    }

    private void makeMap(String name, MapShape shape) throws IOException {
        attributes.fill((byte) 0);
        attributes.set(JAVA_INT, 0, shape.type());
        attributes.set(JAVA_INT, 4, shape.keyBytes());
        attributes.set(JAVA_INT, 8, shape.valueBytes());
        attributes.set(JAVA_INT, 12, shape.entriesMax());
        attributes.set(JAVA_INT, 16, shape.flags());
        setName(28, name);
        int descriptor = succeeded(calls.bpf(MAP_CREATE, attributes), "making a map in the kernel");
        maps.put(name, descriptor);
        if (pins != null && isKept(shape)) {
            pins.pin(name, descriptor);
        }
    }

    private void loadCode(ProgramObject object) throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment code = scratch.allocate((long) object.instructions() * Long.BYTES, Long.BYTES);
            code.copyFrom(MemorySegment.ofArray(object.code(this::map)));
            attributes.fill((byte) 0);
            attributes.set(JAVA_INT, 0, hook.programType);
            attributes.set(JAVA_INT, 4, object.instructions());
            attributes.set(JAVA_LONG, 8, code.address());
            attributes.set(JAVA_LONG, 16, scratch.allocateFrom(object.licence()).address());
            setName(48, NAME);
            attributes.set(JAVA_INT, 68, hook.attachType);
            program = succeeded(calls.bpf(PROG_LOAD, attributes), "loading a program into the kernel");
        }
    }

    private void setName(int at, String name) {
        for (int i = 0; i < Math.min(name.length(), NAME_BYTES - 1); i++) {
            attributes.set(JAVA_BYTE, at + i, (byte) name.charAt(i));
        }
    }

    private int map(String name) {
        Integer descriptor = maps.get(name);
        if (descriptor == null) {
            throw new IllegalStateException("the program has no map " + name);
        }
        return descriptor;
    }

    /**
     * Attaches it.
     *
     * @param target the index of an interface, or the descriptor of a network namespace
     */
    void attach(int target) throws IOException {
        attributes.fill((byte) 0);
        attributes.set(JAVA_INT, 0, program);
        attributes.set(JAVA_INT, 4, target);
        attributes.set(JAVA_INT, 8, hook.attachType);
        int link = succeeded(calls.bpf(LINK_CREATE, attributes), "attaching a program");
        links.add(link);
        if (pins != null) {
            pins.pinLink(target, link);
        }
    }

    int entriesMax(String map) {
        return shape(map).entriesMax();
    }

    private MapShape shape(String map) {
        MapShape shape = shapes.get(map);
        if (shape == null) {
            throw new IllegalStateException("the program has no map " + map);
        }
        return shape;
    }

    /** The values of an array, one behind the other, until this is closed. */
    MemorySegment memory(String map) throws IOException {
        MapShape shape = shape(map);
        return calls.mapMemory(arena, map(map), (long) shape.valueBytes() * shape.entriesMax());
    }

    /** @return false if there is no room */
    boolean put(String map, MemorySegment key, MemorySegment value) {
        return onElement(MAP_UPDATE_ELEM, map, key.address(), value.address());
    }

    /** Nothing happens if it is not there. */
    void remove(String map, MemorySegment key) {
        onElement(MAP_DELETE_ELEM, map, key.address(), 0);
    }

    /**
     * Goes through a map.
     *
     * @param key before: where to go on from; after: the next key
     * @param first whether to begin
     * @return false if there is none
     */
    boolean next(String map, MemorySegment key, boolean first) {
        return onElement(MAP_GET_NEXT_KEY, map, first ? 0 : key.address(), key.address());
    }

    /** @return false if it is not there */
    boolean get(String map, MemorySegment key, MemorySegment value) {
        return onElement(MAP_LOOKUP_ELEM, map, key.address(), value.address());
    }

    private boolean onElement(int command, String map, long key, long value) {
        attributes.fill((byte) 0);
        attributes.set(JAVA_INT, 0, map(map));
        attributes.set(JAVA_LONG, 8, key);
        attributes.set(JAVA_LONG, 16, value);
        return calls.bpf(command, attributes) == 0;
    }

    /**
     * Runs it once as if a frame had arrived at the loopback interface.
     *
     * @param output gets the frame as the program leaves it
     * @return its length
     */
    int run(MemorySegment frame, int length, MemorySegment output) throws IOException {
        attributes.fill((byte) 0);
        attributes.set(JAVA_INT, 0, program);
        attributes.set(JAVA_INT, 8, length);
        attributes.set(JAVA_INT, 12, (int) output.byteSize());
        attributes.set(JAVA_LONG, 16, frame.address());
        attributes.set(JAVA_LONG, 24, output.address());
        succeeded(calls.bpf(PROG_TEST_RUN, attributes), "trying a program in the kernel");
        return attributes.get(JAVA_INT, 12);
    }

    private int succeeded(int result, String what) throws IOException {
        if (result < 0) {
            throw calls.failure(what);
        }
        return result;
    }

    /** Ends also what would have outlived the process. */
    @Override
    public void close() {
        if (pins != null) {
            pins.removeAll();
        }
        links.forEach(calls::close);
        if (program >= 0) {
            calls.close(program);
        }
        maps.values().forEach(calls::close);
        arena.close();
    }
}
