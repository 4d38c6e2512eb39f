package io.amphora.api.storage.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// What a storage driver can do and needs.
public final class CSIDrivers {
    public static final ResourceDefinition<CSIDriver> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "CSIDriver", CSIDriver::of)
            .strategy(new Rules())
            .columns(Columns.<CSIDriver>builder()
                    .name()
                    .add(
                            "AttachRequired",
                            "boolean",
                            "Whether volumes are attached to nodes.",
                            driver -> driver.spec().attachRequired())
                    .add(
                            "PodInfoOnMount",
                            "boolean",
                            "Whether it is told for which Pod.",
                            driver -> driver.spec().podInfoOnMount())
                    .add(
                            "StorageCapacity",
                            "boolean",
                            "Whether it says how much room is left.",
                            driver -> driver.spec().storageCapacity())
                    .text("TokenRequests", "For whom it gets tokens.", CSIDrivers::audiences)
                    .add(
                            "RequiresRepublish",
                            "boolean",
                            "Whether it is called time and again.",
                            driver -> driver.spec().requiresRepublish())
                    .text(
                            "Modes",
                            "What sorts of volumes it makes.",
                            driver ->
                                    Cells.orNone(String.join(",", driver.spec().volumeLifecycleModes())))
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private CSIDrivers() {}

    private static String audiences(CSIDriver driver) {
        if (!driver.spec().tree().has("tokenRequests")) return Cells.UNSET;
        return driver.spec().tokenRequests().stream()
                .map(TokenRequest::audience)
                .collect(Collectors.joining(","));
    }

    private static final class Rules implements Strategy<CSIDriver> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        private static final long SHORTEST_TOKEN = 600;
        private static final long LONGEST_TOKEN = 1L << 32;

        @Override
        public CSIDriver withDefaults(CSIDriver driver) {
            return CSIDriver.of(Defaults.inNew(driver.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = Defaults.absent(spec, "attachRequired", true);
            for (String name : List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"))
                tree = Defaults.absent(tree, name, false);
            tree = Defaults.absent(tree, "fsGroupPolicy", "ReadWriteOnceWithFSType");
            return tree.list("volumeLifecycleModes").isEmpty()
                    ? tree.with("volumeLifecycleModes", ListTree.from(List.of("Persistent")))
                    : tree;
        }

        @Override
        public void validate(CSIDriver driver, FieldErrors errors) {
            CSIDriverSpec spec = driver.spec();
            Checks.supported(
                    spec.fsGroupPolicy(),
                    List.of("File", "None", "ReadWriteOnceWithFSType"),
                    SPEC.child("fsGroupPolicy"),
                    errors);
            tokens(spec.tokenRequests(), SPEC.child("tokenRequests"), errors);
            for (String mode : spec.volumeLifecycleModes())
                Checks.supported(mode, List.of("Persistent", "Ephemeral"), SPEC.child("volumeLifecycleModes"), errors);
            spec.findNodeAllocatableUpdatePeriodSeconds().ifPresent(seconds -> {
                if (seconds < 10)
                    errors.invalid(
                            SPEC.child("nodeAllocatableUpdatePeriodSeconds"),
                            seconds,
                            "must be greater than or equal to 10 seconds");
            });
        }

        private static void tokens(List<TokenRequest> requests, FieldPath list, FieldErrors errors) {
            var audiences = new HashSet<String>();
            for (int i = 0; i < requests.size(); i++) {
                TokenRequest request = requests.get(i);
                if (!audiences.add(request.audience())) {
                    errors.duplicate(list.index(i).child("audience"), request.audience());
                    continue;
                }
                FieldPath at = list.index(i).child("expirationSeconds");
                request.findExpirationSeconds().ifPresent(seconds -> {
                    if (seconds < SHORTEST_TOKEN)
                        errors.invalid(at, seconds, "may not specify a duration less than 10 minutes");
                    if (seconds > LONGEST_TOKEN)
                        errors.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds");
                });
            }
        }

        @Override
        public void validateUpdate(CSIDriver updated, CSIDriver stored, FieldErrors errors) {
            CSIDriverSpec spec = updated.spec();
            CSIDriverSpec old = stored.spec();
            Checks.immutable(spec.attachRequired(), old.attachRequired(), SPEC.child("attachedRequired"), errors);
            Checks.immutable(
                    spec.volumeLifecycleModes(),
                    old.volumeLifecycleModes(),
                    SPEC.child("volumeLifecycleModes"),
                    errors);
        }

        /// It starts without a generation and gets one with the first change of its spec.
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean changesGeneration(CSIDriver updated, CSIDriver stored) {
            return !updated.spec().equals(stored.spec());
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
