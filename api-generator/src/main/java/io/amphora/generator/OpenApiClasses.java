package io.amphora.generator;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the OpenAPI client's classes say of a type: which properties it has, and which are required.
final class OpenApiClasses {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    record Type(Set<String> properties, Set<String> required) {}

    private final Map<String, Optional<Type>> read = new HashMap<>();

    /// @param name the name in OpenAPI; empty when the client has no class for it
    Optional<Type> find(String name) {
        return read.computeIfAbsent(name, OpenApiClasses::load);
    }

    /// A class is named by version and type (`V1Pod`), and by its group too where two groups share both
    /// (`CoreV1Event`).
    private static Optional<Type> load(String name) {
        String[] labels = name.split("\\.");
        String group = labels[labels.length - 3];
        String version = labels[labels.length - 2];
        String type = capital(version) + labels[labels.length - 1];
        return load(MODELS, capital(group) + type).or(() -> load(MODELS, type));
    }

    private static Optional<Type> load(String models, String type) {
        try {
            Class<?> model = Class.forName(models + type);
            return Optional.of(new Type(
                    properties(model),
                    strings(model.getField("openapiRequiredFields").get(null))));
        } catch (ClassNotFoundException absent) {
            return Optional.empty();
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(type + " is not the class it was in older versions of the client", failure);
        }
    }

    private static Set<String> properties(Class<?> model) throws IllegalAccessException {
        var names = new HashSet<String>();
        for (Field field : model.getDeclaredFields())
            if (field.getName().startsWith("SERIALIZED_NAME_")) names.add((String) field.get(null));
        return names;
    }

    private static Set<String> strings(Object set) {
        var names = new HashSet<String>();
        for (Object name : (Set<?>) set) names.add((String) name);
        return names;
    }

    static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
