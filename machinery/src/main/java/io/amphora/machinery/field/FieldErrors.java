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
///
/// It holds no more text than [#LIMIT] and one error beyond it: an object of many thousand wrong fields, or one whose
/// every error shows a large value, gets an answer of bounded length. The last error then says how many are left
/// out.
public final class FieldErrors {
    /// Characters of text that are kept.
    static final int LIMIT = 512 << 10;

    /// Stands for a value that the message leaves out.
    public static final Object OMITTED = new Object();

    private final List<FieldError> errors = new ArrayList<>();
    private int length;
    private int leftOut;

    public List<FieldError> list() {
        if (leftOut == 0) return List.copyOf(errors);
        var all = new ArrayList<>(errors);
        all.add(new FieldError(FieldError.Reason.INVALID, errors.getLast().field(), "and " + leftOut + " more errors"));
        return List.copyOf(all);
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public int size() {
        return errors.size();
    }

    public void add(FieldError error) {
        if (isFull()) {
            leftOut++;
            return;
        }
        errors.add(error);
        length += error.detail().length();
    }

    public void addAll(Collection<FieldError> more) {
        more.forEach(this::add);
    }

    private boolean isFull() {
        return length >= LIMIT;
    }

    public void required(FieldPath field, String why) {
        add(FieldError.Reason.REQUIRED, field, "Required value", OMITTED, why);
    }

    /// @param value shown as it is written in JSON; text, number, boolean, tree, list, map, null for `null`, or
    /// [#OMITTED]
    public void invalid(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.INVALID, field, "Invalid value", value, why);
    }

    /// One error for each message, as the checks of [Names] return them.
    public void invalidAll(FieldPath field, @Nullable Object value, Collection<String> whys) {
        for (String why : whys) invalid(field, value, why);
    }

    public void typeInvalid(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.TYPE_INVALID, field, "Invalid value", value, why);
    }

    /// Supported values are listed in the order given; Kubernetes sorts them mostly, so give them sorted.
    public void notSupported(FieldPath field, @Nullable Object value, Collection<String> supported) {
        String listed = supported.stream().map(GoText::quote).collect(Collectors.joining(", "));
        add(
                FieldError.Reason.NOT_SUPPORTED,
                field,
                "Unsupported value",
                value,
                listed.isEmpty() ? "" : "supported values: " + listed);
    }

    public void duplicate(FieldPath field, @Nullable Object value) {
        add(FieldError.Reason.DUPLICATE, field, "Duplicate value", value, "");
    }

    public void notFound(FieldPath field, @Nullable Object value) {
        notFound(field, value, "");
    }

    public void notFound(FieldPath field, @Nullable Object value, String why) {
        add(FieldError.Reason.NOT_FOUND, field, "Not found", value, why);
    }

    public void forbidden(FieldPath field, String why) {
        add(FieldError.Reason.FORBIDDEN, field, "Forbidden", OMITTED, why);
    }

    /// @param limit in bytes; negative for a limit that is not told
    public void tooLong(FieldPath field, int limit) {
        String why =
                limit < 0 ? "value is too long" : "may not be more than " + limit + (limit == 1 ? " byte" : " bytes");
        add(FieldError.Reason.TOO_LONG, field, "Too long", OMITTED, why);
    }

    /// @param actual negative when it is not told
    public void tooMany(FieldPath field, int actual, int limit) {
        String why =
                limit < 0 ? "has too many items" : "must have at most " + limit + (limit == 1 ? " item" : " items");
        add(FieldError.Reason.TOO_MANY, field, actual < 0 ? "Too many" : "Too many: " + actual, OMITTED, why);
    }

    public void internal(FieldPath field, String why) {
        add(FieldError.Reason.INTERNAL, field, "Internal error", OMITTED, why);
    }

    private void add(FieldError.Reason reason, FieldPath field, String what, @Nullable Object value, String why) {
        if (isFull()) {
            leftOut++; // before its value is spelled out
            return;
        }
        String shown = what + shown(value);
        add(new FieldError(reason, field, why.isEmpty() ? shown : shown + ": " + why));
    }

    private static String shown(@Nullable Object value) {
        if (value == OMITTED) return "";
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
