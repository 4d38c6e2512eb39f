package io.amphora.apiserver.custom;

import io.amphora.api.Columns;
import io.amphora.api.apiextensions.v1.CustomResourceColumnDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.amphora.machinery.tree.Tree;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How `kubectl get` shows a custom resource: by the columns of its definition, or by its age.
final class CustomColumns {
    private static final String INVALID = "<invalid>";

    private CustomColumns() {}

    static Columns<CustomObject> of(CustomResourceDefinitionVersion version) {
        var columns = Columns.<CustomObject>builder().name();
        if (version.additionalPrinterColumns().isEmpty())
            columns.add(
                    new Columns.Column("Age", "date", "", "When the object was created.", 0),
                    (object, now) -> cell("date", created(object), now));
        for (CustomResourceColumnDefinition column : version.additionalPrinterColumns()) {
            Optional<JsonPath> path = JsonPath.parse(column.jsonPath());
            String description = column.description().isEmpty()
                    ? "Custom resource definition column (in JSONPath format): " + column.jsonPath()
                    : column.description();
            columns.add(
                    new Columns.Column(column.name(), column.type(), column.format(), description, column.priority()),
                    (object, now) -> path.flatMap(steps -> steps.first(object.tree()))
                            .map(value -> cell(column.type(), value, now))
                            .orElse(null));
        }
        return columns.build();
    }

    private static Tree created(CustomObject object) {
        return object.tree().object("metadata").get("creationTimestamp");
    }

    private static @Nullable Object cell(String type, Tree value, Instant now) {
        return switch (type) {
            case "integer" -> value instanceof Tree.Whole || value instanceof Tree.Decimal ? whole(value) : null;
            case "number" -> value instanceof Tree.Whole || value instanceof Tree.Decimal ? value : null;
            case "boolean" -> value instanceof Tree.Bool ? value : null;
            case "date" -> value instanceof Tree.Text(var text) ? since(text, now) : null;
            default -> value instanceof Tree.Text || value.isNull() ? value : value.toString();
        };
    }

    private static Tree whole(Tree value) {
        return value instanceof Tree.Decimal(var number) ? Tree.of((long) number) : value;
    }

    private static String since(String text, Instant now) {
        try {
            return Columns.since(OffsetDateTime.parse(text).toInstant(), now);
        } catch (DateTimeException malformed) {
            return INVALID;
        }
    }
}
