package io.turnstone.node.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of maps and attachments in a BPF file system, under which they outlive the process (bpf(2), BPF_OBJ_PIN). One thread.
 *
 * <pre>
 * turnstone-NAMESPACE-OWNER/     of one process at a time: what it listens on for operators, in its network namespace
 *     VERSION/                   of one program: what another one has written is of no use
 *         flows counts control
 *         link-INTERFACE-PID
 * </pre>
 */
final class Pins {
    private static final Logger LOG = LoggerFactory.getLogger(Pins.class);
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int OBJ_PIN = 6;
    private static final int OBJ_GET = 7;
    private static final int ATTRIBUTES_BYTES = 32;
    private static final Path NETWORK_NAMESPACE = Path.of("/proc/self/ns/net");
    private static final String PREFIX = "turnstone-";
    private static final String LINK_PREFIX = "link-";

    private final KernelCalls calls;
    private final Path fileSystem;
    private final Path directory;
    private final String process = Long.toString(ProcessHandle.current().pid());

    private Pins(KernelCalls calls, Path fileSystem, Path directory) {
        this.calls = calls;
        this.fileSystem = fileSystem;
        this.directory = directory;
    }

    /**
     * @param owner one at a time has this name in its network namespace
     * @param object the program
     * @throws IOException if there is no such directory
     */
    static Pins open(KernelCalls calls, Path fileSystem, String owner, byte[] object) throws IOException {
        CRC32 version = new CRC32();
        version.update(object);
        String name = PREFIX + plain(Files.readSymbolicLink(NETWORK_NAMESPACE).toString()) + '-' + plain(owner);
        Path directory = fileSystem.resolve(name).resolve(Long.toHexString(version.getValue()));
        Files.createDirectories(directory);
        return new Pins(calls, fileSystem, directory);
    }

    /** A BPF file system has no dots in its names. */
    private static String plain(String name) {
        return name.replaceAll("[^0-9A-Za-z]+", "_");
    }

    /** @return its descriptor, or -1 if there is none of that name */
    int get(String name) {
        return object(OBJ_GET, directory.resolve(name), 0);
    }

    /** @throws IOException if this is no BPF file system */
    void pin(String name, int descriptor) throws IOException {
        if (object(OBJ_PIN, directory.resolve(name), descriptor) < 0) {
            throw new IOException(fileSystem + " is no BPF file system: errno " + calls.errno());
        }
    }

    void pinLink(int interfaceIndex, int descriptor) throws IOException {
        pin(LINK_PREFIX + interfaceIndex + '-' + process, descriptor);
    }

    private int object(int command, Path path, int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            attributes.set(JAVA_LONG, 0, arena.allocateFrom(path.toString()).address());
            attributes.set(JAVA_INT, 8, descriptor);
            return calls.bpf(command, attributes);
        }
    }

    /** Detaches what earlier processes of this name have attached, by this program or another one. */
    void removeEarlier() {
        each(directory, path -> {
            String name = path.getFileName().toString();
            if (name.startsWith(LINK_PREFIX) && !name.endsWith("-" + process)) {
                Files.delete(path);
            }
        });
        each(parent(directory), version -> {
            if (!version.equals(directory)) {
                removeTree(version);
            }
        });
    }

    /** Removes what processes that have no successor left behind, once nothing believes it any more. */
    void removeAbandoned() {
        each(fileSystem, owner -> {
            if (owner.getFileName().toString().startsWith(PREFIX) && !owner.equals(parent(directory))) {
                each(owner, version -> {
                    if (isOver(version)) {
                        removeTree(version);
                        Files.delete(owner);
                    }
                });
            }
        });
    }

    private boolean isOver(Path version) {
        int control = object(OBJ_GET, version.resolve(FlowTable.CONTROL), 0);
        if (control < 0) {
            return false;
        }
        try {
            return leaseNs(control) < calls.monotonicNs();
        } finally {
            calls.close(control);
        }
    }

    private long leaseNs(int control) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(FlowTable.CONTROL_BYTES, Long.BYTES);
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            attributes.set(JAVA_INT, 0, control);
            attributes.set(JAVA_LONG, 8, arena.allocate(JAVA_INT).address());
            attributes.set(JAVA_LONG, 16, value.address());
            return calls.bpf(MAP_LOOKUP_ELEM, attributes) == 0 ? value.get(JAVA_LONG, 0) : Long.MAX_VALUE;
        }
    }

    /** What is there of this program is of no use. */
    void clear() {
        each(directory, Files::delete);
    }

    /** Nothing outlives this process. */
    void removeAll() {
        removeTree(parent(directory));
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " has no parent");
        }
        return parent;
    }

    private static void removeTree(Path root) {
        each(root, path -> {
            if (Files.isDirectory(path)) {
                removeTree(path);
            } else {
                Files.delete(path);
            }
        });
        try {
            Files.deleteIfExists(root);
        } catch (IOException failed) {
            LOG.warn("Cannot remove {}: {}", root, failed.toString());
        }
    }

    /** What may be done with a path. */
    private interface Use {
        void accept(Path path) throws IOException;
    }

    private static void each(Path directory, Use use) {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                use.accept(path);
            }
        } catch (FileSystemException goneOrForeign) {
            LOG.debug("Not looked through: {}", goneOrForeign.toString());
        } catch (IOException failed) {
            LOG.warn("Cannot look through {}: {}", directory, failed.toString());
        }
    }
}
