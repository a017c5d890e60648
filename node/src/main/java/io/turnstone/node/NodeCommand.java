package io.turnstone.node;

import io.turnstone.config.ConfigurationException;
import io.turnstone.config.Settings;
import io.turnstone.config.SettingsLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code turnstone node}: one node in the foreground until SIGTERM or Ctrl-C, which drain it; the second one ends it at once. */
@Command(name = "node", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false, abbreviateSynopsis = true, description = {
    "Runs one node in the foreground until Ctrl-C, which lets its calls move to other nodes first; a second one does not.",
    "Flags override --config, which overrides the defaults. A node without cluster flags is complete in itself.%n"}, footerHeading = "%nExamples:%n", footer = {
        "  One relay behind NAT, for everyone with a password:",
        "    turnstone node --listen 10.0.0.5:3478=198.51.100.7:3478 --relay-address 10.0.0.5=198.51.100.7 \\",
        "        --user ann:secret",
        "",
        "  The same, and a SIP registrar and proxy for browsers and phones:",
        "    turnstone node --listen 198.51.100.7:3478 --user ann:secret --user ben:secret \\",
        "        --sip-domain example.org --listen-ws 198.51.100.7:8080 --listen-sip 198.51.100.7:5060",
        "",
        "  First and second node of a cluster behind the balancer 203.0.113.1:",
        "    turnstone node --listen 10.0.0.1:3478=203.0.113.1:3478 --relay-address 198.51.100.1 \\",
        "        --cluster-address 10.0.0.1:7400 --seed 10.0.0.1:7400 --fabric 10.0.0.1:7500 \\",
        "        --cluster-secret \"$SECRET\" --shared-secret \"$REST_SECRET\"",
        "    turnstone node --listen 10.0.0.2:3478=203.0.113.1:3478 --relay-address 198.51.100.2 \\",
        "        --cluster-address 10.0.0.2:7400 --seed 10.0.0.1:7400 --fabric 10.0.0.2:7500 \\",
        "        --cluster-secret \"$SECRET\" --shared-secret \"$REST_SECRET\"",
        "",
        "  Any key of reference.conf: --set turn.address-family=client"})
final class NodeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

    private static final int ENDED_BY_SIGNAL = 143;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings as in reference.conf.")
    private @Nullable Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting of one value by its key, without 'turnstone.'. Repeatable.")
    private List<String> assignments = List.of();

    @Option(names = "--stop-with-stdin", hidden = true, description = "Stops with the whole cluster when standard input ends.")
    private boolean stopWithStdin;

    private NodeCommand() {}

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new NodeCommand());
        SettingFlag.addTo(commandLine.getCommandSpec());
        return commandLine;
    }

    @Override
    public Integer call() {
        Node node = Node.start(settings());
        Signals.onEnd(node::drain, () -> Runtime.getRuntime().halt(ENDED_BY_SIGNAL));
        if (stopWithStdin) {
            Thread.ofPlatform().daemon().name("stdin").start(() -> stopWhenEnded(System.in, node));
        }
        node.awaitDrained();
        return CommandLine.ExitCode.OK;
    }

    private Settings settings() {
        SettingsLoader loader = new SettingsLoader();
        if (config != null) {
            loader.file(config);
        }
        assignments.forEach(assignment -> assign(assignment, loader));
        if (spec != null) {
            SettingFlag.apply(spec.commandLine().getParseResult(), loader);
        }
        return loader.load();
    }

    private static void assign(String assignment, SettingsLoader loader) {
        int equals = assignment.indexOf('=');
        if (equals <= 0) {
            throw new ConfigurationException("--set", assignment, "the command line",
                "KEY=VALUE with a key of reference.conf");
        }
        loader.set(assignment.substring(0, equals), assignment.substring(equals + 1), "--set");
    }

    private static void stopWhenEnded(InputStream in, Node node) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            LOG.debug("standard input broke", broken);
        }
        node.closeWithAllOthers();
        // The ActorSystem is not asked: it would leave step by step.
        Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    }
}
