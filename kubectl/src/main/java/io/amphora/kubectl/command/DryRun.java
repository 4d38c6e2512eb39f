package io.amphora.kubectl.command;

import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;

/// Whether a command only shows what it would do.
enum DryRun {
    NONE(""),
    CLIENT(" (dry run)"),
    SERVER(" (server dry run)");

    private final String suffix;

    DryRun(String suffix) {
        this.suffix = suffix;
    }

    static DryRun of(Flags flags) {
        String value = flags.text("dry-run", "none");
        return switch (value) {
            case "none" -> NONE;
            case "client", "unchanged" -> CLIENT;
            case "server" -> SERVER;
            default ->
                throw Failure.error(
                        "Invalid dry-run value (" + value + "). Must be \"none\", \"server\", or \"client\".");
        };
    }

    String suffix() {
        return suffix;
    }

    WriteOptions on(WriteOptions options) {
        return this == SERVER ? options.dryRun() : options;
    }
}
