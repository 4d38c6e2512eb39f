package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;

/// Configuration of applications: text, and bytes, by key.
public final class ConfigMaps {
    public static final ResourceDefinition<ConfigMap> DEFINITION = ResourceDefinition.of(
                    "v1", "ConfigMap", ConfigMap::of)
            .shortNames("cm")
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<ConfigMap>builder()
                    .name()
                    .text(
                            "Data",
                            "How many keys there are.",
                            map -> map.data().size() + map.binaryData().size())
                    .age()
                    .build())
            .build();

    /// All values together, in bytes; what the store takes in one object.
    static final int MOST_BYTES = 1024 * 1024;

    static final String IMMUTABLE = "field is immutable when `immutable` is set";

    private ConfigMaps() {}

    private static final class Rules implements Strategy<ConfigMap> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(ConfigMap updated, ConfigMap stored, FieldErrors errors) {
            if (stored.immutable()) {
                if (!updated.immutable()) errors.forbidden(FieldPath.of("immutable"), IMMUTABLE);
                if (!updated.data().equals(stored.data())) errors.forbidden(FieldPath.of("data"), IMMUTABLE);
                if (!updated.tree().object("binaryData").equals(stored.tree().object("binaryData")))
                    errors.forbidden(FieldPath.of("binaryData"), IMMUTABLE);
            }
            validate(updated, errors);
        }

        @Override
        public void validate(ConfigMap map, FieldErrors errors) {
            ObjectTree binary = map.tree().object("binaryData");
            long size = 0;
            for (var entry : map.data().entrySet()) {
                String key = entry.getKey();
                FieldPath at = FieldPath.of("data").key(key);
                errors.invalidAll(at, key, Names.isConfigMapKey(key));
                if (binary.has(key)) errors.invalid(at, key, "duplicate of key present in binaryData");
                size += utf8Length(entry.getValue());
            }
            for (var entry : binary) {
                errors.invalidAll(
                        FieldPath.of("binaryData").key(entry.getKey()),
                        entry.getKey(),
                        Names.isConfigMapKey(entry.getKey()));
                size += decodedLength(entry.getValue());
            }
            if (size > MOST_BYTES) errors.tooLong(Checks.WHOLE, MOST_BYTES);
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// How many bytes a base64 text stands for.
    static long decodedLength(Tree base64) {
        String text = base64.text();
        if (text == null) return 0;
        long length = text.chars().filter(c -> c != '\n' && c != '\r').count();
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return length / 4 * 3 - padding;
    }
}
