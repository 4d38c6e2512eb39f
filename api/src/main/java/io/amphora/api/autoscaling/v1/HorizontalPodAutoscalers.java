package io.amphora.api.autoscaling.v1;

import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.machinery.tree.ObjectTree;

/// The autoscaler as `autoscaling/v1` shows it: stored as v2, with what v1 has no field for in annotations.
public final class HorizontalPodAutoscalers {
    public static final ResourceDefinition<HorizontalPodAutoscaler> DEFINITION = ResourceDefinition.of(
                    "autoscaling/v1", "HorizontalPodAutoscaler", HorizontalPodAutoscaler::of)
            .shortNames("hpa")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .storedAs(
                    io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers.DEFINITION,
                    HorizontalPodAutoscalers::stored,
                    AutoscalerForms::fromV2)
            .columns(io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers.DEFINITION
                    .columns()
                    .via(scaler -> io.amphora.api.autoscaling.v2.HorizontalPodAutoscaler.of(stored(scaler.tree()))))
            .build();

    private HorizontalPodAutoscalers() {}

    /// Defaults come with the conversion, as v1 has no fields for most of what has some.
    private static ObjectTree stored(ObjectTree v1) {
        return io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers.defaults(AutoscalerForms.toV2(v1));
    }

    private static final class Rules extends SpecAndStatus<HorizontalPodAutoscaler> {
        Rules() {
            super(HorizontalPodAutoscaler::of);
        }

        /// What v1 has fields for, so that who writes in this version owns it.
        @Override
        public HorizontalPodAutoscaler withDefaults(HorizontalPodAutoscaler scaler) {
            ObjectTree spec = Defaults.absent(scaler.spec().tree(), "minReplicas", 1);
            boolean measuresOthers = scaler.metadata().annotations().containsKey(AutoscalerForms.METRICS);
            if (!measuresOthers)
                spec = Defaults.absent(spec, AutoscalerForms.TARGET, AutoscalerForms.DEFAULT_CPU_PERCENT);
            return HorizontalPodAutoscaler.of(scaler.tree().with("spec", spec));
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
