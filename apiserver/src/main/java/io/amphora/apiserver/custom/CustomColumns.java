package io.amphora.apiserver.custom;

import io.amphora.api.Columns;
import io.amphora.api.apiextensions.v1.CustomResourceColumnDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.amphora.machinery.jsonpath.JsonPath;
import io.amphora.machinery.tree.Tree;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
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
            JsonPath path = path(column);
            if (path == null) break; // the columns before it are shown
            String description = column.description().isEmpty()
                    ? "Custom resource definition column (in JSONPath format): " + column.jsonPath()
                    : column.description();
            columns.add(
                    new Columns.Column(column.name(), column.type(), column.format(), description, column.priority()),
                    (object, now) -> path.first(object.tree())
                            .map(value -> cell(column.type(), value, now))
                            .orElse(null));
        }
        return columns.build();
    }

    private static @Nullable JsonPath path(CustomResourceColumnDefinition column) {
        try {
            return JsonPath.parse("{" + column.jsonPath() + "}");
        } catch (JsonPath.Mistake wrong) {
            return null;
        }
    }

    private static Tree created(CustomObject object) {
        return object.tree().object("metadata").get("creationTimestamp");
    }

    private static @Nullable Object cell(String type, Tree value, Instant now) {
        return switch (type) {
            case "integer" -> value instanceof Tree.Decimal(var number) ? Tree.of((long) number) : number(value);
            case "number" -> number(value);
            case "boolean" -> value instanceof Tree.Bool ? value : null;
            case "date" -> value instanceof Tree.Text(var text) ? since(text, now) : null;
            default -> value.isNull() ? "<no value>" : JsonPath.shown(value);
        };
    }

    private static @Nullable Tree number(Tree value) {
        return value instanceof Tree.Whole || value instanceof Tree.Decimal ? value : null;
    }

    private static String since(String text, Instant now) {
        if (text.isEmpty() || text.equals("null")) return Columns.since(null, now);
        try {
            return Columns.since(OffsetDateTime.parse(text).toInstant(), now);
        } catch (DateTimeException malformed) {
            return INVALID;
        }
    }
}
