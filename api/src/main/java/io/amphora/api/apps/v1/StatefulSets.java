package io.amphora.api.apps.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.core.v1.EmptyFields;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PodDefaults;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.api.core.v1.PodWarnings;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Claims;
import io.amphora.api.validation.IntOrPercents;
import io.amphora.api.validation.PodTemplates;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// Keeps Pods that are not alike: each has a number, a name that stays and storage of its own.
public final class StatefulSets {
    public static final ResourceDefinition<StatefulSet> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "StatefulSet", StatefulSet::of)
            .shortNames("sts")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .columns(Columns.<StatefulSet>builder()
                    .name()
                    .text(
                            "Ready",
                            "Pods that are ready, of how many there should be.",
                            set -> set.status().readyReplicas() + "/"
                                    + set.spec().replicas())
                    .age()
                    .wide(
                            "Containers",
                            "Names of the containers.",
                            set -> Cells.containerNames(set.spec().template().spec()))
                    .wide(
                            "Images",
                            "Images of the containers.",
                            set -> Cells.containerImages(set.spec().template().spec()))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath TEMPLATE = SPEC.child("template");

    private static final List<String> CHANGEABLE = List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private static final String IMMUTABLE =
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                    + "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    private StatefulSets() {}

    private static final class Rules extends SpecAndStatus<StatefulSet> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(StatefulSet::of);
        }

        @Override
        public StatefulSet withDefaults(StatefulSet set) {
            return StatefulSet.of(Defaults.inNew(set.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = Defaults.empty(spec, "podManagementPolicy", "OrderedReady");
            tree = Defaults.inNew(tree, "updateStrategy", Rules::strategyDefaults);
            tree = Defaults.inNew(
                    tree,
                    "persistentVolumeClaimRetentionPolicy",
                    policy -> Defaults.empty(Defaults.empty(policy, "whenDeleted", "Retain"), "whenScaled", "Retain"));
            tree = Defaults.absent(tree, "replicas", 1);
            tree = Defaults.absent(tree, "revisionHistoryLimit", 10);
            tree = Defaults.each(tree, "volumeClaimTemplates", Rules::claimDefaults);
            return Defaults.inNew(tree, "template", PodDefaults::template);
        }

        /// A partition that is not given is written only where nothing at all is said about the strategy.
        private static ObjectTree strategyDefaults(ObjectTree strategy) {
            ObjectTree tree = strategy;
            if (tree.text("type").isEmpty()) {
                tree = tree.with("type", "RollingUpdate");
                if (tree.get("rollingUpdate").isNull()) tree = tree.with("rollingUpdate", ObjectTree.EMPTY);
            }
            return tree.text("type").equals("RollingUpdate")
                    ? Defaults.in(tree, "rollingUpdate", update -> Defaults.absent(update, "partition", 0))
                    : tree;
        }

        private static ObjectTree claimDefaults(ObjectTree claim) {
            ObjectTree tree = claim.with("apiVersion", "v1").with("kind", "PersistentVolumeClaim");
            return PersistentVolumeClaims.defaults(tree);
        }

        /// Its name becomes the host name of its Pods but for the number.
        @Override
        public String nameFormat() {
            return "dns-label";
        }

        @Override
        public void validate(StatefulSet set, FieldErrors errors) {
            validate(set, true, errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        /// @param created templates of claims stay as they are, and are looked at only then
        private static void validate(StatefulSet set, boolean created, FieldErrors errors) {
            StatefulSetSpec spec = set.spec();
            switch (spec.podManagementPolicy()) {
                case "OrderedReady", "Parallel" -> {}
                default ->
                    errors.invalid(
                            SPEC.child("podManagementPolicy"),
                            spec.podManagementPolicy(),
                            "must be 'OrderedReady' or 'Parallel'");
            }
            strategy(spec.updateStrategy(), SPEC.child("updateStrategy"), errors);
            var retention = spec.persistentVolumeClaimRetentionPolicy();
            FieldPath policy = SPEC.child("persistentVolumeClaimRetentionPolicy");
            var policies = List.of("Retain", "Delete");
            Checks.supported(retention.whenDeleted(), policies, policy.child("whenDeleted"), errors);
            Checks.supported(retention.whenScaled(), policies, policy.child("whenScaled"), errors);
            Checks.notNegative(spec.replicas(), SPEC.child("replicas"), errors);
            Checks.notNegative(spec.minReadySeconds(), SPEC.child("minReadySeconds"), errors);
            Checks.notNegative(spec.ordinals().start(), SPEC.child("ordinals").child("start"), errors);
            if (!spec.serviceName().isEmpty()) Checks.label(spec.serviceName(), SPEC.child("serviceName"), errors);
            for (int i = 0; created && i < spec.volumeClaimTemplates().size(); i++)
                Claims.validate(
                        spec.volumeClaimTemplates().get(i).spec(),
                        SPEC.child("volumeClaimTemplates").index(i).child("spec"),
                        errors);
            Tree selector = spec.tree().get("selector");
            Workloads.selector(selector, "statefulset", SPEC.child("selector"), errors);
            var readable = Workloads.readable(selector);
            if (readable.isEmpty()) {
                errors.invalid(SPEC.child("selector"), selector, "");
            } else {
                Workloads.matches(readable.get(), spec.template(), TEMPLATE, errors);
                PodTemplates.validate(withClaims(spec), TEMPLATE, errors);
            }
            Workloads.runsOn(spec.template(), "StatefulSet", TEMPLATE, errors);
        }

        private static void strategy(StatefulSetUpdateStrategy strategy, FieldPath at, FieldErrors errors) {
            FieldPath rolling = at.child("rollingUpdate");
            switch (strategy.type()) {
                case "OnDelete" ->
                    strategy.findRollingUpdate()
                            .ifPresent(update -> errors.invalid(
                                    rolling, update.tree(), "only allowed for updateStrategy 'RollingUpdate'"));
                case "RollingUpdate" -> {
                    var update = strategy.rollingUpdate();
                    Checks.notNegative(update.partition(), rolling.child("partition"), errors);
                    Tree unavailable = update.tree().get("maxUnavailable");
                    if (!unavailable.isNull()) atLeastOne(unavailable, rolling.child("maxUnavailable"), errors);
                }
                default -> errors.invalid(at, strategy.tree(), "must be 'RollingUpdate' or 'OnDelete'");
            }
        }

        private static void atLeastOne(Tree unavailable, FieldPath at, FieldErrors errors) {
            IntOrPercents.validate(unavailable, at, errors);
            if (IntOrPercents.number(unavailable) == 0) errors.invalid(at, unavailable, "cannot be 0");
            IntOrPercents.notAboveAll(unavailable, at, errors);
        }

        /// The template with the volumes that its Pods get from the templates of claims: containers may mount
        /// them.
        private static PodTemplateSpec withClaims(StatefulSetSpec spec) {
            var claims = spec.volumeClaimTemplates();
            if (claims.isEmpty()) return spec.template();
            var volumes = new ArrayList<Tree>();
            for (Tree volume : spec.template().spec().tree().list("volumes"))
                if (claims.stream()
                        .noneMatch(claim -> claim.name().equals(volume.object().text("name")))) volumes.add(volume);
            for (PersistentVolumeClaim claim : claims)
                volumes.add(ObjectTree.of("name", claim.name())
                        .with("persistentVolumeClaim", ObjectTree.of("claimName", claim.name())));
            return PodTemplateSpec.of(spec.template().tree().withAt(new ListTree(volumes), "spec", "volumes"));
        }

        @Override
        public void validateUpdate(StatefulSet updated, StatefulSet stored, FieldErrors errors) {
            validate(updated, false, errors);
            ObjectTree spec = updated.spec().tree();
            ObjectTree old = stored.spec().tree();
            for (String name : CHANGEABLE) spec = restore(spec, old, name);
            if (!EmptyFields.removed(spec).equals(EmptyFields.removed(old))) errors.forbidden(SPEC, IMMUTABLE);
        }

        @Override
        public void validateUpdate(String subresource, StatefulSet updated, StatefulSet stored, FieldErrors errors) {
            ObjectTree status = updated.status().tree();
            var some = List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas");
            Workloads.counts(status, List.of("replicas"), STATUS, errors);
            Workloads.counts(status, some, STATUS, errors);
            Workloads.counts(status, List.of("observedGeneration", "collisionCount"), STATUS, errors);
            Workloads.atMost("replicas", some, "cannot be greater than status.replicas", status, STATUS, errors);
            Workloads.atMost(
                    "readyReplicas",
                    List.of("availableReplicas"),
                    "cannot be greater than status.readyReplicas",
                    status,
                    STATUS,
                    errors);
            Workloads.collisions(status, stored.status().tree(), STATUS, errors);
        }

        @Override
        public List<String> warnings(StatefulSet set) {
            StatefulSetSpec spec = set.spec();
            var warnings = new ArrayList<>(PodWarnings.ofTemplate(spec.template(), TEMPLATE));
            for (int i = 0; i < spec.volumeClaimTemplates().size(); i++)
                warnings.addAll(PersistentVolumeClaims.warnings(
                        spec.volumeClaimTemplates().get(i).spec(),
                        SPEC.child("volumeClaimTemplates").index(i)));
            if (spec.revisionHistoryLimit() < 0)
                warnings.add("spec.revisionHistoryLimit: a negative value retains all historical revisions; "
                        + "a value >= 0 is recommended");
            return warnings;
        }
    }
}
