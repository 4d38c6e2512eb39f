package io.amphora.api.resource.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;

/// What ResourceClaims are made from, one for each Pod that asks.
public final class ResourceClaimTemplates {
    public static final ResourceDefinition<ResourceClaimTemplate> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "ResourceClaimTemplate", ResourceClaimTemplate::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<ResourceClaimTemplate>builder().name().age().build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private ResourceClaimTemplates() {}

    private static final class Rules implements Strategy<ResourceClaimTemplate> {
        @Override
        public ResourceClaimTemplate withDefaults(ResourceClaimTemplate template) {
            return ResourceClaimTemplate.of(
                    Defaults.in(template.tree(), "spec", spec -> Defaults.in(spec, "spec", DeviceClaims::defaults)));
        }

        @Override
        public void validate(ResourceClaimTemplate template, FieldErrors errors) {
            var metadata = template.spec().metadata();
            FieldPath at = SPEC.child("metadata");
            Labels.annotations(metadata.annotations(), at.child("annotations"), errors);
            Labels.labels(metadata.labels(), at.child("labels"), errors);
            DeviceClaims.validate(template.spec().spec(), SPEC.child("spec"), errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(ResourceClaimTemplate updated, ResourceClaimTemplate stored, FieldErrors errors) {
            Checks.immutable(updated.spec().tree(), stored.spec().tree(), SPEC, errors);
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
