package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;

/// Expressions that change what is written (KEP-3962).
public final class MutatingAdmissionPolicies {
    public static final ResourceDefinition<MutatingAdmissionPolicy> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", MutatingAdmissionPolicy::of)
            .plural("mutatingadmissionpolicies")
            .categories("api-extensions")
            .strategy(new Rules())
            .columns(Columns.<MutatingAdmissionPolicy>builder()
                    .name()
                    .number(
                            "Mutations",
                            "How many changes it makes.",
                            policy -> policy.spec().mutations().size())
                    .text(
                            "ParamKind",
                            "The kind of its parameters.",
                            policy -> Policies.paramKind(policy.spec().findParamKind()))
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = Policies.SPEC;

    private MutatingAdmissionPolicies() {}

    private static final class Rules implements Strategy<MutatingAdmissionPolicy> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        private static final List<String> PATCH_TYPES = List.of("ApplyConfiguration", "JSONPatch");

        @Override
        public MutatingAdmissionPolicy withDefaults(MutatingAdmissionPolicy policy) {
            return MutatingAdmissionPolicy.of(Policies.defaults(policy.tree()));
        }

        @Override
        public void validate(MutatingAdmissionPolicy policy, FieldErrors errors) {
            MutatingAdmissionPolicySpec spec = policy.spec();
            Policies.validate(
                    spec.failurePolicy(),
                    spec.findParamKind(),
                    spec.findMatchConstraints(),
                    spec.matchConditions(),
                    spec.variables(),
                    errors);
            FieldPath list = SPEC.child("mutations");
            if (spec.mutations().isEmpty()) errors.required(list, "mutations must contain at least one item");
            for (int i = 0; i < spec.mutations().size(); i++)
                mutation(spec.mutations().get(i), list.index(i), errors);
            Checks.oneOf(
                    spec.reinvocationPolicy(), List.of("IfNeeded", "Never"), SPEC.child("reinvocationPolicy"), errors);
        }

        /// A mutation has the one source that its type names.
        private static void mutation(Mutation mutation, FieldPath at, FieldErrors errors) {
            String type = mutation.patchType();
            Checks.oneOf(type, PATCH_TYPES, at.child("patchType"), errors);
            source(
                    "applyConfiguration",
                    type.equals("ApplyConfiguration"),
                    mutation.findApplyConfiguration().isPresent(),
                    mutation.applyConfiguration().expression(),
                    at,
                    errors);
            source(
                    "jsonPatch",
                    type.equals("JSONPatch"),
                    mutation.findJsonPatch().isPresent(),
                    mutation.jsonPatch().expression(),
                    at,
                    errors);
        }

        private static void source(
                String name, boolean wanted, boolean there, String expression, FieldPath at, FieldErrors errors) {
            FieldPath path = at.child(name);
            String type = name.equals("jsonPatch") ? "JSONPatch" : "ApplyConfiguration";
            if (wanted && !there) errors.required(path, "must be specified when patchType is " + type);
            if (wanted && there) Policies.expression(expression, path.child("expression"), errors);
            if (!wanted && there)
                errors.invalid(path, "{" + name + "}", "must not be specified unless patchType is " + type);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
