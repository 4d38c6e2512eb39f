package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// A NetworkPolicy in sentences.
final class NetworkPolicies implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        ObjectTree metadata = found.object().object("metadata");
        page.field("Name", found.name());
        page.field("Namespace", found.namespace());
        page.line("Created on:\t"
                + metadata.text("creationTimestamp").replace('T', ' ').replace("Z", " +0000 UTC"));
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.line("Spec:");
        String selector = LabelSelector.of(spec.get("podSelector")).toString();
        page.line(
                1,
                "PodSelector: "
                        + (selector.isEmpty() || selector.equals("<none>")
                                ? "<none> (Allowing the specific traffic to all pods in this namespace)"
                                : selector));
        List<String> types = spec.list("policyTypes").stream().map(Page::text).toList();
        if (types.contains("Ingress")) {
            page.line(1, "Allowing ingress traffic:");
            rules(page, spec.list("ingress"), "from", "From", "Selected pods are isolated for ingress connectivity");
        } else page.line(1, "Not affecting ingress traffic");
        if (types.contains("Egress")) {
            page.line(1, "Allowing egress traffic:");
            rules(page, spec.list("egress"), "to", "To", "Selected pods are isolated for egress connectivity");
        } else page.line(1, "Not affecting egress traffic");
        page.line(1, "Policy Types: " + String.join(", ", types));
    }

    private static void rules(Page page, ListTree rules, String peers, String title, String none) {
        if (rules.isEmpty()) {
            page.line(2, "<none> (" + none + ")");
            return;
        }
        int number = 0;
        for (Tree each : rules) {
            ObjectTree rule = each.object();
            if (rule.list("ports").isEmpty()) page.line(2, "To Port: <any> (traffic allowed to all ports)");
            for (Tree port : rule.list("ports")) {
                String shown =
                        port.object().has("port") ? Page.text(port.object().get("port")) : "<any>";
                page.line(2, "To Port: " + shown + "/" + port.object().text("protocol"));
            }
            if (rule.list(peers).isEmpty())
                page.line(
                        2,
                        title + ": <any> (traffic not restricted by "
                                + (peers.equals("from") ? "source" : "destination") + ")");
            else {
                page.line(2, title + ":");
                for (Tree peer : rule.list(peers)) peer(page, peer.object());
            }
            if (++number < rules.size()) page.line(2, "----------");
        }
    }

    private static void peer(Page page, ObjectTree peer) {
        if (peer.has("ipBlock")) {
            ObjectTree block = peer.object("ipBlock");
            page.line(3, "IPBlock:");
            page.line(4, "CIDR: " + block.text("cidr"));
            page.line(
                    4,
                    "Except: "
                            + String.join(
                                    ", ",
                                    block.list("except").stream()
                                            .map(Page::text)
                                            .toList()));
        }
        if (peer.has("namespaceSelector"))
            page.line(3, "NamespaceSelector: " + selector(peer.get("namespaceSelector")));
        if (peer.has("podSelector")) page.line(3, "PodSelector: " + selector(peer.get("podSelector")));
    }

    private static String selector(Tree selector) {
        return Page.orNone(LabelSelector.of(selector).toString());
    }
}
