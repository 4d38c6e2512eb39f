package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.kubectl.command.Command;
import io.amphora.kubectl.command.Commands;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The command line: finds the command, lets it run, and turns whatever it throws into the text and the exit code
/// that
/// kubectl has for it.
public final class Kubectl {
    private final Console console;
    private final Map<String, String> environment;
    private final Connector connector;
    private final Clock clock;

    public Kubectl(Console console, Map<String, String> environment, Connector connector, Clock clock) {
        this.console = console;
        this.environment = environment;
        this.connector = connector;
        this.clock = clock;
    }

    /// @return the exit code
    public int run(List<String> arguments) {
        try {
            runCommand(arguments);
            return 0;
        } catch (Failure failure) {
            if (!failure.shown().isEmpty()) console.err().println(failure.shown());
            return failure.code();
        } catch (ApiException refused) {
            console.err().println(describe(refused));
            return 1;
        } finally {
            console.out().flush();
        }
    }

    private void runCommand(List<String> arguments) {
        var words = new ArrayList<>(arguments);
        var leading = new ArrayList<String>();
        while (!words.isEmpty() && words.getFirst().startsWith("-")) {
            String flag = words.removeFirst();
            leading.add(flag);
            boolean alone = flag.contains("=") || words.isEmpty() || flag.equals("--help") || flag.equals("-h");
            if (!alone && !words.getFirst().startsWith("-")) leading.add(words.removeFirst());
        }
        if (words.isEmpty()) {
            Commands.help(console.out());
            return;
        }
        String name = words.removeFirst();
        if (name.equals("help")) {
            Commands.help(console.out());
            return;
        }
        Command command = Commands.find(name)
                .orElseThrow(() -> Failure.plain("error: unknown command \"" + name + "\" for \"kubectl\""));
        if (words.contains("-h") || words.contains("--help")) {
            console.out().println(command.usage());
            return;
        }
        words.addAll(0, leading);
        Flags flags = Flags.parse(name, words, command.flags(Session.commonFlags()));
        try (var session = new Session(console, flags, environment, connector, clock)) {
            command.run(session);
        }
    }

    /// A refusal of the server in kubectl's words.
    public static String describe(ApiException refused) {
        return describe(refused, "");
    }

    /// @param while_ what was being done, such as `error when creating "a.yaml": `
    public static String describe(ApiException refused, String while_) {
        var details = refused.status().object("details");
        if (refused.reason().equals("Invalid") && !details.isEmpty()) {
            String what = "The " + details.text("kind") + " \"" + details.text("name") + "\" is invalid";
            List<String> causes = details.list("causes").stream()
                    .map(Tree::object)
                    .map(cause ->
                            (cause.text("field").isEmpty() ? "" : cause.text("field") + ": ") + cause.text("message"))
                    .distinct()
                    .toList();
            if (causes.isEmpty()) return what + ": " + refused.getMessage();
            if (causes.size() == 1) return what + ": " + causes.getFirst();
            return what + ": \n" + causes.stream().map(cause -> "* " + cause).collect(Collectors.joining("\n"));
        }
        if (refused.reason().equals("Unauthorized"))
            return "error: You must be logged in to the server (" + while_ + refused.getMessage() + ")";
        if (refused.reason().equals(Connector.UNREACHABLE)) return String.valueOf(refused.getMessage());
        String reason = refused.reason().isEmpty() ? "" : " (" + refused.reason() + ")";
        return "Error from server" + reason + ": " + while_ + refused.getMessage();
    }
}
