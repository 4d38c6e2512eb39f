package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.Views;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.GoJson;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Passwords, keys and tokens, by key.
public final class Secrets {
    public static final ResourceDefinition<Secret> DEFINITION = ResourceDefinition.of("v1", "Secret", Secret::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<Secret>builder()
                    .name()
                    .text("Type", "What the Secret is for.", Secret::type)
                    .text(
                            "Data",
                            "How many keys there are.",
                            secret -> secret.data().size())
                    .age()
                    .build())
            .build();

    private static final FieldPath DATA = FieldPath.of("data");

    private Secrets() {}

    private static final class Rules implements Strategy<Secret> {
        /// `stringData` is for writing only: it becomes `data`, and goes.
        @Override
        public Secret withDefaults(Secret secret) {
            ObjectTree tree = Defaults.empty(secret.tree(), "type", "Opaque");
            if (!tree.has("stringData")) return Secret.of(tree);
            var data = tree.object("data").toBuilder();
            secret.stringData()
                    .forEach((key, text) -> data.put(key, Views.tree(text.getBytes(StandardCharsets.UTF_8))));
            ObjectTree merged = data.build();
            tree = tree.without("stringData");
            return Secret.of(merged.isEmpty() ? tree : tree.with("data", merged));
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(Secret updated, Secret stored, FieldErrors errors) {
            Checks.immutable(updated.type(), stored.type(), FieldPath.of("type"), errors);
            if (stored.immutable()) {
                if (!updated.immutable()) errors.forbidden(FieldPath.of("immutable"), ConfigMaps.IMMUTABLE);
                if (!updated.tree().object("data").equals(stored.tree().object("data")))
                    errors.forbidden(DATA, ConfigMaps.IMMUTABLE);
            }
            validate(updated, errors);
        }

        /// An update that leaves the type out means the one there is.
        @Override
        public Secret prepareForUpdate(Secret updated, Secret stored) {
            return updated.type().isEmpty() ? updated.withType(stored.type()) : updated;
        }

        @Override
        public void validate(Secret secret, FieldErrors errors) {
            ObjectTree data = secret.tree().object("data");
            long size = 0;
            for (var entry : data) {
                errors.invalidAll(DATA.key(entry.getKey()), entry.getKey(), Names.isConfigMapKey(entry.getKey()));
                size += ConfigMaps.decodedLength(entry.getValue());
            }
            if (size > ConfigMaps.MOST_BYTES) errors.tooLong(DATA, ConfigMaps.MOST_BYTES);
            keysOfType(secret, data, errors);
        }

        private static void keysOfType(Secret secret, ObjectTree data, FieldErrors errors) {
            switch (secret.type()) {
                case "kubernetes.io/service-account-token" -> {
                    String name = "kubernetes.io/service-account.name";
                    Checks.required(
                            secret.metadata().annotations().getOrDefault(name, ""),
                            FieldPath.of("metadata").child("annotations").key(name),
                            errors);
                }
                case "kubernetes.io/dockercfg" -> json(".dockercfg", data, errors);
                case "kubernetes.io/dockerconfigjson" -> json(".dockerconfigjson", data, errors);
                case "kubernetes.io/basic-auth" -> {
                    if (!data.has("username") && !data.has("password")) {
                        errors.required(DATA.key("username"), "");
                        errors.required(DATA.key("password"), "");
                    }
                }
                case "kubernetes.io/ssh-auth" ->
                    Checks.required(data.text("ssh-privatekey"), DATA.key("ssh-privatekey"), errors);
                case "kubernetes.io/tls" -> {
                    for (String key : List.of("tls.crt", "tls.key"))
                        if (!data.has(key)) errors.required(DATA.key(key), "");
                }
                default -> {}
            }
        }

        private static void json(String key, ObjectTree data, FieldErrors errors) {
            if (!data.has(key)) {
                errors.required(DATA.key(key), "");
                return;
            }
            String wrong = GoJson.whatIsWrongWithObject(text(data, key));
            if (!wrong.isEmpty()) errors.invalid(DATA.key(key), "<secret contents redacted>", wrong);
        }

        private static String text(ObjectTree data, String key) {
            return new String(Views.bytes(data.get(key)), StandardCharsets.UTF_8);
        }

        @Override
        public List<String> warnings(Secret secret) {
            if (!secret.type().equals("kubernetes.io/tls")) return List.of();
            ObjectTree data = secret.tree().object("data");
            if (!text(data, "tls.crt").contains("-----BEGIN "))
                return List.of("tls: failed to find any PEM data in certificate input");
            return text(data, "tls.key").contains("-----BEGIN ")
                    ? List.of()
                    : List.of("tls: failed to find any PEM data in key input");
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("type");
        }

        @Override
        public Map<String, String> selectableFields(Secret secret) {
            return Map.of("type", secret.type());
        }
    }
}
