package io.amphora.api.core.v1;

import static io.amphora.api.SpecAndStatus.restore;
import static io.amphora.api.SpecAndStatus.restoreAllBut;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.PodAnnotations;
import io.amphora.api.validation.PodSpecs;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Containers that run together on one node and share its network address: what everything else is made of.
public final class Pods {
    public static final ResourceDefinition<Pod> DEFINITION = ResourceDefinition.of("v1", "Pod", Pod::of)
            .shortNames("po")
            .categories("all")
            .namespaced()
            .subresources(
                    "attach",
                    "binding",
                    "ephemeralcontainers",
                    "eviction",
                    "exec",
                    "log",
                    "portforward",
                    "proxy",
                    "resize",
                    "status")
            .strategy(new Rules())
            .columns(PodColumns.COLUMNS)
            .build();

    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Pods() {}

    private static final class Rules implements Strategy<Pod> {
        @Override
        public Pod withDefaults(Pod pod) {
            return Pod.of(PodDefaults.pod(pod.tree()));
        }

        /// A class that the client names is kept, as it is a field of the status that nobody computes again.
        @Override
        public Pod prepareForCreate(Pod pod) {
            String qos = pod.status().qosClass();
            ObjectTree status =
                    ObjectTree.of("phase", "Pending", "qosClass", qos.isEmpty() ? PodQos.of(pod.spec()) : qos);
            if (!pod.spec().schedulingGates().isEmpty()) status = status.with("conditions", gated(pod));
            ObjectTree spec = pod.spec().tree();
            if (spec.whole("terminationGracePeriodSeconds") < 0) spec = spec.with("terminationGracePeriodSeconds", 1);
            spec = PodSelectors.completed(spec, pod.metadata().tree().object("labels"));
            return Pod.of(PodProfiles.completed(pod.tree().with("spec", spec).with("status", status)));
        }

        private static ListTree gated(Pod pod) {
            return ListTree.of(ObjectTree.of(
                    "type", "PodScheduled",
                    "status", "False",
                    "reason", "SchedulingGated",
                    "message", "Scheduling is blocked due to non-empty scheduling gates",
                    "lastProbeTime", Tree.NULL,
                    "lastTransitionTime", pod.metadata().tree().get("creationTimestamp")));
        }

        @Override
        public Pod prepareForUpdate(Pod updated, Pod stored) {
            return Pod.of(restore(updated.tree(), stored.tree(), "status"));
        }

        @Override
        public Pod prepareForUpdate(String subresource, Pod updated, Pod stored) {
            return switch (subresource) {
                case "status" -> PodUpdates.statusOnly(updated, stored);
                case "ephemeralcontainers" -> PodUpdates.ephemeralContainersOnly(updated, stored);
                case "resize" -> PodUpdates.resourcesOnly(updated, stored);
                default -> Pod.of(restoreAllBut("spec", updated.tree(), stored.tree()));
            };
        }

        @Override
        public void validate(Pod pod, FieldErrors errors) {
            metadataAndSpec(pod, errors);
            if (!pod.spec().ephemeralContainers().isEmpty())
                errors.forbidden(SPEC.child("ephemeralContainers"), "cannot be set on create");
            if (!pod.spec().nodeName().isEmpty()
                    && !pod.spec().schedulingGates().isEmpty())
                errors.forbidden(SPEC.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
            PodAnnotations.agreeWithFields(pod.metadata().annotations(), pod.spec(), SPEC, errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(Pod updated, Pod stored, FieldErrors errors) {
            metadataAndSpec(updated, errors);
            annotations(updated, stored, errors);
            PodUpdates.validate(updated, stored, errors);
        }

        @Override
        public void validateUpdate(String subresource, Pod updated, Pod stored, FieldErrors errors) {
            switch (subresource) {
                case "status" -> {
                    annotations(updated, stored, errors);
                    PodStatuses.validateUpdate(updated, stored, errors);
                }
                case "ephemeralcontainers" -> {
                    metadataAndSpec(updated, errors);
                    annotations(updated, stored, errors);
                    PodUpdates.validateEphemeralContainers(updated, stored, errors);
                }
                case "resize" -> {
                    metadataAndSpec(updated, errors);
                    PodResizes.validate(updated, stored, errors);
                }
                default -> {}
            }
        }

        private static void annotations(Pod updated, Pod stored, FieldErrors errors) {
            PodAnnotations.validateUpdate(
                    updated.metadata().annotations(),
                    stored.metadata().annotations(),
                    updated.spec(),
                    METADATA.child("annotations"),
                    errors);
        }

        private static void metadataAndSpec(Pod pod, FieldErrors errors) {
            PodSpec spec = pod.spec();
            PodAnnotations.validate(pod.metadata().annotations(), spec, METADATA.child("annotations"), errors);
            PodSpecs.validate(spec, pod.name(), true, SPEC, errors);
            PodSpecs.onlyInPods(spec, SPEC, errors);
        }

        @Override
        public List<String> warnings(Pod pod) {
            var wrong = Names.isDNS1123Label(pod.name());
            var warnings = new ArrayList<String>();
            if (!wrong.isEmpty())
                warnings.add(
                        "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; "
                                + "a DNS label is recommended: [" + String.join(" ", wrong) + "]");
            warnings.addAll(warningsOnUpdate(pod, pod));
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(Pod updated, Pod stored) {
            return PodWarnings.of(updated.metadata().annotations(), updated.spec(), METADATA, SPEC);
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }

        /// A Pod that nothing runs any more, or never did, goes at once.
        @Override
        public long gracePeriodSeconds(Pod pod) {
            String phase = pod.status().phase();
            boolean over = phase.equals("Failed") || phase.equals("Succeeded");
            if (pod.spec().nodeName().isEmpty() || over) return 0;
            long grace = pod.spec().terminationGracePeriodSeconds();
            return grace < 0 ? 1 : grace;
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of(
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.podIPs",
                    "status.nominatedNodeName");
        }

        @Override
        public Map<String, String> selectableFields(Pod pod) {
            PodSpec spec = pod.spec();
            PodStatus status = pod.status();
            return Map.of(
                    "spec.nodeName", spec.nodeName(),
                    "spec.restartPolicy", spec.restartPolicy(),
                    "spec.schedulerName", spec.schedulerName(),
                    "spec.serviceAccountName", spec.serviceAccountName(),
                    "spec.hostNetwork", Boolean.toString(spec.hostNetwork()),
                    "status.phase", status.phase(),
                    "status.podIP", status.podIP(),
                    "status.podIPs", status.podIP(),
                    "status.nominatedNodeName", status.nominatedNodeName());
        }
    }
}
