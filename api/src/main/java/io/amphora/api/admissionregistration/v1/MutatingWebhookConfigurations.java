package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;

/// Webhooks that may change what is written.
public final class MutatingWebhookConfigurations {
    public static final ResourceDefinition<MutatingWebhookConfiguration> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", MutatingWebhookConfiguration::of)
            .categories("api-extensions")
            .strategy(new Rules())
            .columns(Columns.<MutatingWebhookConfiguration>builder()
                    .name()
                    .number(
                            "Webhooks",
                            "How many there are.",
                            configuration -> configuration.webhooks().size())
                    .age()
                    .build())
            .build();

    private MutatingWebhookConfigurations() {}

    private static final class Rules implements Strategy<MutatingWebhookConfiguration> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        @Override
        public MutatingWebhookConfiguration withDefaults(MutatingWebhookConfiguration configuration) {
            return MutatingWebhookConfiguration.of(Defaults.each(
                    configuration.tree(),
                    "webhooks",
                    webhook -> Defaults.absent(Webhooks.defaults(webhook), "reinvocationPolicy", "Never")));
        }

        @Override
        public boolean changesGeneration(MutatingWebhookConfiguration updated, MutatingWebhookConfiguration stored) {
            return Webhooks.differ(updated.tree(), stored.tree());
        }

        @Override
        public void validate(MutatingWebhookConfiguration configuration, FieldErrors errors) {
            Webhooks.validate(configuration.tree().list("webhooks"), errors);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
