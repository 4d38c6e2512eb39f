package io.amphora.api.apiextensions.v1;

import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Locale;

/// Makes a kind of its own known to the API server.
public final class CustomResourceDefinitions {
    public static final ResourceDefinition<CustomResourceDefinition> DEFINITION = ResourceDefinition.of(
                    "apiextensions.k8s.io/v1", "CustomResourceDefinition", CustomResourceDefinition::of)
            .shortNames("crd", "crds")
            .categories("api-extensions")
            .subresources("status")
            .strategy(new Rules())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private CustomResourceDefinitions() {}

    private static final class Rules extends SpecAndStatus<CustomResourceDefinition> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        Rules() {
            super(CustomResourceDefinition::of);
        }

        @Override
        protected boolean statusKeepsMetadata() {
            return true;
        }

        @Override
        public CustomResourceDefinition withDefaults(CustomResourceDefinition definition) {
            return CustomResourceDefinition.of(Defaults.inNew(definition.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            String kind = spec.object("names").text("kind");
            ObjectTree tree = kind.isEmpty()
                    ? spec
                    : Defaults.inNew(
                            spec,
                            "names",
                            names -> Defaults.empty(
                                    Defaults.empty(names, "singular", kind.toLowerCase(Locale.ROOT)),
                                    "listKind",
                                    kind + "List"));
            return Defaults.inNew(
                    tree,
                    "conversion",
                    conversion -> Defaults.in(
                            Defaults.empty(conversion, "strategy", "None"),
                            "webhook",
                            webhook -> Defaults.in(
                                    webhook,
                                    "clientConfig",
                                    client -> Defaults.in(
                                            client, "service", service -> Defaults.absent(service, "port", 443)))));
        }

        @Override
        public CustomResourceDefinition prepareForCreate(CustomResourceDefinition definition) {
            ObjectTree unknown =
                    ObjectTree.of("acceptedNames", ObjectTree.of("kind", "", "plural", ""), "conditions", Tree.NULL);
            return stored(CustomResourceDefinition.of(definition.tree().with("status", unknown)));
        }

        @Override
        public CustomResourceDefinition prepareForUpdate(
                CustomResourceDefinition updated, CustomResourceDefinition stored) {
            return stored(super.prepareForUpdate(updated, stored));
        }

        @Override
        public CustomResourceDefinition prepareForUpdate(
                String subresource, CustomResourceDefinition updated, CustomResourceDefinition stored) {
            return stored(super.prepareForUpdate(subresource, updated, stored));
        }

        /// The version that is stored from now on is among those that have been.
        private static CustomResourceDefinition stored(CustomResourceDefinition definition) {
            ListTree versions = definition.tree().object("status").list("storedVersions");
            for (CustomResourceDefinitionVersion version : definition.spec().versions())
                if (version.storage() && !versions.items().contains(Tree.of(version.name())))
                    return CustomResourceDefinition.of(definition
                            .tree()
                            .withAt(versions.plus(Tree.of(version.name())), "status", "storedVersions"));
            return definition;
        }

        private static void named(String name, String field, CustomResourceDefinitionSpec spec, FieldErrors errors) {
            if (!name.equals(spec.names().plural() + "." + spec.group()))
                errors.invalid(
                        FieldPath.of("metadata").child(field), name, "must be spec.names.plural+\".\"+spec.group");
        }

        @Override
        public void validate(CustomResourceDefinition definition, FieldErrors errors) {
            var spec = definition.spec();
            String generated = definition.metadata().generateName();
            if (!generated.isEmpty()) named(generated, "generateName", spec, errors);
            if (!definition.name().isEmpty()) named(definition.name(), "name", spec, errors);
            check(definition, errors);
            if (spec.preserveUnknownFields())
                errors.invalid(
                        SPEC.child("preserveUnknownFields"),
                        true,
                        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                                + "spec.versions[*].schema instead");
        }

        private static void check(CustomResourceDefinition definition, FieldErrors errors) {
            DefinitionSpecs.validate(definition.spec(), errors);
            storedVersions(definition, errors);
            DefinitionSpecs.approval(definition, errors);
        }

        private static void storedVersions(CustomResourceDefinition definition, FieldErrors errors) {
            var versions = definition.spec().versions().stream()
                    .map(CustomResourceDefinitionVersion::name)
                    .toList();
            FieldPath list = FieldPath.of("status").child("storedVersions");
            List<String> stored = definition.status().storedVersions();
            for (int i = 0; i < stored.size(); i++) {
                String version = stored.get(i);
                if (!versions.contains(version))
                    errors.invalid(
                            list.index(i),
                            version,
                            "missing from spec.versions; " + version
                                    + " was previously a storage version, and must remain in spec.versions until a storage "
                                    + "migration ensures no data remains persisted in " + version + " and removes "
                                    + version + " from status.storedVersions");
            }
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        /// What names its path stays; once it is served, what its objects are stored as stays too.
        @Override
        public void validateUpdate(
                CustomResourceDefinition updated, CustomResourceDefinition stored, FieldErrors errors) {
            var spec = updated.spec();
            var old = stored.spec();
            check(updated, errors);
            FieldPath names = SPEC.child("names");
            if (isEstablished(stored)) {
                Checks.immutable(spec.scope(), old.scope(), SPEC.child("scope"), errors);
                Checks.immutable(spec.names().kind(), old.names().kind(), names.child("kind"), errors);
            }
            Checks.immutable(spec.group(), old.group(), SPEC.child("group"), errors);
            Checks.immutable(spec.names().plural(), old.names().plural(), names.child("plural"), errors);
        }

        private static boolean isEstablished(CustomResourceDefinition definition) {
            return definition.status().conditions().stream()
                    .anyMatch(condition -> condition.type().equals("Established")
                            && condition.status().equals("True"));
        }

        @Override
        public void validateUpdate(
                String subresource,
                CustomResourceDefinition updated,
                CustomResourceDefinition stored,
                FieldErrors errors) {
            storedVersions(updated, errors);
        }

        @Override
        public List<String> warnings(CustomResourceDefinition definition) {
            return definition.spec().versions().stream()
                    .map(version -> version.tree().object("schema").object("openAPIV3Schema"))
                    .flatMap(schema -> StructuralSchemas.unknownFormats(schema).stream())
                    .distinct()
                    .map(format -> "unrecognized format " + GoText.quote(format))
                    .toList();
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
