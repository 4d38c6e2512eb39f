package io.amphora.kubectl.command;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/// `api-resources`: which kinds the server serves.
final class ApiResources implements Command {
    @Override
    public String name() {
        return "api-resources";
    }

    @Override
    public String summary() {
        return "Print the supported API resources on the server";
    }

    @Override
    public String usage() {
        return "kubectl api-resources [-o name|wide] [--api-group=GROUP] [--namespaced=BOOL] [--verbs=...] [--categories=...]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("output", 'o')
                .bool("no-headers", "namespaced", "cached")
                .text("api-group", "sort-by")
                .commas("verbs", "categories");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (!flags.arguments().isEmpty())
            throw Failure.usage(
                    "api-resources",
                    "unexpected arguments: " + flags.arguments().toString().replace(", ", " "));
        String output = flags.text("output");
        if (!List.of("", "wide", "name").contains(output))
            throw Failure.error("--output " + output + " is not available");
        String order = flags.text("sort-by");
        if (!List.of("", "name", "kind").contains(order)) throw Failure.error("--sort-by accepts only name or kind");
        var seen = new HashSet<String>();
        List<Kind> kinds = session.kinds().all().stream()
                .filter(kind -> !kind.verbs().isEmpty())
                .filter(kind -> seen.add(KindTable.pluralName(kind)))
                .filter(kind -> isWanted(kind, flags))
                .sorted(order(order))
                .toList();
        if (output.equals("name")) {
            kinds.forEach(kind -> session.print(KindTable.pluralName(kind)));
            return;
        }
        boolean wide = output.equals("wide");
        var table = new Table();
        if (!flags.isSet("no-headers")) {
            var headings = new ArrayList<>(List.of("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"));
            if (wide) headings.addAll(List.of("VERBS", "CATEGORIES"));
            table.add(headings);
        }
        for (Kind kind : kinds) {
            var cells = new ArrayList<>(List.of(
                    kind.plural(),
                    String.join(",", kind.shortNames()),
                    kind.gvk().apiVersion(),
                    Boolean.toString(kind.namespaced()),
                    kind.gvk().kind()));
            if (wide)
                cells.addAll(List.of(
                        String.join(",", kind.verbs().stream().sorted().toList()),
                        String.join(",", kind.categories())));
            table.add(cells);
        }
        table.lines().forEach(session::print);
    }

    private static boolean isWanted(Kind kind, Flags flags) {
        return (!flags.has("api-group")
                        || flags.text("api-group").equals(kind.gvk().group()))
                && (!flags.has("namespaced") || flags.isSet("namespaced") == kind.namespaced())
                && kind.verbs().containsAll(flags.list("verbs"))
                && kind.categories().containsAll(flags.list("categories"));
    }

    private static Comparator<Kind> order(String by) {
        Comparator<Kind> usual =
                Comparator.comparing((Kind kind) -> kind.gvk().group()).thenComparing(Kind::plural);
        return switch (by) {
            case "name" -> Comparator.comparing(Kind::plural);
            case "kind" -> Comparator.comparing((Kind kind) -> kind.gvk().kind());
            default -> usual;
        };
    }
}
