package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Plugins;
import io.amphora.kubectl.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `plugin list`: the programs of the `PATH` that are commands of kubectl.
final class PluginList implements Command {
    static Command command() {
        return new Group("plugin", "Provides utilities for interacting with plugins", List.of(new PluginList()));
    }

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "List all visible plugin executables on a user's PATH";
    }

    @Override
    public String usage() {
        return "kubectl plugin list [--name-only]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("name-only");
    }

    @Override
    public void run(Session session) {
        List<Path> found = new Plugins(session.environment()).all();
        if (found.isEmpty()) throw Failure.error("unable to find any kubectl plugins in your PATH");
        session.print("The following compatible plugins are available:\n");
        Map<String, Path> seen = new HashMap<>();
        int warnings = 0;
        for (Path plugin : found) {
            String file = String.valueOf(plugin.getFileName());
            session.print(session.flags().isSet("name-only") ? file : plugin.toString());
            Optional<String> wrong = wrong(plugin, file, seen);
            if (wrong.isEmpty()) continue;
            session.warn("  - " + wrong.get());
            warnings++;
        }
        if (warnings == 1) throw Failure.error("one plugin warning was found");
        if (warnings > 1) throw Failure.error(warnings + " plugin warnings were found");
    }

    private static Optional<String> wrong(Path plugin, String file, Map<String, Path> seen) {
        String[] words = file.substring(Plugins.PREFIX.length()).split("-");
        boolean shadowed = words.length > 0
                && Commands.find(words[0]).isPresent()
                && (words.length == 1 || !words[0].equals("create"));
        if (shadowed)
            return Optional.of("warning: " + file + " overwrites existing command: \"kubectl " + words[0] + "\"");
        if (!Files.isExecutable(plugin))
            return Optional.of("warning: " + plugin + " identified as a kubectl plugin, but it is not executable");
        Path before = seen.putIfAbsent(file, plugin);
        return before == null
                ? Optional.empty()
                : Optional.of("warning: " + plugin + " is overshadowed by a similarly named plugin: " + before);
    }
}
