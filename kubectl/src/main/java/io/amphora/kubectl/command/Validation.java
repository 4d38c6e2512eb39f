package io.amphora.kubectl.command;

import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;

/// `--validate`: what the server does about fields that it does not know.
final class Validation {
    private Validation() {}

    static void check(Flags flags) {
        of(flags);
    }

    static WriteOptions on(WriteOptions options, Flags flags) {
        return options.withFieldValidation(of(flags));
    }

    private static String of(Flags flags) {
        String how = flags.text("validate", "strict");
        return switch (how) {
            case "strict", "true" -> "Strict";
            case "warn" -> "Warn";
            case "ignore", "false" -> "Ignore";
            default ->
                throw Failure.error("invalid - validate option \"" + how
                        + "\"; must be one of: strict (or true), warn, ignore (or false)");
        };
    }
}
