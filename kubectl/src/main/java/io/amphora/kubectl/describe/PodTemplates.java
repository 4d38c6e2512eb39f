package io.amphora.kubectl.describe;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What Pods are made from, and what is said of a Pod's place.
public final class PodTemplates {
    private PodTemplates() {}

    public static void describe(Page page, ObjectTree template) {
        page.line("Pod Template:");
        ObjectTree metadata = template.object("metadata");
        ObjectTree spec = template.object("spec");
        page.labels("  Labels", metadata.object("labels"));
        if (!metadata.object("annotations").isEmpty())
            page.annotations("  Annotations", metadata.object("annotations"));
        if (!spec.text("serviceAccountName").isEmpty())
            page.field("  Service Account", spec.text("serviceAccountName"));
        var containers = new Containers(page, null, "  ");
        if (!spec.list("initContainers").isEmpty())
            containers.describe("Init Containers", spec.list("initContainers"), ListTree.EMPTY);
        containers.describe("Containers", spec.list("containers"), ListTree.EMPTY);
        Volumes.describe(page, spec.list("volumes"), "  ");
        spreading(page, spec.list("topologySpreadConstraints"), "  ");
        if (!spec.text("priorityClassName").isEmpty())
            page.field("  Priority Class Name", spec.text("priorityClassName"));
        page.labels("  Node-Selectors", spec.object("nodeSelector"));
        tolerations(page, "  Tolerations", spec.list("tolerations"));
    }

    static void tolerations(Page page, String title, ListTree tolerations) {
        if (tolerations.isEmpty()) {
            page.field(title, "<none>");
            return;
        }
        List<Tree> sorted = new ArrayList<>(tolerations.items());
        sorted.sort(Comparator.comparing(each -> each.object().text("key")));
        String head = title + ":";
        for (Tree each : sorted) {
            page.line(head + "\t" + toleration(each.object()));
            head = title.startsWith(" ") ? "  " : "";
        }
    }

    private static String toleration(ObjectTree toleration) {
        var text = new StringBuilder(toleration.text("key"));
        if (!toleration.text("value").isEmpty()) text.append('=').append(toleration.text("value"));
        if (!toleration.text("effect").isEmpty()) text.append(':').append(toleration.text("effect"));
        if (toleration.text("operator").equals("Exists")
                && toleration.text("value").isEmpty()) text.append(text.isEmpty() ? "op=Exists" : " op=Exists");
        if (toleration.has("tolerationSeconds"))
            text.append(" for ").append(toleration.whole("tolerationSeconds")).append('s');
        return text.toString();
    }

    static void spreading(Page page, ListTree constraints, String space) {
        if (constraints.isEmpty()) return;
        List<Tree> sorted = new ArrayList<>(constraints.items());
        sorted.sort(Comparator.comparing(each -> each.object().text("topologyKey")));
        String head = space + "Topology Spread Constraints:";
        for (Tree each : sorted) {
            ObjectTree constraint = each.object();
            String selector = constraint.has("labelSelector")
                    ? " when max skew " + constraint.whole("maxSkew") + " is exceeded for selector "
                            + io.amphora.machinery.select.LabelSelector.of(constraint.get("labelSelector"))
                    : " when max skew " + constraint.whole("maxSkew") + " is exceeded";
            page.line(head + "\t" + constraint.text("topologyKey") + ":" + constraint.text("whenUnsatisfiable")
                    + selector);
            head = space;
        }
    }
}
