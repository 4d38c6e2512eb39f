package io.amphora.api.admissionregistration.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class MutatingWebhookConfigurations {
    public static final ResourceDefinition<MutatingWebhookConfiguration> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", MutatingWebhookConfiguration::of)
            .categories("api-extensions")
            .strategy(new Rules())
            .build();

    private MutatingWebhookConfigurations() {}

    private static final class Rules implements Strategy<MutatingWebhookConfiguration> {
        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
