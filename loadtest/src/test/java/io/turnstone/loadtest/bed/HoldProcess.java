package io.turnstone.loadtest.bed;

import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code turnstone-loadtest hold} on the bed's client machine, and the echo on the peer. */
public final class HoldProcess implements AutoCloseable {
    private static final String MAIN = "io.turnstone.loadtest.Main";
    private static final long PREPARED_SECONDS_MAX = 90;
    /** After the window: the last packets, and 39 s of patience for an allocation that is gone. */
    private static final long REPORTED_SECONDS_MAX = 150;

    private final ServerProcess hold;
    private final Path json;

    private HoldProcess(ServerProcess hold, Path json) {
        this.hold = hold;
        this.json = json;
    }

    /** Starts the echo that plain peers and the control flow use. */
    public static ServerProcess startPeer(Bed bed) {
        ServerProcess echo = bed.peer()
            .start("echo", bed.logs().resolve("echo.log"), JavaTool.command(MAIN, "128m",
                List.of("peer", "--listen", Addresses.PEER + ":" + Addresses.PEER_PORT)));
        RealTime.begin(echo.pid());
        return echo;
    }

    /** @param more options beside the server, the user, the control flow and the report */
    public static HoldProcess start(Bed bed, String name, List<String> more) {
        Path json = bed.logs().resolve(name + ".json");
        String echo = Addresses.PEER + ":" + Addresses.PEER_PORT;
        List<String> arguments = new ArrayList<>(List.of("hold", "--server",
            Addresses.SERVICE + ":" + Addresses.SERVICE_PORT, "--user",
            TurnstoneNode.USER + ":" + TurnstoneNode.PASSWORD, "--control", echo, "--json", json.toString()));
        Addresses.CLIENTS.forEach(client -> arguments.addAll(List.of("--local", client)));
        arguments.addAll(more);
        ServerProcess process = bed.clients()
            .start("hold", bed.logs().resolve(name + ".log"), JavaTool.command(MAIN,
                "384m", arguments));
        return new HoldProcess(process, json);
    }

    /** The first Allocate is about to be sent. */
    public void awaitMaking() {
        hold.await("making allocations", PREPARED_SECONDS_MAX, () -> hold.output().contains("making "));
    }

    /** Every flow carries packets, and the window has begun; from now on the clients wait for nobody. */
    public void awaitHolding() {
        hold.await("holding", PREPARED_SECONDS_MAX, () -> hold.output().contains("holding "));
        RealTime.begin(hold.pid());
    }

    /** Ends the window now. */
    public void stop() {
        hold.signal("TERM");
    }

    /** Waits for the report of a window that was ended. */
    public HoldResult result() {
        hold.awaitExit(REPORTED_SECONDS_MAX);
        return HoldResult.read(json, hold.output());
    }

    @Override
    public void close() {
        hold.kill();
    }
}
