package io.turnstone.loadtest;

import io.turnstone.loadtest.allocate.AllocCommand;
import io.turnstone.loadtest.allocate.ChurnCommand;
import io.turnstone.loadtest.hold.HoldCommand;
import io.turnstone.loadtest.hold.PeerCommand;
import io.turnstone.loadtest.relay.RelayCommand;
import io.turnstone.loadtest.signaling.CallCommand;
import io.turnstone.loadtest.signaling.RegisterCommand;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line {@code turnstone-loadtest}. Wrong use is one line and exit code 2. */
@Command(name = "turnstone-loadtest", mixinStandardHelpOptions = true, version = "turnstone-loadtest", subcommands = {
    AllocCommand.class, ChurnCommand.class, HoldCommand.class, PeerCommand.class, RelayCommand.class,
    RegisterCommand.class, CallCommand.class,
    HelpCommand.class}, synopsisSubcommandLabel = "COMMAND", description = "Loads a TURN or SIP server or cluster and tells what its clients would have noticed.", footerHeading = "%nExample:%n", footer = {
        "  turnstone-loadtest hold --server turn.example.org:3478 --user ann:secret --allocations 100 --seconds 60",
        "    and kill a node meanwhile"})
public final class Main {
    private static final int HELP_WIDTH = 118;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setUsageHelpWidth(HELP_WIDTH);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
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
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static void print(CommandLine command, String line) {
        command.getErr().println("turnstone-loadtest: " + line);
        command.getErr().flush();
    }
}
