package io.amphora.api.apiextensions.v1;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.WebhookClients;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// Whether a definition makes sense: its names, versions, conversion and all that a version says.
final class DefinitionSpecs {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String APPROVAL = "api-approved.kubernetes.io";
    private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");

    private DefinitionSpecs() {}

    static void validate(CustomResourceDefinitionSpec spec, FieldErrors errors) {
        group(spec.group(), errors);
        Checks.oneOf(spec.scope(), List.of("Cluster", "Namespaced"), SPEC.child("scope"), errors);
        versions(spec, errors);
        CustomResourceDefinitionNames names = spec.names();
        FieldPath at = SPEC.child("names");
        Checks.required(names.plural(), at.child("plural"), errors);
        Checks.required(names.singular(), at.child("singular"), errors);
        Checks.required(names.kind(), at.child("kind"), errors);
        Checks.required(names.listKind(), at.child("listKind"), errors);
        names(names, at, errors);
        eachVersion(spec.versions(), errors);
        conversion(spec.conversion(), SPEC.child("conversion"), errors);
    }

    private static void group(String group, FieldErrors errors) {
        FieldPath at = SPEC.child("group");
        var wrong = Names.isDNS1123Subdomain(group);
        if (group.isEmpty()) errors.required(at, "");
        else if (!wrong.isEmpty()) errors.invalid(at, group, String.join(",", wrong));
        else if (!group.contains(".")) errors.invalid(at, group, "should be a domain with at least one dot");
    }

    private static void versions(CustomResourceDefinitionSpec spec, FieldErrors errors) {
        List<CustomResourceDefinitionVersion> versions = spec.versions();
        FieldPath list = SPEC.child("versions");
        var names = new HashSet<String>();
        boolean unique = true;
        int stored = 0;
        for (int i = 0; i < versions.size(); i++) {
            CustomResourceDefinitionVersion version = versions.get(i);
            if (version.schema().findOpenAPIV3Schema().isEmpty())
                errors.required(list.index(i).child("schema").child("openAPIV3Schema"), "");
            name(version.name(), list.index(i).child("name"), errors);
            if (!version.deprecated() && version.findDeprecationWarning().isPresent())
                errors.invalid(
                        list.index(i).child("deprecationWarning"),
                        version.deprecationWarning(),
                        "can only be set for deprecated versions");
            unique &= names.add(version.name());
            if (version.storage()) stored++;
        }
        Object shown = spec.tree().get("versions");
        if (!unique) errors.invalid(list, shown, "must contain unique version names");
        if (stored != 1) errors.invalid(list, shown, "must have exactly one version marked as storage version");
        // `spec.version` is where the first stood when there was one.
        if (!versions.isEmpty() && !versions.getFirst().name().isEmpty())
            name(versions.getFirst().name(), SPEC.child("version"), errors);
    }

    private static void names(CustomResourceDefinitionNames names, FieldPath at, FieldErrors errors) {
        String mixed = "may have mixed case, but should otherwise match: ";
        label(names.plural(), names.plural(), "", at.child("plural"), errors);
        label(names.singular(), names.singular(), "", at.child("singular"), errors);
        labels(names.shortNames(), at.child("shortNames"), errors);
        label(names.kind(), names.kind().toLowerCase(Locale.ROOT), mixed, at.child("kind"), errors);
        label(names.listKind(), names.listKind().toLowerCase(Locale.ROOT), mixed, at.child("listKind"), errors);
        if (!names.kind().isEmpty() && names.kind().equals(names.listKind()))
            errors.invalid(at.child("listKind"), names.listKind(), "kind and listKind may not be the same");
        labels(names.categories(), at.child("categories"), errors);
    }

    private static void labels(List<String> names, FieldPath list, FieldErrors errors) {
        for (int i = 0; i < names.size(); i++) name(names.get(i), list.index(i), errors);
    }

