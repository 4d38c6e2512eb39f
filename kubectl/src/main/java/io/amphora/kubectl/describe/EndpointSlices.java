package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// An EndpointSlice, and the addresses that several have for one port.
final class EndpointSlices implements Describer {
    private static final int SHOWN = 3;

    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree slice = found.object();
        Describer.head(found, page);
        page.field("AddressType", slice.text("addressType"));
        if (slice.list("ports").isEmpty()) page.field("Ports", "<unset>");
        else {
            page.line("Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------");
            for (Tree each : slice.list("ports")) {
                ObjectTree port = each.object();
                String name = port.text("name").isEmpty() ? "<unset>" : port.text("name");
                page.line(1, name + "\t" + Page.orUnset(port.get("port")) + "\t" + port.text("protocol"));
            }
        }
        if (slice.list("endpoints").isEmpty()) page.line("Endpoints: <none>");
        else {
            page.line("Endpoints:");
            for (Tree endpoint : slice.list("endpoints")) endpoint(page, endpoint.object());
        }
        look.events(found, page);
    }

    private static void endpoint(Page page, ObjectTree endpoint) {
        page.line(
                1,
                "- Addresses:\t"
                        + endpoint.list("addresses").stream().map(Page::text).collect(Collectors.joining(", ")));
        page.line(2, "Conditions:");
        ObjectTree conditions = endpoint.object("conditions");
        page.field(3, "Ready", Page.orUnset(conditions.get("ready")));
        page.field(2, "Hostname", Page.orUnset(endpoint.get("hostname")));
        ObjectTree target = endpoint.object("targetRef");
        if (!target.isEmpty()) page.field(2, "TargetRef", target.text("kind") + "/" + target.text("name"));
        page.field(2, "NodeName", Page.orUnset(endpoint.get("nodeName")));
        page.field(2, "Zone", Page.orUnset(endpoint.get("zone")));
    }

    /// @param name of the port; "" for a nameless one
    static String addresses(List<ObjectTree> slices, String name) {
        if (slices.isEmpty()) return "<none>";
        var ready = new ArrayList<String>();
        for (ObjectTree slice : slices)
            for (Tree port : slice.list("ports"))
                if (port.object().text("name").equals(name))
                    for (Tree endpoint : slice.list("endpoints"))
                        if (isReady(endpoint.object()))
                            for (Tree address : endpoint.object().list("addresses"))
                                ready.add(
                                        Page.text(address) + ":" + port.object().whole("port"));
        if (ready.size() <= SHOWN) return String.join(",", ready);
        return String.join(",", ready.subList(0, SHOWN)) + " + " + (ready.size() - SHOWN) + " more...";
    }

    private static boolean isReady(ObjectTree endpoint) {
        ObjectTree conditions = endpoint.object("conditions");
        return !conditions.has("ready") || conditions.bool("ready");
    }
}
