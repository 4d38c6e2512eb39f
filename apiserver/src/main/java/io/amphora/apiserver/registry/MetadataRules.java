package io.amphora.apiserver.registry;

import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What holds for the metadata of every kind.
final class MetadataRules {
    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final FieldPath NAME = METADATA.child("name");
    private static final FieldPath GENERATE_NAME = METADATA.child("generateName");
    private static final FieldPath NAMESPACE = METADATA.child("namespace");
    private static final FieldPath LABELS = METADATA.child("labels");
    private static final FieldPath ANNOTATIONS = METADATA.child("annotations");
    private static final FieldPath OWNERS = METADATA.child("ownerReferences");
    private static final FieldPath FINALIZERS = METADATA.child("finalizers");
    private static final int LONGEST_SUBRESOURCE = 256;
    private static final int ANNOTATIONS_LIMIT = 256 * 1024;
    private static final Set<String> STANDARD_FINALIZERS = Set.of("orphan", "foregroundDeletion", "kubernetes");
    /// Whose kinds Kubernetes checks by the rules that all objects have, without those of its core: their finalizers
    /// may be any qualified name, as those of custom resources may.
    private static final Set<String> PLAIN_GROUPS = Set.of(
            "apiextensions.k8s.io",
            "apiregistration.k8s.io",
            "admissionregistration.k8s.io",
            "coordination.k8s.io",
            "node.k8s.io");
    private static final List<String> IMMUTABLE =
            List.of("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds");

    private MetadataRules() {}

    /// Of an object that is created, or stands in a list of what is checked whole.
    static void validate(ResourceDefinition<?> kind, ObjectTree object, FieldErrors errors) {
        ObjectTree metadata = object.object("metadata");
        String generateName = metadata.text("generateName");
        if (!generateName.isEmpty()) errors.invalidAll(GENERATE_NAME, generateName, prefixProblems(kind, generateName));
        String name = metadata.text("name");
        if (name.isEmpty()) errors.required(NAME, "name or generateName is required");
        else errors.invalidAll(NAME, name, nameProblems(kind, name));
        validateNamespace(kind, metadata.text("namespace"), errors);
        long generation = metadata.whole("generation");
        if (generation < 0)
            errors.invalid(METADATA.child("generation"), generation, "must be greater than or equal to 0");
        validateMaps(metadata, errors);
        validateFinalizers(kind, metadata.list("finalizers"), errors);
    }

    /// Of what is updated: what holds for all kinds, and then as often as Kubernetes' rules of the kind check the
    /// metadata again ([MetadataChecks]), as errors are told as often.
    static void validateUpdate(ResourceDefinition<?> kind, ObjectTree updated, ObjectTree stored, FieldErrors errors) {
        ObjectTree metadata = updated.object("metadata");
        ObjectTree before = stored.object("metadata");
        MetadataChecks checks = kind.strategy().metadataChecks();
        validateMaps(metadata, errors);
        for (String name : texts(metadata.list("finalizers")))
            errors.invalidAll(FINALIZERS, name, Names.isQualifiedName(name));
        validateChange(metadata, before, errors);
        for (int i = 0; i < checks.ofChange(); i++) {
            validateChange(metadata, before, errors);
            if (hasKnownFinalizers(kind)) requireKnown(texts(metadata.list("finalizers")), errors);
        }
        for (int i = 0; i < checks.ofObject(); i++) validate(kind, updated, errors);
    }

    private static void validateMaps(ObjectTree metadata, FieldErrors errors) {
        validateLabels(metadata.object("labels"), errors);
        validateAnnotations(metadata.object("annotations"), errors);
        validateManagers(metadata.list("managedFields"), errors);
        validateOwners(metadata.list("ownerReferences"), errors);
    }

    private static void validateChange(ObjectTree metadata, ObjectTree before, FieldErrors errors) {
        if (!before.text("deletionTimestamp").isEmpty()) validateNoNewFinalizers(metadata, before, errors);
        for (String name : IMMUTABLE)
            if (!metadata.get(name).equals(before.get(name)))
                errors.invalid(METADATA.child(name), metadata.get(name), "field is immutable");
        validateMaps(metadata, errors);
    }

    private static void validateNoNewFinalizers(ObjectTree metadata, ObjectTree before, FieldErrors errors) {
        var added = new TreeSet<>(texts(metadata.list("finalizers")));
        texts(before.list("finalizers")).forEach(added::remove);
        if (!added.isEmpty())
            errors.forbidden(
                    FINALIZERS,
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(
                                    ", ", added.stream().map(GoText::quote).toList()) + "}");
    }

    private static List<String> nameProblems(ResourceDefinition<?> kind, String name) {
        return switch (kind.strategy().nameFormat()) {
            case "dns-label" -> Names.isDNS1123Label(name);
            case "dns-label-1035" -> Names.isDNS1035Label(name);
            case "path-segment" -> Names.isValidPathSegmentName(name);
            default -> Names.isDNS1123Subdomain(name);
        };
    }

    /// What a generated name begins with may end in a dash, since more follows.
    private static List<String> prefixProblems(ResourceDefinition<?> kind, String prefix) {
        if (kind.strategy().nameFormat().equals("path-segment")) return Names.isValidPathSegmentPrefix(prefix);
        boolean dashed = prefix.length() > 1 && prefix.endsWith("-");
        return nameProblems(kind, dashed ? prefix.substring(0, prefix.length() - 2) + "a" : prefix);
    }