    /// An empty one is wrong, too.
    private static void name(String name, FieldPath at, FieldErrors errors) {
        var wrong = Names.isDNS1035Label(name);
        if (!wrong.isEmpty()) errors.invalid(at, name, String.join(",", wrong));
    }

    private static void label(String shown, String name, String before, FieldPath at, FieldErrors errors) {
        var wrong = name.isEmpty() ? List.<String>of() : Names.isDNS1035Label(name);
        if (!wrong.isEmpty()) errors.invalid(at, shown, before + String.join(",", wrong));
    }

    /// Messages speak of `spec.validation` where all versions say the same: there it stood when there were no
    /// versions.
    private static void eachVersion(List<CustomResourceDefinitionVersion> versions, FieldErrors errors) {
        for (Part part : Part.values()) {
            var values = new HashSet<Tree>();
            for (var version : versions) values.add(version.tree().get(part.field));
            if (values.size() == 1) {
                part.check(versions.getFirst(), SPEC.child(part.common), errors);
            } else {
                for (int i = 0; i < versions.size(); i++)
                    part.check(versions.get(i), SPEC.child("versions").index(i).child(part.field), errors);
            }
        }
    }

    /// What a version says.
    private enum Part {
        COLUMNS("additionalPrinterColumns", "additionalPrinterColumns"),
        SCHEMA("schema", "validation"),
        SUBRESOURCES("subresources", "subresources"),
        SELECTABLE("selectableFields", "selectableFields");

        private final String field;
        private final String common;

        Part(String field, String common) {
            this.field = field;
            this.common = common;
        }

        void check(CustomResourceDefinitionVersion version, FieldPath at, FieldErrors errors) {
            ObjectTree schema = version.tree().object("schema").object("openAPIV3Schema");
            switch (this) {
                case COLUMNS -> columns(version.additionalPrinterColumns(), at, errors);
                case SCHEMA -> {
                    if (version.tree().object("schema").has("openAPIV3Schema"))
                        schema(schema, at.child("openAPIV3Schema"), errors);
                }
                case SUBRESOURCES ->
                    version.subresources().findScale().ifPresent(scale -> scale(scale, at.child("scale"), errors));
                case SELECTABLE -> SelectableFields.validate(version.selectableFields(), schema, at, errors);
            }
        }
    }

    private static void schema(ObjectTree schema, FieldPath at, FieldErrors errors) {
        var found = new FieldErrors();
        StructuralSchemas.validate(schema, at, found);
        boolean structural = found.isEmpty();
        RuleDeclarations.validate(schema, structural, at, found);
        errors.addAll(found.list());
    }

    private static void columns(List<CustomResourceColumnDefinition> columns, FieldPath list, FieldErrors errors) {
        for (int i = 0; i < columns.size(); i++) {
            CustomResourceColumnDefinition column = columns.get(i);
            FieldPath at = list.index(i);
            Checks.required(column.name(), at.child("name"), errors);
            if (column.type().isEmpty())
                errors.required(at.child("type"), "must be one of " + String.join(",", COLUMN_TYPES));
            else oneOf(column.type(), COLUMN_TYPES, at.child("type"), errors);
            if (!column.format().isEmpty()) oneOf(column.format(), COLUMN_FORMATS, at.child("format"), errors);
            path(column.jsonPath(), at.child("JSONPath"), errors);
        }
    }

    private static void oneOf(String value, List<String> values, FieldPath at, FieldErrors errors) {
        if (!values.contains(value)) errors.invalid(at, value, "must be one of " + String.join(",", values));
    }

    private static void path(String path, FieldPath at, FieldErrors errors) {
        if (path.isEmpty()) errors.required(at, "");
        else if (!path.startsWith(".") && !path.startsWith("["))
            errors.invalid(at, path, "is an invalid path: must be a simple json path starting with .");
    }

