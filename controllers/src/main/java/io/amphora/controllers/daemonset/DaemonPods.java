package io.amphora.controllers.daemonset;

import io.amphora.api.apps.v1.DaemonSet;
import io.amphora.api.core.v1.NodeSelectorRequirement;
import io.amphora.api.core.v1.NodeSelectorTerm;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Toleration;
import io.amphora.controllers.pod.PodTemplates;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// The Pods of a DaemonSet: made for one node each, which the scheduler then binds them to.
final class DaemonPods {
    static final String REVISION = "controller-revision-hash";
    private static final String GENERATION = "pod-template-generation";
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final List<Toleration> ALWAYS = List.of(
            toleration("node.kubernetes.io/not-ready", "NoExecute"),
            toleration("node.kubernetes.io/unreachable", "NoExecute"),
            toleration("node.kubernetes.io/disk-pressure", "NoSchedule"),
            toleration("node.kubernetes.io/memory-pressure", "NoSchedule"),
            toleration("node.kubernetes.io/pid-pressure", "NoSchedule"),
            toleration("node.kubernetes.io/unschedulable", "NoSchedule"));
    private static final Toleration ON_HOST_NETWORK =
            toleration("node.kubernetes.io/network-unavailable", "NoSchedule");

    private DaemonPods() {}

    private static Toleration toleration(String key, String effect) {
        return new Toleration(ObjectTree.of("key", key, "operator", "Exists", "effect", effect));
    }

    /// A daemon stays where other Pods would have to leave.
    static List<Toleration> tolerations(DaemonSet set) {
        var spec = set.spec().template().spec();
        var tolerations = new ArrayList<>(spec.tolerations());
        var more = new ArrayList<>(ALWAYS);
        if (spec.hostNetwork()) more.add(ON_HOST_NETWORK);
        for (Toleration each : more)
            if (tolerations.stream().noneMatch(other -> isSame(other, each))) tolerations.add(each);
        return tolerations;
    }

    private static boolean isSame(Toleration left, Toleration right) {
        return left.key().equals(right.key())
                && left.effect().equals(right.effect())
                && left.operator().equals(right.operator())
                && left.value().equals(right.value());
    }

    static Pod pod(DaemonSet set, String node, String hash) {
        Pod pod = PodTemplates.podOf(set.spec().template(), set);
        ObjectTree labels = pod.tree().object("metadata").object("labels").with(REVISION, hash);
        String generation = set.metadata().annotations().getOrDefault(TEMPLATE_GENERATION, "");
        if (!generation.isEmpty()) labels = labels.with(GENERATION, generation);
        ObjectTree spec = pod.tree().object("spec");
        ObjectTree byName = ObjectTree.of("key", "metadata.name", "operator", "In", "values", List.of(node));
        ObjectTree required =
                ObjectTree.of("nodeSelectorTerms", ListTree.of(ObjectTree.of("matchFields", ListTree.of(byName))));
        spec = spec.withAt(required, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
                .with(
                        "tolerations",
                        new ListTree(tolerations(set).stream()
                                .map(each -> (Tree) each.tree())
                                .toList()));
        return Pod.of(pod.tree().withAt(labels, "metadata", "labels").with("spec", spec));
    }

    /// The node that a Pod is bound to, or made for; "" for none.
    static String node(Pod pod) {
        if (!pod.spec().nodeName().isEmpty()) return pod.spec().nodeName();
        return pod
                .spec()
                .affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms()
                .stream()
                .map(NodeSelectorTerm::matchFields)
                .flatMap(List::stream)
                .filter(field ->
                        field.key().equals("metadata.name") && field.values().size() == 1)
                .map((NodeSelectorRequirement field) -> field.values().getFirst())
                .findFirst()
                .orElse("");
    }

    static boolean isUpdated(Pod pod, String hash) {
        return hash.equals(pod.metadata().labels().get(REVISION));
    }
}
