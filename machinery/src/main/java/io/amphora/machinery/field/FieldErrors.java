package io.amphora.machinery.field;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Collects what validation finds, in the order in which it is found. Not thread-safe; one validation, one
/// collector.
public final class FieldErrors {
    /// Stands for a value that the message leaves out.
    public static final Object OMITTED = new Object();

    /// Characters after which nothing more is told: an object has room for a hundred thousand mistakes, and each tells
    /// a value that may be most of the object.
    private static final int MOST = 1 << 20;

    private final List<FieldError> errors = new ArrayList<>();
    private long told;

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
        if (isFull()) return;
        errors.add(error);
        told += error.detail().length() + error.field().toString().length();
    }

    public void addAll(Collection<FieldError> more) {
        more.forEach(this::add);
    }

    private boolean isFull() {
        return told > MOST;
    }

    public void required(FieldPath field, String why) {
        add(FieldError.Reason.REQUIRED, field, "Required value", why);
    }

    /// @param value shown as it is written in JSON; text, number, boolean, tree, list, map, null for `null`, or
    /// [#OMITTED]
    public void invalid(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.INVALID, field, "Invalid value" + shown(value), why);
    }

    /// One error for each message, as the checks of [Names] return them.
    public void invalidAll(FieldPath field, @Nullable Object value, Collection<String> whys) {
        for (String why : whys) invalid(field, value, why);
    }

    public void typeInvalid(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.TYPE_INVALID, field, "Invalid value" + shown(value), why);
    }

    /// Supported values are listed in the order given; Kubernetes sorts them mostly, so give them sorted.
    public void notSupported(FieldPath field, @Nullable Object value, Collection<String> supported) {
        String listed = supported.stream().map(GoText::quote).collect(Collectors.joining(", "));
        add(
                FieldError.Reason.NOT_SUPPORTED,
                field,
                "Unsupported value" + shown(value),
                listed.isEmpty() ? "" : "supported values: " + listed);
    }

    public void duplicate(FieldPath field, @Nullable Object value) {
        add(FieldError.Reason.DUPLICATE, field, "Duplicate value" + shown(value), "");
    }

    public void notFound(FieldPath field, @Nullable Object value) {
        notFound(field, value, "");
    }

    public void notFound(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.NOT_FOUND, field, "Not found" + shown(value), why);
    }

    public void forbidden(FieldPath field, String why) {
        add(FieldError.Reason.FORBIDDEN, field, "Forbidden", why);
    }

    /// @param limit in bytes; negative for a limit that is not told
    public void tooLong(FieldPath field, int limit) {
        String why =
                limit < 0 ? "value is too long" : "may not be more than " + limit + (limit == 1 ? " byte" : " bytes");
        add(FieldError.Reason.TOO_LONG, field, "Too long", why);
    }

    /// @param actual negative when it is not told
    public void tooMany(FieldPath field, int actual, int limit) {
        String why =
                limit < 0 ? "has too many items" : "must have at most " + limit + (limit == 1 ? " item" : " items");
        add(FieldError.Reason.TOO_MANY, field, actual < 0 ? "Too many" : "Too many: " + actual, why);
    }

    public void internal(FieldPath field, String why) {
        add(FieldError.Reason.INTERNAL, field, "Internal error", why);
    }

    private void add(FieldError.Reason reason, FieldPath field, String what, String why) {
        add(new FieldError(reason, field, why.isEmpty() ? what : what + ": " + why));
    }

    private String shown(@Nullable Object value) {
        if (value == OMITTED || isFull()) return "";
        return ": "
                + switch (value) {
                    case null -> "null";
                    case String text -> GoText.quote(text);
                    case Tree.Text(var text) -> GoText.quote(text);
                    case Tree tree -> GoText.json(tree);
                    case List<?> list -> GoText.json(ListTree.from(list));
                    case Map<?, ?> map -> GoText.json(ObjectTree.from(map));
                    default -> value.toString();
                };
    }
}