    private static void scale(CustomResourceSubresourceScale scale, FieldPath at, FieldErrors errors) {
        scalePath(scale.specReplicasPath(), ".spec.", true, at.child("specReplicasPath"), errors);
        scalePath(scale.statusReplicasPath(), ".status.", true, at.child("statusReplicasPath"), errors);
        String selector = scale.labelSelectorPath();
        if (!selector.isEmpty() && !selector.startsWith(".spec.") && !selector.startsWith(".status."))
            errors.invalid(
                    at.child("labelSelectorPath"), selector, "should be a json path under either .spec or .status");
    }

    private static void scalePath(String path, String below, boolean needed, FieldPath at, FieldErrors errors) {
        if (path.isEmpty() && needed) errors.required(at, "");
        else if (!path.startsWith(".")) errors.invalid(at, path, "must be a simple json path starting with .");
        else if (!path.startsWith(below))
            errors.invalid(at, path, "should be a json path under " + below.substring(0, below.length() - 1));
    }

    private static void conversion(CustomResourceConversion conversion, FieldPath at, FieldErrors errors) {
        Checks.oneOf(conversion.strategy(), List.of("None", "Webhook"), at.child("strategy"), errors);
        WebhookConversion webhook = conversion.webhook();
        FieldPath client = at.child("webhookClientConfig");
        FieldPath versions = at.child("conversionReviewVersions");
        if (conversion.strategy().equals("Webhook")) {
            if (webhook.findClientConfig().isEmpty())
                errors.required(client, "required when strategy is set to Webhook");
            else client(webhook.clientConfig(), client, errors);
            reviewVersions(webhook.conversionReviewVersions(), versions, errors);
        } else {
            String notThere = "should not be set when strategy is not set to Webhook";
            if (webhook.findClientConfig().isPresent()) errors.forbidden(client, notThere);
            if (!webhook.conversionReviewVersions().isEmpty()) errors.forbidden(versions, notThere);
        }
    }

    private static void client(WebhookClientConfig client, FieldPath at, FieldErrors errors) {
        boolean url = client.findUrl().isPresent();
        if (url == client.findService().isPresent()) {
            errors.required(at, "exactly one of url or service is required");
        } else if (url) {
            WebhookClients.url(client.url(), at.child("url"), errors);
        } else {
            ServiceReference service = client.service();
            WebhookClients.service(
                    service.name(), service.namespace(), service.port(), service.path(), at.child("service"), errors);
        }
    }

    private static void reviewVersions(List<String> versions, FieldPath list, FieldErrors errors) {
        if (versions.isEmpty()) {
            errors.required(list, "");
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i);
            if (seen.add(version)) errors.invalidAll(list.index(i), version, Names.isDNS1035Label(version));
            else errors.invalid(list.index(i), version, "duplicate version");
        }
        if (REVIEW_VERSIONS.stream().noneMatch(versions::contains))
            errors.invalid(list, versions, "must include at least one of " + String.join(", ", REVIEW_VERSIONS));
    }

    /// Groups of Kubernetes itself are not for everybody.
    static void approval(CustomResourceDefinition definition, FieldErrors errors) {
        String group = definition.spec().group();
        boolean isProtected = group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
        if (!isProtected) return;
        FieldPath at = FieldPath.of("metadata").child("annotations").key(APPROVAL);
        String approval = definition.metadata().annotations().getOrDefault(APPROVAL, "");
        String rule = "protected groups must have approval annotation \"" + APPROVAL + "\"";
        if (approval.isEmpty()) errors.required(at, rule + SEE);
        else if (!approval.startsWith("unapproved") && !isUrl(approval))
            errors.invalid(at, approval, rule + " with either a URL or a reason starting with \"unapproved\"" + SEE);
    }

    private static boolean isUrl(String text) {
        try {
            URI url = new URI(text);
            return url.getHost() != null && url.getScheme() != null;
        } catch (URISyntaxException none) {
            return false;
        }
    }
}
