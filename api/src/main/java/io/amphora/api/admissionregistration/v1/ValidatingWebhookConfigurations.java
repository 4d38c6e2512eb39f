package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;

/// Webhooks that may refuse what is written.
public final class ValidatingWebhookConfigurations {
    public static final ResourceDefinition<ValidatingWebhookConfiguration> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1",
                    "ValidatingWebhookConfiguration",
                    ValidatingWebhookConfiguration::of)
            .categories("api-extensions")
            .strategy(new Rules())
            .columns(Columns.<ValidatingWebhookConfiguration>builder()
                    .name()
                    .number(
                            "Webhooks",
                            "How many there are.",
                            configuration -> configuration.webhooks().size())
                    .age()
                    .build())
            .build();

    private ValidatingWebhookConfigurations() {}

    private static final class Rules implements Strategy<ValidatingWebhookConfiguration> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        @Override
        public ValidatingWebhookConfiguration withDefaults(ValidatingWebhookConfiguration configuration) {
            return ValidatingWebhookConfiguration.of(
                    Defaults.each(configuration.tree(), "webhooks", Webhooks::defaults));
        }

        @Override
        public boolean changesGeneration(
                ValidatingWebhookConfiguration updated, ValidatingWebhookConfiguration stored) {
            return Webhooks.differ(updated.tree(), stored.tree());
        }

        @Override
        public void validate(ValidatingWebhookConfiguration configuration, FieldErrors errors) {
            Webhooks.validate(configuration.tree().list("webhooks"), errors);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
