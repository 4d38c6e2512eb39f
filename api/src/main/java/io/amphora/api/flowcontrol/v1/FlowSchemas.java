package io.amphora.api.flowcontrol.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Which requests are of which priority level.
public final class FlowSchemas {
    public static final ResourceDefinition<FlowSchema> DEFINITION = ResourceDefinition.of(
                    "flowcontrol.apiserver.k8s.io/v1", "FlowSchema", FlowSchema::of)
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<FlowSchema>builder()
                    .name()
                    .text(
                            "PriorityLevel",
                            "The level of such requests.",
                            schema -> schema.spec().priorityLevelConfiguration().name())
                    .text(
                            "MatchingPrecedence",
                            "The lowest that matches counts.",
                            schema -> schema.spec().matchingPrecedence())
                    .text(
                            "DistinguisherMethod",
                            "What makes a flow of its own.",
                            schema -> Cells.orNone(
                                    schema.spec().distinguisherMethod().type()))
                    .age()
                    .text("MissingPL", "Whether there is no such level.", FlowSchemas::missing)
                    .build())
            .build();

    /// What the schemas that must always be there have for a spec, by name.
    public static final ObjectTree EXEMPT = ObjectTree.of(
            "matchingPrecedence",
            1,
            "priorityLevelConfiguration",
            ObjectTree.of("name", "exempt"),
            "rules",
            ListTree.of(everything("system:masters")));

    public static final ObjectTree CATCH_ALL = ObjectTree.of(
            "matchingPrecedence",
            10_000,
            "priorityLevelConfiguration",
            ObjectTree.of("name", "catch-all"),
            "distinguisherMethod",
            ObjectTree.of("type", "ByUser"),
            "rules",
            ListTree.of(everything("system:unauthenticated", "system:authenticated")));

    private static final FieldPath SPEC = FieldPath.of("spec");

    private FlowSchemas() {}

    private static ObjectTree everything(String... groups) {
        ListTree all = ListTree.from(List.of("*"));
        ListTree subjects = ListTree.EMPTY;
        for (String group : groups)
            subjects = subjects.plus(ObjectTree.of("kind", "Group", "group", ObjectTree.of("name", group)));
        ObjectTree resources = ObjectTree.of("verbs", all, "apiGroups", all, "resources", all)
                .with("clusterScope", true)
                .with("namespaces", all);
        return ObjectTree.of("subjects", subjects)
                .with("resourceRules", ListTree.of(resources))
                .with("nonResourceRules", ListTree.of(ObjectTree.of("verbs", all, "nonResourceURLs", all)));
    }

    private static String missing(FlowSchema schema) {
        for (FlowSchemaCondition condition : schema.status().conditions())
            if (condition.type().equals("Dangling")) return condition.status();
        return "?";
    }

    private static final class Rules extends SpecAndStatus<FlowSchema> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        private static final int LAST = 10_000;

        Rules() {
            super(FlowSchema::of);
        }

        @Override
        public FlowSchema withDefaults(FlowSchema schema) {
            return FlowSchema.of(
                    Defaults.inNew(schema.tree(), "spec", spec -> Defaults.zero(spec, "matchingPrecedence", 1000)));
        }

        @Override
        public void validate(FlowSchema schema, FieldErrors errors) {
            FlowSchemaSpec spec = schema.spec();
            precedence(schema.name(), spec.matchingPrecedence(), SPEC.child("matchingPrecedence"), errors);
            spec.findDistinguisherMethod().ifPresent(method -> {
                var types = List.of("ByNamespace", "ByUser");
                if (!types.contains(method.type()))
                    errors.notSupported(SPEC.child("distinguisherMethod").child("type"), method.tree(), types);
            });
            String level = spec.priorityLevelConfiguration().name();
            FieldPath name = SPEC.child("priorityLevelConfiguration").child("name");
            if (level.isEmpty()) errors.required(name, "must reference a priority level");
            else Checks.subdomain(level, name, errors);
            for (int i = 0; i < spec.rules().size(); i++)
                FlowRules.validate(spec.rules().get(i), SPEC.child("rules").index(i), errors);
            fixed(schema, "exempt", EXEMPT, errors);
            fixed(schema, "catch-all", CATCH_ALL, errors);
        }

        private static void precedence(String schema, int precedence, FieldPath at, FieldErrors errors) {
            if (precedence <= 0) errors.invalid(at, precedence, "must be a positive value");
            if (precedence > LAST) errors.invalid(at, precedence, "must not be greater than " + LAST);
            if (precedence == 1 && !schema.equals("exempt"))
                errors.invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
        }

        private static void fixed(FlowSchema schema, String name, ObjectTree spec, FieldErrors errors) {
            if (schema.name().equals(name) && !schema.spec().tree().equals(spec))
                errors.invalid(SPEC, schema.spec().tree(), "spec of '" + name + "' must equal the fixed value");
        }

        @Override
        public void validateUpdate(String subresource, FlowSchema updated, FlowSchema stored, FieldErrors errors) {
            FlowRules.conditions(updated.status().tree().list("conditions"), errors);
        }
    }
}
