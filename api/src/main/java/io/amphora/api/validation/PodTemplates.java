package io.amphora.api.validation;

import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;

/// The template that a workload makes its Pods from.
public final class PodTemplates {
    private PodTemplates() {}

    public static void validate(PodTemplateSpec template, FieldPath at, FieldErrors errors) {
        var annotations = template.metadata().annotations();
        FieldPath spec = at.child("spec");
        Labels.labels(template.metadata().labels(), at.child("labels"), errors);
        Labels.annotations(annotations, at.child("annotations"), errors);
        PodAnnotations.validate(annotations, template.spec(), at.child("annotations"), errors);
        PodSpecs.validate(template.spec(), "", false, spec, errors);
        PodAnnotations.agreeWithFields(annotations, template.spec(), spec, errors);
        if (!template.spec().ephemeralContainers().isEmpty())
            errors.forbidden(spec.child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }
}
