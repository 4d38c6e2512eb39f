package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Conditions;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashSet;
import java.util.List;

/// Expressions that must hold of what is written.
public final class ValidatingAdmissionPolicies {
    public static final ResourceDefinition<ValidatingAdmissionPolicy> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", ValidatingAdmissionPolicy::of)
            .plural("validatingadmissionpolicies")
            .categories("api-extensions")
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<ValidatingAdmissionPolicy>builder()
                    .name()
                    .number(
                            "Validations",
                            "How many expressions there are.",
                            policy -> policy.spec().validations().size())
                    .text(
                            "ParamKind",
                            "The kind of its parameters.",
                            policy -> Policies.paramKind(policy.spec().findParamKind()))
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = Policies.SPEC;

    private ValidatingAdmissionPolicies() {}

    private static final class Rules extends SpecAndStatus<ValidatingAdmissionPolicy> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        private static final List<String> REASONS = List.of("Forbidden", "Invalid", "RequestEntityTooLarge");
        private static final String ONE = "validations or auditAnnotations must contain at least one item";
        private static final int ANNOTATIONS = 20;
        private static final int ANNOTATION_LENGTH = 5 * 1024;

        Rules() {
            super(ValidatingAdmissionPolicy::of);
        }

        @Override
        public ValidatingAdmissionPolicy withDefaults(ValidatingAdmissionPolicy policy) {
            return ValidatingAdmissionPolicy.of(Policies.defaults(policy.tree()));
        }

        @Override
        public void validate(ValidatingAdmissionPolicy policy, FieldErrors errors) {
            ValidatingAdmissionPolicySpec spec = policy.spec();
            PolicyExpressions expressions = Policies.validate(
                    spec.failurePolicy(),
                    spec.findParamKind(),
                    spec.findMatchConstraints(),
                    spec.matchConditions(),
                    spec.variables(),
                    errors);
            if (spec.validations().isEmpty() && spec.auditAnnotations().isEmpty()) {
                errors.required(SPEC.child("validations"), ONE);
                errors.required(SPEC.child("auditAnnotations"), ONE);
            }
            for (int i = 0; i < spec.validations().size(); i++)
                validation(
                        spec.validations().get(i),
                        expressions,
                        SPEC.child("validations").index(i),
                        errors);
            annotations(policy.name(), spec.auditAnnotations(), expressions, SPEC.child("auditAnnotations"), errors);
        }

        private static void validation(
                Validation validation, PolicyExpressions expressions, FieldPath at, FieldErrors errors) {
            Policies.expression(validation.expression(), at.child("expression"), errors);
            if (!validation.expression().isBlank())
                Policies.report(
                        expressions.validation(validation.expression()),
                        validation.expression(),
                        at.child("expression"),
                        errors);
            String expression = validation.messageExpression();
            if (!expression.isEmpty() && expression.isBlank())
                errors.invalid(at.child("messageExpression"), expression, "must be non-empty if specified");
            else if (!expression.isEmpty())
                Policies.report(expressions.message(expression), expression, at.child("messageExpression"), errors);
            String message = validation.message();
            FieldPath path = at.child("message");
            if (!message.isEmpty() && message.isBlank())
                errors.invalid(path, message, "must be non-empty if specified");
            else if (message.strip().contains("\n") || message.strip().contains("\r"))
                errors.invalid(path, message, "must not contain line breaks");
            validation.findReason().ifPresent(reason -> Checks.supported(reason, REASONS, at.child("reason"), errors));
        }

        private static void annotations(
                String policy,
                List<AuditAnnotation> annotations,
                PolicyExpressions expressions,
                FieldPath list,
                FieldErrors errors) {
            if (annotations.size() > ANNOTATIONS)
                errors.invalid(
                        list,
                        annotations.stream().map(AuditAnnotation::tree).toList(),
                        "must not have more than " + ANNOTATIONS + " auditAnnotations");
            var keys = new HashSet<String>();
            for (int i = 0; i < annotations.size(); i++) {
                String key = annotations.get(i).key();
                String value = annotations.get(i).valueExpression().strip();
                FieldPath at = list.index(i);
                Checks.qualifiedName(policy + "/" + key, at.child("key"), errors);
                FieldPath path = at.child("valueExpression");
                if (value.isEmpty()) errors.required(path, "valueExpression is not specified");
                else if (value.length() > ANNOTATION_LENGTH)
                    errors.required(path, "must not exceed " + ANNOTATION_LENGTH + " bytes in length");
                else
                    Policies.report(
                            expressions.annotation(value), annotations.get(i).valueExpression(), path, errors);
                if (!keys.add(key)) errors.duplicate(at.child("key"), key);
            }
        }

        @Override
        public void validateUpdate(
                String subresource,
                ValidatingAdmissionPolicy updated,
                ValidatingAdmissionPolicy stored,
                FieldErrors errors) {
            FieldPath status = FieldPath.of("status");
            var warnings = updated.status().typeChecking().expressionWarnings();
            for (int i = 0; i < warnings.size(); i++) {
                FieldPath at =
                        status.child("typeChecking").child("expressionWarnings").index(i);
                Checks.required(warnings.get(i).warning(), at.child("warning"), errors);
                Checks.required(warnings.get(i).fieldRef().strip(), at.child("fieldRef"), errors);
            }
            Conditions.validate(updated.status().conditions(), status.child("conditions"), errors);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
