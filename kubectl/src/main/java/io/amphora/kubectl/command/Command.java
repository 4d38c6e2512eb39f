package io.amphora.kubectl.command;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;

/// One command of the command line; [Commands] lists them.
public interface Command {
    String name();

    /// One line for the list of commands.
    String summary();

    /// How it is called.
    String usage();

    /// Adds the command's own flags to those that all have.
    Flags.Known flags(Flags.Known common);

    void run(Session session);
}
