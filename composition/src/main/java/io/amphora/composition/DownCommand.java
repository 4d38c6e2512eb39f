package io.amphora.composition;

import io.amphora.kubectl.Flags;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// `down [--keep-data] [--data DIR]`. Without a cluster it still removes what a crashed one left.
final class DownCommand {
    private DownCommand() {}

    static int run(List<String> arguments, Clock clock, PrintStream out) {
        Flags flags = Flags.parse(
                "down", arguments, new Flags.Known().bool("keep-data").text("data"));
        if (!Installation.isRoot()) throw new UserError("down needs root: run it as root");
        Installation installation = flags.has("data")
                ? Installation.at(Path.of(flags.text("data")))
                : Installation.current().orElseGet(() -> Installation.at(Installation.defaultData()));
        try (var _ = Installation.lock()) {
            new Down(installation, clock).run(flags.isSet("keep-data"));
        } catch (IOException failure) {
            throw new UserError(String.valueOf(failure.getMessage()));
        }
        out.println(
                "down; nothing is left" + (flags.isSet("keep-data") ? " but the data in " + installation.data() : ""));
        return 0;
    }
}
