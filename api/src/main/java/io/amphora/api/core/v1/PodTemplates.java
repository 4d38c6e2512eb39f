package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;

/// A template of Pods on its own.
public final class PodTemplates {
    public static final ResourceDefinition<PodTemplate> DEFINITION = ResourceDefinition.of(
                    "v1", "PodTemplate", PodTemplate::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<PodTemplate>builder()
                    .name()
                    .text(
                            "Containers",
                            "Names of the containers.",
                            template -> Cells.containerNames(template.template().spec()))
                    .text(
                            "Images",
                            "Images of the containers.",
                            template ->
                                    Cells.containerImages(template.template().spec()))
                    .text(
                            "Pod Labels",
                            "Labels of the Pods.",
                            template ->
                                    Cells.labels(template.template().metadata().labels()))
                    .build())
            .build();

    private static final FieldPath TEMPLATE = FieldPath.of("template");

    private PodTemplates() {}

    private static final class Rules implements Strategy<PodTemplate> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        @Override
        public PodTemplate withDefaults(PodTemplate template) {
            return PodTemplate.of(Defaults.inNew(template.tree(), "template", PodDefaults::template));
        }

        @Override
        public boolean changesGeneration(PodTemplate updated, PodTemplate stored) {
            return !updated.template().equals(stored.template());
        }

        @Override
        public void validate(PodTemplate template, FieldErrors errors) {
            io.amphora.api.validation.PodTemplates.validate(template.template(), TEMPLATE, errors);
        }

        @Override
        public List<String> warnings(PodTemplate template) {
            return PodWarnings.ofTemplate(template.template(), TEMPLATE);
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
