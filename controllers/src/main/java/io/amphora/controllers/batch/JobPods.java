package io.amphora.controllers.batch;

import io.amphora.api.batch.v1.Job;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.PatchType;
import io.amphora.controllers.Action;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.controllers.pod.PodTemplates;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a Pod is to its Job, and how a Job's Pods are made.
final class JobPods {
    /// Keeps a finished Pod until it is counted.
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String JOB_NAME = "batch.kubernetes.io/job-name";
    static final int NO_INDEX = -1;

    private JobPods() {}

    static boolean isTracked(Pod pod) {
        return pod.metadata().finalizers().contains(FINALIZER);
    }

    static boolean isSucceeded(Pod pod) {
        return pod.status().phase().equals("Succeeded");
    }

    /// A Pod that is being deleted has failed, unless the Job replaces Pods only when it knows how they ended.
    static boolean isFailed(Pod pod, Job job) {
        if (pod.status().phase().equals("Failed")) return true;
        return !waitsForTheEnd(job) && PodFacts.isTerminating(pod) && !isSucceeded(pod);
    }

    static boolean waitsForTheEnd(Job job) {
        return job.spec().podReplacementPolicy().equals("Failed")
                || job.spec().tree().has("podFailurePolicy");
    }

    static int index(Pod pod) {
        return number(pod, INDEX, NO_INDEX);
    }

    static int failures(Pod pod) {
        return number(pod, FAILURES, 0);
    }

    private static int number(Pod pod, String annotation, int otherwise) {
        try {
            return Integer.parseInt(pod.metadata().annotations().getOrDefault(annotation, ""));
        } catch (NumberFormatException none) {
            return otherwise;
        }
    }

    static Instant finishedAt(Pod pod) {
        Optional<Instant> ended = Stream.concat(
                        pod.status().initContainerStatuses().stream(), pod.status().containerStatuses().stream())
                .flatMap(status -> status.state().terminated().findFinishedAt().stream())
                .max(Instant::compareTo);
        return ended.or(() -> pod.metadata()
                        .findDeletionTimestamp()
                        .map(at -> at.minusSeconds(pod.metadata().deletionGracePeriodSeconds())))
                .or(() -> pod.metadata().findCreationTimestamp())
                .orElse(Instant.EPOCH);
    }

    static int restarts(Pod pod) {
        return Stream.concat(pod.status().initContainerStatuses().stream(), pod.status().containerStatuses().stream())
                .mapToInt(ContainerStatus::restartCount)
                .sum();
    }

    static Action untrack(Pod pod) {
        ObjectTree metadata =
                ObjectTree.of("uid", pod.uid(), "$deleteFromPrimitiveList/finalizers", List.of(FINALIZER));
        return Action.patch(Pods.DEFINITION, pod, PatchType.STRATEGIC, ObjectTree.of("metadata", metadata));
    }

    /// @param index [#NO_INDEX] for a Job that is not indexed
    /// @param failures of this index before; -1 where they are not counted by index
    static Action create(Job job, int index, int failures) {
        Pod pod = PodTemplates.podOf(job.spec().template(), job);
        ObjectTree metadata = pod.tree().object("metadata");
        ListTree finalizers = metadata.list("finalizers").plus(Tree.of(FINALIZER));
        metadata = metadata.with("finalizers", finalizers);
        ObjectTree spec = pod.tree().object("spec");
        if (index != NO_INDEX) {
            String text = Integer.toString(index);
            metadata = metadata.with("generateName", job.name() + "-" + index + "-")
                    .withAt(Tree.of(text), "labels", INDEX)
                    .withAt(Tree.of(text), "annotations", INDEX);
            if (failures >= 0) metadata = metadata.withAt(Tree.of(Integer.toString(failures)), "annotations", FAILURES);
            spec = spec.with("hostname", job.name() + "-" + index)
                    .change("containers", JobPods::withIndexVariable)
                    .change("initContainers", JobPods::withIndexVariable);
        }
        return Action.create(
                Pods.DEFINITION, Pod.of(pod.tree().with("metadata", metadata).with("spec", spec)));
    }

    private static Tree withIndexVariable(Tree containers) {
        return containers.list().map(each -> {
            var variables = new ArrayList<Tree>();
            for (Tree variable : each.object().list("env")) {
                if (variable.object().text("name").equals("JOB_COMPLETION_INDEX")) return each;
                variables.add(variable);
            }
            var source = ObjectTree.of("fieldRef", ObjectTree.of("fieldPath", "metadata.labels['" + INDEX + "']"));
            variables.add(ObjectTree.of("name", "JOB_COMPLETION_INDEX", "valueFrom", source));
            return each.object().with("env", new ListTree(variables));
        });
    }
}
