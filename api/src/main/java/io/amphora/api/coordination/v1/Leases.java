package io.amphora.api.coordination.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;

/// Says who does what only one may do at a time, until when; and of a node that it is alive.
public final class Leases {
    public static final ResourceDefinition<Lease> DEFINITION = ResourceDefinition.of(
                    "coordination.k8s.io/v1", "Lease", Lease::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<Lease>builder()
                    .name()
                    .text("Holder", "Who has it.", lease -> lease.spec().holderIdentity())
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private Leases() {}

    private static final class Rules implements Strategy<Lease> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        /// Coordinated leader election (KEP-4355) is off by default, as in Kubernetes.
        @Override
        public Lease prepareForCreate(Lease lease) {
            LeaseSpec spec = lease.spec().withoutStrategy().withoutPreferredHolder();
            return lease.tree().has("spec") ? lease.withSpec(spec) : lease;
        }

        @Override
        public Lease prepareForUpdate(Lease updated, Lease stored) {
            return prepareForCreate(updated);
        }

        @Override
        public void validate(Lease lease, FieldErrors errors) {
            LeaseSpec spec = lease.spec();
            spec.findLeaseDurationSeconds()
                    .ifPresent(seconds -> Checks.positive(seconds, SPEC.child("leaseDurationSeconds"), errors));
            Checks.notNegative(spec.leaseTransitions(), SPEC.child("leaseTransitions"), errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
