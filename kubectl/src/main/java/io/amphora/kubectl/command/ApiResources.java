package io.amphora.kubectl.command;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Table;
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
        return "kubectl api-resources [-o name]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("output", 'o').bool("no-headers");
    }

    @Override
    public void run(Session session) {
        var seen = new HashSet<String>();
        List<Kind> kinds = session.kinds().all().stream()
                .filter(kind -> seen.add(KindTable.pluralName(kind)))
                .sorted(Comparator.comparing((Kind kind) -> kind.gvk().group()).thenComparing(Kind::plural))
                .toList();
        if (session.flags().text("output").equals("name")) {
            kinds.forEach(kind -> session.print(KindTable.pluralName(kind)));
            return;
        }
        var table = session.flags().isSet("no-headers")
                ? new Table()
                : new Table("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND");
        for (Kind kind : kinds)
            table.add(List.of(
                    kind.plural(),
                    String.join(",", kind.shortNames()),
                    kind.gvk().apiVersion(),
                    Boolean.toString(kind.namespaced()),
                    kind.gvk().kind()));
        table.lines().forEach(session::print);
    }
}
