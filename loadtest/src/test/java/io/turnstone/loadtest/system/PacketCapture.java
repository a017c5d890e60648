package io.turnstone.loadtest.system;

import io.turnstone.loadtest.server.ServerProcess;
import java.nio.file.Path;
import java.util.List;

/** tcpdump on one interface of this machine, with a filter, into a file. */
final class PacketCapture implements AutoCloseable {
    private final ServerProcess process;
    private final Path file;

    private PacketCapture(ServerProcess process, Path file) {
        this.process = process;
        this.file = file;
    }

    /** Capturing when this returns. */
    static PacketCapture start(String name, String networkInterface, String filter) {
        Path file = Tools.ARTEFACTS.resolve(name + ".pcap");
        ServerProcess process = ServerProcess.start("tcpdump", Tools.ARTEFACTS.resolve(name + ".tcpdump.log"),
            List.of(Tools.require("tcpdump"), "-Z", "root", "-i", networkInterface, "-n", "-U", "-w", file.toString(),
                filter));
        process.await("capturing", 10, () -> process.output().contains("listening on"));
        return new PacketCapture(process, file);
    }

    /** Stops, and gives one line for each packet. */
    List<String> packets() {
        process.signal("INT");
        process.awaitExit(10);
        return Tools.run(30, List.of(Tools.require("tcpdump"), "-n", "-r", file.toString()))
            .lines()
            .filter(line -> !line.startsWith("reading from"))
            .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
