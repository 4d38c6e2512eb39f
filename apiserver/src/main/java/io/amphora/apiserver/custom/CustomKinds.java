package io.amphora.apiserver.custom;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionNames;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Definitions as the kinds that they define. Pure functions.
final class CustomKinds {
    private static final Set<String> VERBS =
            Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final Pattern VERSION = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    private CustomKinds() {}

    /// The version of a definition that is stored.
    static ResourceDefinition<CustomObject> stored(CustomResourceDefinition definition) {
        CustomResourceDefinitionVersion storage = definition.spec().versions().stream()
                .filter(CustomResourceDefinitionVersion::storage)
                .findFirst()
                .orElseThrow();
        return kind(definition, CustomForms.of(definition), storage, null);
    }

    /// The versions of a definition that are served, the best first.
    static List<ResourceDefinition<?>> served(
            CustomResourceDefinition definition, ResourceDefinition<CustomObject> stored) {
        CustomForms forms = CustomForms.of(definition);
        return definition.spec().versions().stream()
                .filter(CustomResourceDefinitionVersion::served)
                .sorted(Comparator.comparing(CustomResourceDefinitionVersion::name, CustomKinds::bestFirst))
                .<ResourceDefinition<?>>map(version ->
                        version.name().equals(stored.version()) ? stored : kind(definition, forms, version, stored))
                .toList();
    }

    private static ResourceDefinition<CustomObject> kind(
            CustomResourceDefinition definition,
            CustomForms forms,
            CustomResourceDefinitionVersion version,
            @Nullable ResourceDefinition<CustomObject> stored) {
        CustomResourceDefinitionNames names = definition.status().acceptedNames();
        var gvk = new GroupVersionKind(definition.spec().group(), version.name(), names.kind());
        return new ResourceDefinition<>(
                gvk,
                names.plural(),
                names.singular(),
                names.shortNames(),
                names.categories(),
                definition.spec().scope().equals("Namespaced"),
                VERBS,
                new TreeSet<>(version.tree().object("subresources").names()),
                SchemaShape.of(typeName(gvk), CustomForms.schema(version)),
                CustomObject::new,
                new CustomStrategy(forms, gvk, names.listKind(), version, deprecation(gvk, version)),
                CustomColumns.of(version),
                stored == null
                        ? null
                        : new ResourceDefinition.Conversion(
                                stored,
                                object -> forms.converted(object, stored.gvk()),
                                object -> forms.read(object, gvk)));
    }

    /// `com.example.stable.v1.CronTab`
    private static String typeName(GroupVersionKind gvk) {
        var parts = new ArrayList<>(List.of(gvk.group().split("\\.")).reversed());
        parts.add(gvk.version());
        parts.add(gvk.kind());
        return String.join(".", parts);
    }

    private static String deprecation(GroupVersionKind gvk, CustomResourceDefinitionVersion version) {
        if (!version.deprecated()) return "";
        return version.findDeprecationWarning().orElse(gvk.apiVersion() + " " + gvk.kind() + " is deprecated");
    }

    /// v2, v1, v1beta2, v1beta1, v1alpha1, and then what does not look like a version, by name.
    static int bestFirst(String left, String right) {
        Matcher a = VERSION.matcher(left);
        Matcher b = VERSION.matcher(right);
        boolean known = a.matches();
        if (known != b.matches()) return known ? -1 : 1;
        if (!known) return left.compareTo(right);
        int stability = Integer.compare(stability(b), stability(a));
        if (stability != 0) return stability;
        int major = Integer.compare(Integer.parseInt(b.group(1)), Integer.parseInt(a.group(1)));
        return major != 0 || a.group(3) == null
                ? major
                : Integer.compare(Integer.parseInt(b.group(3)), Integer.parseInt(a.group(3)));
    }

    private static int stability(Matcher version) {
        return switch (version.group(2)) {
            case "alpha" -> 0;
            case "beta" -> 1;
            case null, default -> 2;
        };
    }
}
