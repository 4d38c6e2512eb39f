package io.amphora.api;

import io.amphora.machinery.field.FieldError;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.stream.Collectors;

/// The one exception that crosses the API: it carries the `Status` (meta/v1) that the client is answered with.
public final class ApiException extends RuntimeException {
    private final ObjectTree status;

    public ApiException(ObjectTree status) {
        super(status.text("message"));
        this.status = status;
    }

    /// The `Status` object.
    public ObjectTree status() {
        return status;
    }

    /// The HTTP status code.
    public int code() {
        return (int) status.whole("code");
    }

    /// `NotFound`, `Conflict`, `AlreadyExists`, `Invalid`, …; "" for none.
    public String reason() {
        return status.text("reason");
    }

    public static ApiException of(int code, String reason, String message) {
        return of(code, reason, message, ObjectTree.EMPTY);
    }

    public static ApiException of(int code, String reason, String message, ObjectTree details) {
        var status = ObjectTree.builder()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("metadata", ObjectTree.EMPTY)
                .put("status", "Failure")
                .put("message", message)
                .put("code", code);
        if (!reason.isEmpty()) status.put("reason", reason);
        if (!details.isEmpty()) status.put("details", details);
        return new ApiException(status.build());
    }

    public static ApiException notFound(ResourceDefinition<?> resource, String name) {
        return of(404, "NotFound", resource.qualifiedName() + " \"" + name + "\" not found", details(resource, name));
    }

    public static ApiException alreadyExists(ResourceDefinition<?> resource, String name) {
        return of(
                409,
                "AlreadyExists",
                resource.qualifiedName() + " \"" + name + "\" already exists",
                details(resource, name));
    }

    public static ApiException conflict(ResourceDefinition<?> resource, String name, String why) {
        return of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource.qualifiedName() + " \"" + name + "\": " + why,
                details(resource, name));
    }

    public static ApiException forbidden(ResourceDefinition<?> resource, String name, String why) {
        return of(
                403,
                "Forbidden",
                resource.qualifiedName() + " \"" + name + "\" is forbidden: " + why,
                details(resource, name));
    }

    public static ApiException badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    public static ApiException internal(String message) {
        return of(
                500,
                "InternalError",
                "Internal error occurred: " + message,
                ObjectTree.of("causes", ListTree.of(ObjectTree.of("message", message))));
    }

    /// 422 with a cause per field.
    public static ApiException invalid(GroupVersionKind kind, String name, List<FieldError> errors) {
        String what = (kind.group().isEmpty() ? kind.kind() : kind.kind() + "." + kind.group()) + " \"" + name
                + "\" is invalid";
        var shown = errors.stream().map(FieldError::toString).distinct().toList();
        String message = shown.isEmpty()
                ? what
                : what + ": "
                        + (shown.size() == 1
                                ? shown.getFirst()
                                : shown.stream().collect(Collectors.joining(", ", "[", "]")));
        var causes = ListTree.from(errors.stream()
                .map(error -> ObjectTree.of(
                        "reason",
                        error.reason().wire(),
                        "message",
                        error.detail(),
                        "field",
                        error.field().toString()))
                .toList());
        var details = ObjectTree.builder().put("kind", kind.kind()).put("causes", causes);
        if (!name.isEmpty()) details.put("name", name);
        if (!kind.group().isEmpty()) details.put("group", kind.group());
        return of(422, "Invalid", message, details.build());
    }

    private static ObjectTree details(ResourceDefinition<?> resource, String name) {
        var details = ObjectTree.builder().put("name", name).put("kind", resource.plural());
        if (!resource.group().isEmpty()) details.put("group", resource.group());
        return details.build();
    }
}