    private static void validateNamespace(ResourceDefinition<?> kind, String namespace, FieldErrors errors) {
        if (!kind.namespaced()) {
            if (!namespace.isEmpty()) errors.forbidden(NAMESPACE, "not allowed on this type");
        } else if (namespace.isEmpty()) errors.required(NAMESPACE, "");
        else errors.invalidAll(NAMESPACE, namespace, Names.isDNS1123Label(namespace));
    }

    /// Clients may write who owns what; what can't be read of it is gone before.
    private static void validateManagers(ListTree entries, FieldErrors errors) {
        for (int i = 0; i < entries.size(); i++) {
            ObjectTree entry = entries.get(i).object();
            FieldPath at = METADATA.child("managedFields").index(i);
            String operation = entry.text("operation");
            if (!operation.equals("Apply") && !operation.equals("Update"))
                errors.invalid(at.child("operation"), operation, "must be `Apply` or `Update`");
            WriteOptions.validateFieldManager(entry.text("manager"), at.child("manager"), errors);
            if (bytes(entry.text("subresource")) > LONGEST_SUBRESOURCE)
                errors.tooLong(at.child("subresource"), LONGEST_SUBRESOURCE);
        }
    }

    private static void validateLabels(ObjectTree labels, FieldErrors errors) {
        labels.forEach(label -> {
            errors.invalidAll(LABELS, label.getKey(), Names.isQualifiedName(label.getKey()));
            String value = label.getValue().text();
            if (value != null) errors.invalidAll(LABELS, value, Names.isValidLabelValue(value));
        });
    }

    private static void validateAnnotations(ObjectTree annotations, FieldErrors errors) {
        long size = 0;
        for (var annotation : annotations) {
            String name = annotation.getKey();
            errors.invalidAll(ANNOTATIONS, name, Names.isQualifiedName(name.toLowerCase(Locale.ROOT)));
            size += bytes(name) + bytes(annotation.getValue().text());
        }
        if (size > ANNOTATIONS_LIMIT) errors.tooLong(ANNOTATIONS, ANNOTATIONS_LIMIT);
    }

    private static int bytes(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void validateOwners(ListTree owners, FieldErrors errors) {
        String controller = "";
        for (Tree each : owners) {
            ObjectTree owner = each.object();
            validateOwner(owner, errors);
            if (!owner.bool("controller")) continue;
            String name = owner.text("kind") + "/" + owner.text("name");
            if (!controller.isEmpty())
                errors.invalid(
                        OWNERS,
                        new ShownOwners(owners),
                        "Only one reference can have Controller set to true. Found \"true\" in references for "
                                + controller + " and " + name);
            else controller = name;
        }
    }

    private static final List<String> OWNER_FIELDS =
            List.of("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion");

    /// A text that stands in a message as it is.
    private record Shown(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /// Owners, spelled in the order of their type's fields, as messages have them; only when they are told.
    private record ShownOwners(ListTree owners) {
        @Override
        public String toString() {
            return owners.stream().map(MetadataRules::shown).collect(Collectors.joining(",", "[", "]"));
        }
    }

    private static String shown(Tree owner) {
        return OWNER_FIELDS.stream()
                .filter(owner.object()::has)
                .map(name ->
                        GoText.quote(name) + ":" + GoText.json(owner.object().get(name)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static void validateOwner(ObjectTree owner, FieldErrors errors) {
        String apiVersion = owner.text("apiVersion");
        if (!hasVersion(apiVersion))
            errors.invalid(OWNERS.child("apiVersion"), apiVersion, "version must not be empty");
        if (owner.text("kind").isEmpty()) errors.invalid(OWNERS.child("kind"), "", "must not be empty");
        if (owner.text("name").isEmpty()) errors.invalid(OWNERS.child("name"), "", "must not be empty");
        if (owner.text("uid").isEmpty()) errors.invalid(OWNERS.child("uid"), "", "must not be empty");
        if (apiVersion.equals("v1") && owner.text("kind").equals("Event"))
            errors.invalid(OWNERS, new Shown(shown(owner)), "/v1, Kind=Event is disallowed from being an owner");
    }

    private static boolean hasVersion(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash == apiVersion.lastIndexOf('/') && slash < apiVersion.length() - 1;
    }

    private static void validateFinalizers(ResourceDefinition<?> kind, ListTree finalizers, FieldErrors errors) {
        List<String> names = texts(finalizers);
        for (String name : names) errors.invalidAll(FINALIZERS, name, Names.isQualifiedName(name));
        if (hasKnownFinalizers(kind)) requireKnown(names, errors);
        if (names.contains("orphan") && names.contains("foregroundDeletion"))
            errors.invalid(FINALIZERS, finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
    }

    private static boolean hasKnownFinalizers(ResourceDefinition<?> kind) {
        return kind.isBuiltIn()
                && !PLAIN_GROUPS.contains(kind.group())
                && kind.strategy().metadataChecks() != MetadataChecks.NONE;
    }

    private static void requireKnown(List<String> names, FieldErrors errors) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name))
                errors.invalid(
                        FINALIZERS.index(i),
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    private static List<String> texts(ListTree list) {
        var texts = new ArrayList<String>(list.size());
        for (Tree each : list) if (each instanceof Tree.Text(var text)) texts.add(text);
        return texts;
    }
}
