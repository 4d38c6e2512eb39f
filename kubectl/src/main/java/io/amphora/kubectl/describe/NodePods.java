package io.amphora.kubectl.describe;

import io.amphora.client.ListOptions;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the Pods of a Node ask for, of what it has.
record NodePods(Page page, Look look, ObjectTree status) {
    private static final Set<String> USUAL = Set.of("cpu", "memory", "ephemeral-storage", "pods");

    void describe(String node) {
        List<ObjectTree> pods = look.list(
                "pods",
                "",
                ListOptions.ALL.withFields("spec.nodeName=" + node + ",status.phase!=Succeeded,status.phase!=Failed"));
        page.line("Non-terminated Pods:\t(" + pods.size() + " in total)");
        page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
        page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
        var requests = new TreeMap<String, Quantity>();
        var limits = new TreeMap<String, Quantity>();
        for (ObjectTree pod : pods) {
            Map<String, Quantity> asked = ofPod(pod, "requests");
            Map<String, Quantity> most = ofPod(pod, "limits");
            ObjectTree metadata = pod.object("metadata");
            page.line(
                    1,
                    metadata.text("namespace") + "\t" + metadata.text("name") + "\t\t" + share(asked, "cpu") + "\t"
                            + share(most, "cpu") + "\t" + share(asked, "memory") + "\t" + share(most, "memory") + "\t"
                            + look.since(metadata.text("creationTimestamp")));
            asked.forEach((name, amount) -> requests.merge(name, amount, Quantity::add));
            most.forEach((name, amount) -> limits.merge(name, amount, Quantity::add));
        }
        page.line("Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)");
        page.line(1, "Resource\tRequests\tLimits\n--------\t--------\t------");
        for (String name : List.of("cpu", "memory", "ephemeral-storage"))
            page.line(1, name + "\t" + share(requests, name) + "\t" + share(limits, name));
        for (String name : allocatable().names()) {
            if (USUAL.contains(name)) continue;
            boolean pages = name.startsWith("hugepages-");
            page.line(
                    1,
                    name + "\t" + (pages ? share(requests, name) : plain(requests, name)) + "\t"
                            + (pages ? share(limits, name) : plain(limits, name)));
        }
    }

    private ObjectTree allocatable() {
        ObjectTree allocatable = status.object("allocatable");
        return allocatable.isEmpty() ? status.object("capacity") : allocatable;
    }

    private static String plain(Map<String, Quantity> amounts, String name) {
        return amounts.getOrDefault(name, Quantity.ZERO).toString();
    }

    /// `250m (7%)`.
    private String share(Map<String, Quantity> amounts, String name) {
        Quantity amount = amounts.getOrDefault(name, Quantity.ZERO);
        String all = allocatable().text(name);
        double whole = all.isEmpty() ? 0 : Quantity.parse(all).asDouble();
        long percent = whole == 0 ? 0 : (long) (amount.asDouble() / whole * 100);
        return amount + " (" + percent + "%)";
    }

    /// What a Pod asks for: its containers together, or the greediest of those that run before, whichever is more.
    private static Map<String, Quantity> ofPod(ObjectTree pod, String which) {
        ObjectTree spec = pod.object("spec");
        var sum = new TreeMap<String, Quantity>();
        for (Tree container : spec.list("containers")) add(sum, container, which);
        var beside = new TreeMap<String, Quantity>();
        var first = new TreeMap<String, Quantity>();
        ListTree before = spec.list("initContainers");
        for (Tree container : before) {
            boolean stays = container.object().text("restartPolicy").equals("Always");
            if (stays) {
                add(sum, container, which);
                add(beside, container, which);
                beside.forEach((name, amount) -> first.merge(name, amount, Quantity::max));
            } else {
                var needed = new TreeMap<>(beside);
                add(needed, container, which);
                needed.forEach((name, amount) -> first.merge(name, amount, Quantity::max));
            }
        }
        first.forEach((name, amount) -> sum.merge(name, amount, Quantity::max));
        for (var pair : spec.object("overhead"))
            if (which.equals("requests") || sum.containsKey(pair.getKey()))
                sum.merge(pair.getKey(), Quantity.parse(Page.text(pair.getValue())), Quantity::add);
        return sum;
    }

    private static void add(Map<String, Quantity> sum, Tree container, String which) {
        for (var pair : container.object().object("resources").object(which))
            sum.merge(pair.getKey(), Quantity.parse(Page.text(pair.getValue())), Quantity::add);
    }
}
