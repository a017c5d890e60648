package io.turnstone.node;

import io.turnstone.config.ConfigurationException;
import io.turnstone.node.demo.DemoCommand;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line: {@code turnstone node}, {@code demo} and {@code drain}. Wrong use is one line and exit code 2. */
@Command(name = "turnstone", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, subcommands = HelpCommand.class, synopsisSubcommandLabel = "COMMAND", description = "A clustered STUN and TURN relay whose calls go on when a machine dies.", footerHeading = "%nExamples:%n", footer = {
    "  turnstone demo                          three nodes and a page to call yourself, on this machine",
    "  turnstone node --user ann:secret        one relay at port 3478 of this machine's first address",
    "  turnstone node --config turnstone.conf  the same by a file; flags override it",
    "  turnstone drain                         the node with admin port 9478 leaves its cluster without a gap",
    "  turnstone help node                     every flag",
    "",
    "Settings and their meaning: cluster-config/src/main/resources/reference.conf"})
public final class Main {
    private static final int HELP_WIDTH = 118;

    private Main() {}

    public static void main(String[] arguments) {
        HostNames.forgetSoon();
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.addSubcommand(NodeCommand.commandLine());
        commandLine.addSubcommand(new DemoCommand());
        commandLine.addSubcommand(new DrainCommand());
        commandLine.setUsageHelpWidth(HELP_WIDTH);
        commandLine.setParameterExceptionHandler(Main::onWrongParameter);
        commandLine.setExecutionExceptionHandler(Main::onFailure);
        return commandLine;
    }

    private static int onWrongParameter(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        print(command, wrong.getMessage() + "; see '" + command.getCommandSpec().qualifiedName() + " --help'");
        return CommandLine.ExitCode.USAGE;
    }

    private static int onFailure(Exception failure, CommandLine command, ParseResult parsed) {
        print(command, Objects.requireNonNullElse(failure.getMessage(), failure.toString()));
        return failure instanceof ConfigurationException ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }

    private static void print(CommandLine command, String line) {
        PrintWriter err = command.getErr();
        err.println("turnstone: " + line);
        err.flush();
    }

    /** The version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[]{"turnstone " + Objects.requireNonNullElse(version, "(not from a jar)"),
                "Java " + Runtime.version()};
        }
    }
}
