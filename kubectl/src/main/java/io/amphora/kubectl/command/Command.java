package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import java.util.List;

/// One command of the command line; [Commands] lists them.
public interface Command {
    String name();

    /// One line for the list of commands.
    String summary();

    /// How it is called.
    String usage();

    /// Other names of it.
    default List<String> aliases() {
        return List.of();
    }

    /// Commands below this one, `rollout status`.
    default List<Command> commands() {
        return List.of();
    }

    /// Adds the command's own flags to those that all have.
    default Flags.Known flags(Flags.Known common) {
        return common;
    }

    void run(Session session);

    /// A command that only holds others.
    record Group(String name, String summary, List<String> aliases, List<Command> commands) implements Command {
        public Group(String name, String summary, List<Command> commands) {
            this(name, summary, List.of(), commands);
        }

        @Override
        public String usage() {
            return "kubectl " + name + " SUBCOMMAND";
        }

        @Override
        public void run(Session session) {
            List<String> words = session.flags().arguments();
            if (!words.isEmpty())
                throw Failure.usage(session.command(), "unknown command \"" + String.join(" ", words) + "\"");
            session.print(summary + "\n\nAvailable Commands:");
            for (Command command : commands)
                session.print(String.format("  %-16s %s", command.name(), command.summary()));
            session.print("\nUsage:\n  kubectl " + session.command() + " [flags] [options]");
            throw Failure.silent(1);
        }
    }
}
