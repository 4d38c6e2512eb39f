package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// All commands, in the order in which they are told.
public final class Commands {
    private static final List<Command> ALL = List.of(
            new Create(),
            new Expose(),
            new Run(),
            new Command.Group(
                    "set",
                    "Set specific features on objects",
                    List.of(
                            new SetEnv(),
                            new SetImage(),
                            new SetResources(),
                            new SetSelector(),
                            new SetServiceAccount(),
                            new SetSubject())),
            new Explain(),
            new Get(),
            new Edit(),
            new Delete(),
            Rollout.command(),
            new Scale(),
            new Autoscale(),
            Certificate.command(),
            new ClusterInfo(),
            Top.command(),
            new Cordon(true),
            new Cordon(false),
            new Drain(),
            new Taint(),
            new Describe(),
            new Logs(),
            new Attach(),
            new Exec(),
            new PortForward(),
            new Copy(),
            new Command.Group(
                    "auth", "Inspect authorization", List.of(new AuthCanI(), new AuthReconcile(), new AuthWhoAmI())),
            new Debug(),
            new Events(),
            new Diff(),
            new Apply(),
            new Patch(),
            new Replace(),
            new Wait(),
            new Kustomize(),
            new Label(),
            new Annotate(),
            Config.command(),
            PluginList.command(),
            new Version(),
            new ApiVersions(),
            new ApiResources(),
            new Options());

    private Commands() {}

    public static Optional<Command> find(String name) {
        return find(ALL, name);
    }

    public static Optional<Command> find(List<Command> commands, String name) {
        return commands.stream()
                .filter(command ->
                        command.name().equals(name) || command.aliases().contains(name))
                .findFirst();
    }

    /// What is said of a command that there is not, with those that may have been meant.
    public static Failure unknown(String name) {
        var meant = new ArrayList<String>();
        for (Command command : ALL)
            if (distance(name.toLowerCase(Locale.ROOT), command.name()) <= 2
                    || command.name().startsWith(name.toLowerCase(Locale.ROOT))) meant.add(command.name());
        String text = "error: unknown command \"" + name + "\" for \"kubectl\"";
        if (!meant.isEmpty()) text += "\n\nDid you mean this?\n\t" + String.join("\n\t", meant);
        return Failure.plain(text);
    }

    /// How many letters are to be added, removed or changed (Levenshtein).
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) row[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    public static void help(PrintStream out) {
        out.println("kubectl controls the Kubernetes cluster manager.\n\nCommands:");
        for (Command command : ALL) out.printf("  %-14s %s%n", command.name(), command.summary());
        out.println("\nUse \"kubectl <command> --help\" for how a command is called.");
    }
}
