package io.amphora.api.admissionregistration.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ValidatingWebhookConfigurations {
    public static final ResourceDefinition<ValidatingWebhookConfiguration> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1",
                    "ValidatingWebhookConfiguration",
                    ValidatingWebhookConfiguration::of)
            .categories("api-extensions")
            .strategy(new Rules())
            .build();

    private ValidatingWebhookConfigurations() {}

    private static final class Rules implements Strategy<ValidatingWebhookConfiguration> {
        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
