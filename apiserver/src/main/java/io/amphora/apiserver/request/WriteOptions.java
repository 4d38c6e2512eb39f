package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.transport.ApiRequest;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// The options of a create, update or patch (meta/v1 CreateOptions, UpdateOptions, PatchOptions), from the
/// query.
///
/// @param fieldManager as given; "" for none
/// @param force of an apply: take over what others own
public record WriteOptions(String kind, boolean dryRun, String fieldManager, Validation validation, boolean force) {

    /// What happens to unknown and duplicate fields.
    public enum Validation {
        IGNORE,
        WARN,
        STRICT
    }

    public static WriteOptions create(ApiRequest request) {
        return of("CreateOptions", request, new FieldErrors());
    }

    public static WriteOptions update(ApiRequest request) {
        return of("UpdateOptions", request, new FieldErrors());
    }

    /// Of a connection, which has none of a write's.
    public static WriteOptions connect() {
        return new WriteOptions("", false, "", Validation.IGNORE, false);
    }

    /// @param apply whether it is a server-side apply, which needs a manager and may be forced
    public static WriteOptions patch(ApiRequest request, boolean apply) {
        var errors = new FieldErrors();
        if (!apply && request.query().containsKey("force"))
            errors.forbidden(FieldPath.of("force"), "may not be specified for non-apply patch");
        if (apply && request.parameter("fieldManager").isEmpty())
            errors.required(FieldPath.of("fieldManager"), "is required for apply patch");
        return of("PatchOptions", request, errors);
    }

    private static WriteOptions of(String kind, ApiRequest request, FieldErrors errors) {
        String manager = request.parameter("fieldManager");
        validateFieldManager(manager, FieldPath.of("fieldManager"), errors);
        boolean dryRun = dryRun(request.query().getOrDefault("dryRun", List.of()), errors);
        Validation validation = validation(request.parameter("fieldValidation"), errors);
        if (!errors.isEmpty()) throw ApiException.invalid(metaKind(kind), "", errors.list());
        return new WriteOptions(kind, dryRun, manager, validation, Query.isTrue(request, "force"));
    }

    /// A manager's name, here and in managedFields.
    public static void validateFieldManager(String manager, FieldPath at, FieldErrors errors) {
        if (manager.length() > 128) errors.tooLong(at, 128);
        for (int i = 0; i < manager.length(); i++) {
            if (!Character.isISOControl(manager.charAt(i))) continue;
            errors.invalid(
                    at, manager, "invalid character U+%04X (at position %d)".formatted((int) manager.charAt(i), i));
            return;
        }
    }

    static boolean dryRun(List<String> values, FieldErrors errors) {
        if (values.isEmpty() || values.equals(List.of(""))) return false;
        if (!values.stream().allMatch("All"::equals))
            errors.notSupported(FieldPath.of("dryRun"), ListTree.from(values), List.of("All"));
        return true;
    }

    private static Validation validation(String text, FieldErrors errors) {
        return switch (text) {
            case "", "Warn" -> Validation.WARN;
            case "Ignore" -> Validation.IGNORE;
            case "Strict" -> Validation.STRICT;
            default -> {
                errors.notSupported(FieldPath.of("fieldValidation"), text, List.of("", "Ignore", "Strict", "Warn"));
                yield Validation.IGNORE;
            }
        };
    }

    static GroupVersionKind metaKind(String kind) {
        return new GroupVersionKind("meta.k8s.io", "v1", kind);
    }

    /// As admission plugins and webhooks are shown them.
    public ObjectTree tree() {
        var tree = ObjectTree.builder().put("apiVersion", "meta.k8s.io/v1").put("kind", kind);
        if (dryRun) tree.put("dryRun", ListTree.from(List.of("All")));
        if (!fieldManager.isEmpty()) tree.put("fieldManager", fieldManager);
        if (force) tree.put("force", true);
        return tree.build();
    }
}
