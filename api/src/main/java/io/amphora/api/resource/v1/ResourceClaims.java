package io.amphora.api.resource.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.ArrayList;

/// A wish for devices, and which it was given (KEP-4381).
public final class ResourceClaims {
    public static final ResourceDefinition<ResourceClaim> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "ResourceClaim", ResourceClaim::of)
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<ResourceClaim>builder()
                    .name()
                    .text("State", "Whether it has devices and is in use.", ResourceClaims::state)
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private ResourceClaims() {}

    private static String state(ResourceClaim claim) {
        var states = new ArrayList<String>();
        boolean deleted = claim.metadata().findDeletionTimestamp().isPresent();
        if (deleted) states.add("deleted");
        if (claim.status().findAllocation().isPresent()) {
            states.add("allocated");
            if (!claim.status().reservedFor().isEmpty()) states.add("reserved");
        } else if (!deleted) {
            states.add("pending");
        }
        return String.join(",", states);
    }

    private static final class Rules extends SpecAndStatus<ResourceClaim> {
        Rules() {
            super(ResourceClaim::of);
        }

        @Override
        protected boolean statusKeepsMetadata() {
            return true;
        }

        @Override
        public ResourceClaim withDefaults(ResourceClaim claim) {
            return ResourceClaim.of(Defaults.in(claim.tree(), "spec", DeviceClaims::defaults));
        }

        @Override
        public void validate(ResourceClaim claim, FieldErrors errors) {
            DeviceClaims.validate(claim.spec(), SPEC, errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(ResourceClaim updated, ResourceClaim stored, FieldErrors errors) {
            Checks.immutable(updated.spec().tree(), stored.spec().tree(), SPEC, errors);
        }

        @Override
        public void validateUpdate(
                String subresource, ResourceClaim updated, ResourceClaim stored, FieldErrors errors) {
            ClaimStatuses.validate(updated, stored, errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
