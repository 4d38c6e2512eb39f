package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.stream.Collectors;

/// Endpoints, subset by subset.
final class EndpointsList implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        Describer.head(found, page);
        page.line("Subsets:");
        for (Tree each : found.object().list("subsets")) {
            ObjectTree subset = each.object();
            page.line("  Addresses:\t" + addresses(subset.list("addresses")));
            page.line("  NotReadyAddresses:\t" + addresses(subset.list("notReadyAddresses")));
            if (!subset.list("ports").isEmpty()) {
                page.line("  Ports:\n    Name\tPort\tProtocol\n    ----\t----\t--------");
                for (Tree one : subset.list("ports")) {
                    ObjectTree port = one.object();
                    String name = port.text("name").isEmpty() ? "<unset>" : port.text("name");
                    page.line("    " + name + "\t" + port.whole("port") + "\t" + port.text("protocol"));
                }
            }
            page.line("");
        }
        look.events(found, page);
    }

    private static String addresses(ListTree addresses) {
        return addresses.isEmpty()
                ? "<none>"
                : addresses.stream().map(each -> each.object().text("ip")).collect(Collectors.joining(","));
    }
}
