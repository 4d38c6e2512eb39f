package io.amphora.machinery.field;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Collects what validation finds, in the order in which it is found. Not thread-safe; one validation, one collector.
public final class FieldErrors {
    private final List<FieldError> errors = new ArrayList<>();

    public List<FieldError> list() {
        return List.copyOf(errors);
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public int size() {
        return errors.size();
    }

    public void add(FieldError error) {
        errors.add(error);
    }

    public void addAll(Collection<FieldError> more) {
        errors.addAll(more);
    }

    public void required(FieldPath field, String why) {
        add(FieldError.Reason.REQUIRED, field, why.isEmpty() ? "Required value" : "Required value: " + why);
    }

    public void invalid(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.INVALID, field, "Invalid value: " + shown(value) + (why.isEmpty() ? "" : ": " + why));
    }

    public void typeInvalid(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.TYPE_INVALID, field, "Invalid value: " + shown(value) + (why.isEmpty() ? "" : ": " + why));
    }

    /// Supported values are listed in the order given; Kubernetes sorts them, so give them sorted.
    public void notSupported(FieldPath field, @Nullable Object value, Collection<String> supported) {
        add(
                FieldError.Reason.NOT_SUPPORTED,
                field,
                "Unsupported value: " + shown(value)
                        + (supported.isEmpty()
                                ? ""
                                : ": supported values: "
                                        + supported.stream().map(FieldErrors::shown).collect(Collectors.joining(", "))));
    }

    public void duplicate(FieldPath field, @Nullable Object value) {
        add(FieldError.Reason.DUPLICATE, field, "Duplicate value: " + shown(value));
    }

    public void notFound(FieldPath field, @Nullable Object value) {
        add(FieldError.Reason.NOT_FOUND, field, "Not found: " + shown(value));
    }

    public void forbidden(FieldPath field, String why) {
        add(FieldError.Reason.FORBIDDEN, field, "Forbidden: " + why);
    }

    public void tooLong(FieldPath field, int limit) {
        add(FieldError.Reason.TOO_LONG, field, "Too long: may not be more than " + limit + " bytes");
    }

    public void tooMany(FieldPath field, int actual, int limit) {
        add(FieldError.Reason.TOO_MANY, field, "Too many: " + actual + ": must have at most " + limit + " items");
    }

    private void add(FieldError.Reason reason, FieldPath field, String detail) {
        errors.add(new FieldError(reason, field, detail));
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Tree tree -> Json.write(tree);
            case String text -> Json.write(Tree.of(text));
            default -> value.toString();
        };
    }
}
