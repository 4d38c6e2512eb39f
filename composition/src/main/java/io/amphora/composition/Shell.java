package io.amphora.composition;

import io.amphora.runtime.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs the system's own tools (ip, nft, nsenter), one at a time, and waits for them.
final class Shell {
    private Shell() {}

    record Result(int code, String out, String err) {
        boolean ok() {
            return code == 0;
        }
    }

    /// What the command printed.
    ///
    /// @throws UserError when it fails or is not installed
    static String run(String... command) {
        Result result = attempt(List.of(command), "");
        if (!result.ok())
            throw new UserError("`" + String.join(" ", command) + "` failed: "
                    + result.err().strip());
        return result.out();
    }

    /// Runs a command that may fail, such as a deletion of what may be gone already.
    static Result attempt(String... command) {
        return attempt(List.of(command), "");
    }

    static Result attempt(List<String> command, String input) {
        try {
            var result = Processes.run(command, out -> out.write(input.getBytes(StandardCharsets.UTF_8)));
            return new Result(result.exitCode(), result.output(), result.errors());
        } catch (IOException missing) {
            throw new UserError("cannot run `" + command.getFirst() + "`: " + missing.getMessage());
        }
    }
}
