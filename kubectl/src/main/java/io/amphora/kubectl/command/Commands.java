package io.amphora.kubectl.command;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/// All commands.
public final class Commands {
    private static final List<Command> ALL = List.of(
            new Apply(),
            new Get(),
            new Describe(),
            new Logs(),
            new Exec(),
            new Create(),
            new Delete(),
            new Scale(),
            new Rollout(),
            new Wait(),
            new ApiResources(),
            new Version());

    private Commands() {}

    public static Optional<Command> find(String name) {
        return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    public static void help(PrintStream out) {
        out.println("Controls the Kubernetes cluster.\n\nCommands:");
        for (Command command : ALL) out.printf("  %-14s %s%n", command.name(), command.summary());
        out.println("\nUse \"kubectl <command> --help\" for how a command is called.");
    }
}
