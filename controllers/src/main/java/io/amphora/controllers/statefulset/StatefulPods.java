package io.amphora.controllers.statefulset;

import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.controllers.pod.PodTemplates;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;

/// The Pods of a StatefulSet, `web-0`, `web-1`, …, and their claims, `data-web-0`, …: how
/// they are made and known.
final class StatefulPods {
    static final String REVISION = "controller-revision-hash";
    private static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    private static final String POD_INDEX = "apps.kubernetes.io/pod-index";

    private StatefulPods() {}

    /// The number in a Pod's name; -1 when it is not one of the set's.
    static int ordinal(StatefulSet set, String podName) {
        if (!podName.startsWith(set.name() + "-")) return -1;
        String number = podName.substring(set.name().length() + 1);
        boolean digits =
                !number.isEmpty() && number.length() < 10 && number.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && (number.equals("0") || !number.startsWith("0")) ? Integer.parseInt(number) : -1;
    }

    static String name(StatefulSet set, int ordinal) {
        return set.name() + "-" + ordinal;
    }

    static Pod pod(StatefulSet set, int ordinal, ObjectTree template, String revision) {
        String name = name(set, ordinal);
        Pod pod = PodTemplates.podOf(new PodTemplateSpec(template), set, name);
        ObjectTree metadata = pod.tree().object("metadata").with("generateName", set.name() + "-");
        metadata = metadata.with(
                "labels", withIdentity(metadata.object("labels"), set, ordinal).with(REVISION, revision));
        ObjectTree spec = pod.tree().object("spec").with("hostname", name);
        if (!set.spec().serviceName().isEmpty())
            spec = spec.with("subdomain", set.spec().serviceName());
        return Pod.of(pod.tree().with("metadata", metadata).with("spec", withClaims(spec, set, ordinal)));
    }

    static ObjectTree withIdentity(ObjectTree labels, StatefulSet set, int ordinal) {
        return labels.with(POD_NAME, name(set, ordinal)).with(POD_INDEX, Integer.toString(ordinal));
    }

    private static ObjectTree withClaims(ObjectTree spec, StatefulSet set, int ordinal) {
        if (set.spec().volumeClaimTemplates().isEmpty()) return spec;
        var volumes = new ArrayList<Tree>();
        var claimed = new HashSet<String>();
        for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
            claimed.add(template.name());
            var claim = ObjectTree.of("claimName", claimName(set, ordinal, template));
            volumes.add(ObjectTree.of("name", template.name(), "persistentVolumeClaim", claim));
        }
        for (Tree volume : spec.list("volumes"))
            if (!claimed.contains(volume.object().text("name"))) volumes.add(volume);
        return spec.with("volumes", new ListTree(volumes));
    }

    static String claimName(StatefulSet set, int ordinal, PersistentVolumeClaim template) {
        return template.name() + "-" + name(set, ordinal);
    }

    static boolean isRunningAndReady(Pod pod) {
        return pod.status().phase().equals("Running") && PodFacts.isReady(pod);
    }

    static String revision(Pod pod) {
        return pod.metadata().labels().getOrDefault(REVISION, "");
    }
}
