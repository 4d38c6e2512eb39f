package io.amphora.controllers.deployment;

import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Map;
import java.util.Set;

/// What a Deployment writes on its ReplicaSets: the number of the revision, and by which size they were measured.
final class Annotations {
    static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String HISTORY = "deployment.kubernetes.io/revision-history";
    private static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    private static final String MAX = "deployment.kubernetes.io/max-replicas";
    private static final int HISTORY_LENGTH = 2000;

    /// The Deployment's own, which its ReplicaSets do not inherit.
    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            REVISION,
            HISTORY,
            DESIRED,
            MAX,
            "deprecated.deployment.rollback.to");

    private Annotations() {}

    static long revision(ReplicaSet set) {
        return number(set, REVISION);
    }

    static long desired(ReplicaSet set) {
        return set.metadata().annotations().containsKey(DESIRED) ? number(set, DESIRED) : -1;
    }

    static long max(ReplicaSet set) {
        return number(set, MAX);
    }

    private static long number(ReplicaSet set, String name) {
        try {
            return Long.parseLong(set.metadata().annotations().getOrDefault(name, "0"));
        } catch (NumberFormatException invalid) {
            return 0;
        }
    }

    /// The ReplicaSet with the Deployment's annotations, as its newest at `revision`. A ReplicaSet that is newest
    /// once more remembers its earlier numbers.
    static ReplicaSet withRevision(ReplicaSet set, Deployment deployment, long revision) {
        ObjectTree annotations = set.tree().object("metadata").object("annotations");
        for (Map.Entry<String, Tree> each : deployment.tree().object("metadata").object("annotations"))
            if (!NOT_COPIED.contains(each.getKey())) annotations = annotations.with(each.getKey(), each.getValue());
        String before = annotations.text(REVISION);
        if (revision(set) < revision) {
            annotations = annotations.with(REVISION, Long.toString(revision));
            if (!before.isEmpty()) annotations = remembering(annotations, before);
        }
        return withAnnotations(set, annotations);
    }

    private static ObjectTree remembering(ObjectTree annotations, String revision) {
        String history = annotations.text(HISTORY);
        String longer = history.isEmpty() ? revision : history + "," + revision;
        while (longer.length() > HISTORY_LENGTH && longer.contains(","))
            longer = longer.substring(longer.indexOf(',') + 1);
        return annotations.with(HISTORY, longer);
    }

    static ReplicaSet withSizes(ReplicaSet set, int desired, int max) {
        ObjectTree annotations = set.tree().object("metadata").object("annotations");
        return withAnnotations(
                set, annotations.with(DESIRED, Integer.toString(desired)).with(MAX, Integer.toString(max)));
    }

    private static ReplicaSet withAnnotations(ReplicaSet set, ObjectTree annotations) {
        if (annotations.isEmpty()) return set;
        ObjectTree metadata = set.tree().object("metadata").with("annotations", annotations);
        return ReplicaSet.of(set.tree().with("metadata", metadata));
    }
}
