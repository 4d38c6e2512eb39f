package io.amphora.api.networking.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.References;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// What serves the Ingresses that name it.
public final class IngressClasses {
    public static final ResourceDefinition<IngressClass> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "IngressClass", IngressClass::of)
            .plural("ingressclasses")
            .strategy(new Rules())
            .columns(Columns.<IngressClass>builder()
                    .name()
                    .text("Controller", "What serves them.", type -> type.spec().controller())
                    .text("Parameters", "The object with its settings.", IngressClasses::parameters)
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int CONTROLLER_LIMIT = 250;

    private IngressClasses() {}

    private static String parameters(IngressClass type) {
        if (type.spec().findParameters().isEmpty()) return Cells.NONE;
        var parameters = type.spec().parameters();
        String group = parameters.findApiGroup().map(name -> "." + name).orElse("");
        return parameters.kind() + group + "/" + parameters.name();
    }

    private static final class Rules implements Strategy<IngressClass> {
        @Override
        public IngressClass withDefaults(IngressClass type) {
            ObjectTree tree = Defaults.in(
                    type.tree(),
                    "spec",
                    spec -> Defaults.in(
                            spec, "parameters", parameters -> Defaults.absent(parameters, "scope", "Cluster")));
            return IngressClass.of(tree);
        }

        @Override
        public void validate(IngressClass type, FieldErrors errors) {
            String controller = type.spec().controller();
            if (controller.length() > CONTROLLER_LIMIT) errors.tooLong(SPEC.child("controller"), CONTROLLER_LIMIT);
            Names.isDomainPrefixedPath(SPEC.child("controller"), controller, errors);
            type.spec()
                    .findParameters()
                    .ifPresent(parameters -> parameters(parameters, SPEC.child("parameters"), errors));
        }

        private static void parameters(IngressClassParametersReference parameters, FieldPath at, FieldErrors errors) {
            References.typed(parameters.tree(), at, errors);
            var namespace = parameters.findNamespace();
            FieldPath path = at.child("namespace");
            switch (parameters.scope()) {
                case "Namespace" -> {
                    if (namespace.isEmpty()) errors.required(path, "`parameters.scope` is set to 'Namespace'");
                    else Checks.label(namespace.get(), path, errors);
                }
                case "Cluster" -> {
                    if (namespace.isPresent()) errors.forbidden(path, "`parameters.scope` is set to 'Cluster'");
                }
                default -> errors.notSupported(at.child("scope"), parameters.scope(), List.of("Cluster", "Namespace"));
            }
        }

        @Override
        public void validateUpdate(IngressClass updated, IngressClass stored, FieldErrors errors) {
            Checks.immutable(updated.spec().controller(), stored.spec().controller(), SPEC.child("controller"), errors);
        }
    }
}
