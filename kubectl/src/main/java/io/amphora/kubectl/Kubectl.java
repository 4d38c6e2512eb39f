package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.kubectl.command.Command;
import io.amphora.kubectl.command.Commands;
import io.amphora.kubectl.command.Programs;
import io.amphora.machinery.patch.PatchException;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The command line: finds the command, lets it run, and turns whatever it throws into the text and the exit code
/// that kubectl has for it.
public final class Kubectl {
    private final Console console;
    private final Map<String, String> environment;
    private final Path folder;
    private final Connector connector;
    private final Clock clock;

    public Kubectl(Console console, Map<String, String> environment, Connector connector, Clock clock) {
        this(console, environment, Path.of(""), connector, clock);
    }

    /// @param folder where relative names of files begin
    public Kubectl(Console console, Map<String, String> environment, Path folder, Connector connector, Clock clock) {
        this.console = console;
        this.environment = environment;
        this.folder = folder;
        this.connector = connector;
        this.clock = clock;
    }

    /// @return the exit code
    public int run(List<String> arguments) {
        try {
            runCommand(arguments);
            return 0;
        } catch (Failure failure) {
            console.out().flush();
            if (!failure.shown().isEmpty()) console.err().println(failure.shown());
            return failure.code();
        } catch (ApiException refused) {
            console.out().flush();
            console.err().println(Refusals.describe(refused));
            return 1;
        } catch (RuntimeException unexpected) { // a mistake of this program is not shown as one of Java's
            console.out().flush();
            String message = String.valueOf(unexpected.getMessage());
            console.err()
                    .println("error: "
                            + (unexpected instanceof PatchException
                                    ? message
                                    : unexpected.getClass().getSimpleName() + ": " + message));
            return 1;
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    private void runCommand(List<String> arguments) {
        var words = new ArrayList<>(arguments);
        Flags.Known common = Session.commonFlags();
        int at = nextWord(words, 0, common);
        if (at < 0 || words.get(at).equals("help")) {
            Commands.help(console.out());
            return;
        }
        String name = words.get(at);
        Optional<Command> known = Commands.find(name);
        if (known.isEmpty()) {
            runPlugin(words.subList(at, words.size()), common);
            return;
        }
        words.remove(at);
        Command command = known.get();
        String path = command.name();
        for (at = nextWord(words, 0, common); at >= 0; at = nextWord(words, 0, common)) {
            Optional<Command> below = Commands.find(command.commands(), words.get(at));
            if (below.isEmpty()) break;
            words.remove(at);
            command = below.get();
            path += " " + command.name();
        }
        int dashes = words.indexOf("--");
        List<String> own = dashes < 0 ? words : words.subList(0, dashes);
        if (own.contains("--help") || own.contains("-h")) {
            console.out().println(command.summary() + "\n\nUsage:\n  " + command.usage());
            return;
        }
        Flags.Known flagsOfCommand = command.flags(common);
        Flags flags = Flags.parse(path, words, flagsOfCommand);
        try (var session = new Session(path, console, flags, environment, folder, connector, clock)) {
            flags.require(flagsOfCommand);
            session.check();
            command.run(session);
        }
    }

    private void runPlugin(List<String> words, Flags.Known common) {
        String name = words.getFirst();
        Plugins.Call call = new Plugins(environment).find(words).orElseThrow(() -> Commands.unknown(name));
        var line = new ArrayList<>(List.of(call.program().toString()));
        line.addAll(call.words());
        Flags none = Flags.parse(name, List.of(), common);
        try (var session = new Session(name, console, none, environment, folder, connector, clock)) {
            int code = Programs.run(session, line, true);
            if (code != 0) throw Failure.silent(code);
        } catch (IOException failure) {
            throw Failure.error(String.valueOf(failure.getMessage()));
        }
    }

    /// Where the next word stands that is neither a flag nor a flag's value; -1 for none.
    private static int nextWord(List<String> words, int from, Flags.Known common) {
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) return -1;
            if (!word.startsWith("-")) return i;
            if (common.takesNext(word)) i++;
        }
        return -1;
    }
}
