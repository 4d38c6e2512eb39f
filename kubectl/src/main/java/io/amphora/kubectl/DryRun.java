package io.amphora.kubectl;

import io.amphora.client.WriteOptions;

/// Whether a command only shows what it would do.
public enum DryRun {
    NONE(""),
    CLIENT(" (dry run)"),
    SERVER(" (server dry run)");

    private final String suffix;

    DryRun(String suffix) {
        this.suffix = suffix;
    }

    public static DryRun of(Flags flags) {
        String value = flags.text("dry-run", "none");
        return switch (value) {
            case "none", "false" -> NONE;
            case "client", "unchanged", "true" -> CLIENT;
            case "server" -> SERVER;
            default ->
                throw Failure.error(
                        "Invalid dry-run value (" + value + "). Must be \"none\", \"server\", or \"client\".");
        };
    }

    public String suffix() {
        return suffix;
    }

    public WriteOptions on(WriteOptions options) {
        return this == SERVER ? options.dryRun() : options;
    }
}
