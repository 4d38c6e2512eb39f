package io.amphora.api.node.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.core.v1.ResourceRequirements;
import io.amphora.api.core.v1.Toleration;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.api.validation.Resources;
import io.amphora.api.validation.Tolerations;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What runs the containers of Pods that name it, and what that takes.
public final class RuntimeClasses {
    public static final ResourceDefinition<RuntimeClass> DEFINITION = ResourceDefinition.of(
                    "node.k8s.io/v1", "RuntimeClass", RuntimeClass::of)
            .plural("runtimeclasses")
            .strategy(new Rules())
            .columns(Columns.<RuntimeClass>builder()
                    .name()
                    .text("Handler", "What the runtime calls it.", type -> type.handler())
                    .age()
                    .build())
            .build();

    private static final FieldPath HANDLER = FieldPath.of("handler");

    private RuntimeClasses() {}

    private static final class Rules implements Strategy<RuntimeClass> {
        @Override
        public void validate(RuntimeClass type, FieldErrors errors) {
            Checks.label(type.handler(), HANDLER, errors);
            var overhead = type.overhead().podFixed();
            if (!overhead.isEmpty())
                Resources.container(
                        ResourceRequirements.EMPTY.withLimits(overhead), Set.of(), FieldPath.of("overhead"), errors);
            type.findScheduling().ifPresent(scheduling -> scheduling(scheduling, errors));
        }

        private static void scheduling(Scheduling scheduling, FieldErrors errors) {
            FieldPath at = FieldPath.of("scheduling");
            Labels.labels(scheduling.nodeSelector(), at.child("nodeSelector"), errors);
            FieldPath list = at.child("tolerations");
            List<Toleration> tolerations = scheduling.tolerations();
            Tolerations.validate(tolerations, list.child("tolerations"), errors);
            var seen = new HashSet<Toleration>();
            for (int i = 0; i < tolerations.size(); i++)
                if (!seen.add(tolerations.get(i)))
                    errors.duplicate(list.index(i), tolerations.get(i).tree());
        }

        @Override
        public void validateUpdate(RuntimeClass updated, RuntimeClass stored, FieldErrors errors) {
            Checks.immutable(updated.handler(), stored.handler(), HANDLER, errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
