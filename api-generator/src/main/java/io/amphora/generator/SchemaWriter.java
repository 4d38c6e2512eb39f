package io.amphora.generator;

import io.amphora.generator.Model.Field;
import io.amphora.generator.Model.Presence;
import io.amphora.generator.Model.Shape;
import io.amphora.generator.Model.Type;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// Writes the schema that the server reads at run time, one line per type and per field, in the format that
/// `io.amphora.api.schema.Declarations` describes. Descriptions are apart, since only few ask for them.
final class SchemaWriter {
    private SchemaWriter() {}

    static void write(Model model, Path folder) throws IOException {
        var schema = new StringBuilder();
        var descriptions = new StringBuilder();
        for (Type type : model.types().values()) {
            schema.append('=')
                    .append(type.name())
                    .append('\t')
                    .append(type.apiVersion())
                    .append('\t')
                    .append(type.atomic() ? "atomic" : "")
                    .append('\n');
            descriptions
                    .append('=')
                    .append(type.name())
                    .append('\t')
                    .append(escape(type.description()))
                    .append('\n');
            for (Field field : type.fields()) {
                schema.append(line(field)).append('\n');
                descriptions
                        .append(field.name())
                        .append('\t')
                        .append(escape(field.description()))
                        .append('\n');
            }
        }
        Generate.write(folder.resolve("schema.txt"), schema.toString());
        Generate.write(folder.resolve("descriptions.txt"), descriptions.toString());
    }

    private static String line(Field field) {
        String numbers = field.numbers().stream().map(String::valueOf).collect(Collectors.joining("."));
        String presence = field.presence() == Presence.NON_ZERO ? "" : field.presence().mark;
        String line = String.join(
                "\t",
                field.name(),
                numbers,
                (field.required() ? "r" : "") + presence,
                text(field.shape()),
                field.goType().equals(ModelReader.goType(field.shape())) ? "" : field.goType(),
                field.defaultJson(),
                field.patchStrategy(),
                field.patchMergeKey());
        return line.stripTrailing();
    }

    private static String text(Shape shape) {
        return switch (shape) {
            case Shape.Plain(var scalar) -> scalar.name();
            case Shape.Ref(var type) -> "@" + type;
            case Shape.ListOf list ->
                (list.wrapped() ? "wrapped/" : "list/") + list.merge()
                        + (list.keys().isEmpty() ? "" : "/" + String.join(",", list.keys())) + " " + text(list.items());
            case Shape.MapOf map -> (map.atomic() ? "map/atomic " : "map/ ") + text(map.values());
        };
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }
}
