package io.amphora.api.core.v1;

import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// The counts in the status of ReplicationControllers and ReplicaSets: what is ready is there, what is
/// available is
/// ready.
public final class ReplicaCounts {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final List<String> COUNTS =
            List.of("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration");

    private ReplicaCounts() {}

    public static void validate(ObjectTree status, FieldErrors errors) {
        for (String name : COUNTS) Checks.notNegative(status.whole(name), STATUS.child(name), errors);
        for (String name : List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"))
            atMost("replicas", name, "cannot be greater than status.replicas", status, errors);
        atMost("readyReplicas", "availableReplicas", "cannot be greater than readyReplicas", status, errors);
    }

    private static void atMost(String all, String some, String why, ObjectTree status, FieldErrors errors) {
        if (status.whole(some) > status.whole(all)) errors.invalid(STATUS.child(some), status.whole(some), why);
    }
}
