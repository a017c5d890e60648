package io.turnstone.loadtest.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Refuses values of options: one line that names the option, the value and what is allowed. */
public final class Allowed {
    private Allowed() {}

    /** @throws ParameterException unless it holds */
    public static void demand(
        CommandLine command, boolean holds, String option, @Nullable Object value, String allowed) {
        if (!holds) {
            throw wrong(command, option, value, allowed);
        }
    }

    public static ParameterException wrong(CommandLine command, String option, @Nullable Object value, String allowed) {
        return new ParameterException(command, option + " = " + value + " is not allowed: " + allowed);
    }
}
