package io.amphora.api.apiextensions.v1;

import io.amphora.machinery.field.FieldError;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a value is as the schema of a definition wants it, in Kubernetes' words.
///
/// What was wrong before and has not changed is let through (KEP-4008): a schema may become stricter than what is
/// stored.
public final class SchemaRules {
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    private static final FieldPath NOWHERE = FieldPath.of("<nil>");

    private final FieldErrors errors;

    private SchemaRules(FieldErrors errors) {
        this.errors = errors;
    }

    /// @param before what is stored at the same place, null for nothing
    public static void validate(ObjectTree schema, ObjectTree object, @Nullable ObjectTree before, FieldErrors errors) {
        new SchemaRules(errors).value(schema, object, before, null);
    }

    /// Of a value that stands in no object yet, such as a default.
    static void validateAlone(ObjectTree schema, Tree value, FieldPath at, FieldErrors errors) {
        var found = new FieldErrors();
        new SchemaRules(found).value(schema, value, null, null);
        for (FieldError each : found.list()) {
            String inside = each.field().toString();
            errors.add(new FieldError(each.reason(), inside.isEmpty() ? at : at.child(inside), each.detail()));
        }
    }

    private void value(ObjectTree schema, Tree value, @Nullable Tree before, @Nullable FieldPath at) {
        if (before != null && before.equals(value)) return;
        type(schema, value, at);
        junctors(schema, value, at);
        if (value instanceof Tree.Text(var text)) text(schema, text, at);
        if (value instanceof Tree.Whole || value instanceof Tree.Decimal) number(schema, value, at);
        if (value instanceof ListTree list) list(schema, list, before, at);
        enumeration(schema, value, at);
        if (value instanceof ObjectTree object) object(schema, object, before, at);
    }

    // ---- type ----

    private void type(ObjectTree schema, Tree value, @Nullable FieldPath at) {
        String wanted = schema.bool(INT_OR_STRING) ? "integer,string" : schema.text("type");
        if (wanted.isEmpty()) return;
        String given = typeOf(value);
        if (given.equals("null") && schema.bool("nullable")) return;
        boolean fits = List.of(wanted.split(",")).contains(given) || wanted.equals("number") && given.equals("integer");
        if (!fits)
            errors.typeInvalid(
                    field(at), given, field(at) + " in body must be of type " + wanted + ": \"" + given + "\"");
    }

    private static String typeOf(Tree value) {
        return switch (value) {
            case ObjectTree ignored -> "object";
            case ListTree ignored -> "array";
            case Tree.Text ignored -> "string";
            case Tree.Bool ignored -> "boolean";
            case Tree.Whole ignored -> "integer";
            case Tree.Decimal(var number) ->
                number == Math.rint(number) && Math.abs(number) < 1e15 ? "integer" : "number";
            case Tree.Null ignored -> "null";
        };
    }

    // ---- allOf, anyOf, oneOf, not ----

    private void junctors(ObjectTree schema, Tree value, @Nullable FieldPath at) {
        String where = "\"" + (at == null ? "" : at) + "\" must ";
        ListTree any = schema.list("anyOf");
        if (!any.isEmpty()) {
            List<FieldErrors> found = each(any, value, at);
            if (found.stream().noneMatch(FieldErrors::isEmpty)) {
                errors.invalid(NOWHERE, "", where + "validate at least one schema (anyOf)");
                errors.addAll(best(found).list());
            }
        }
        ListTree one = schema.list("oneOf");
        if (!one.isEmpty()) {
            List<FieldErrors> found = each(one, value, at);
            long fitting = found.stream().filter(FieldErrors::isEmpty).count();
            if (fitting != 1) {
                String how = fitting == 0 ? "Found none valid" : "Found " + fitting + " valid alternatives";
                errors.invalid(NOWHERE, "", where + "validate one and only one schema (oneOf). " + how);
                if (fitting == 0) errors.addAll(best(found).list());
            }
        }
        ListTree all = schema.list("allOf");
        if (!all.isEmpty()) {
            List<FieldErrors> found = each(all, value, at);
            long fitting = found.stream().filter(FieldErrors::isEmpty).count();
            found.forEach(each -> errors.addAll(each.list()));
            if (fitting < found.size())
                errors.invalid(
                        NOWHERE,
                        "",
                        where + "validate all the schemas (allOf)" + (fitting == 0 ? ". None validated" : ""));
        }
        if (schema.find("not") instanceof ObjectTree not
                && each(ListTree.of(not), value, at).getFirst().isEmpty())
            errors.invalid(NOWHERE, "", where + "not validate the schema (not)");
    }

    private static List<FieldErrors> each(ListTree schemas, Tree value, @Nullable FieldPath at) {
        var found = new ArrayList<FieldErrors>();
        for (Tree schema : schemas) {
            var own = new FieldErrors();
            new SchemaRules(own).value(schema.object(), value, null, at);
            found.add(own);
        }
        return found;
    }

    private static FieldErrors best(List<FieldErrors> found) {
        FieldErrors best = found.getFirst();
        for (FieldErrors each : found) if (each.size() < best.size()) best = each;
        return best;
    }

    // ---- texts ----

    private void text(ObjectTree schema, String text, @Nullable FieldPath at) {
        int length = text.codePointCount(0, text.length());
        Tree most = schema.get("maxLength");
        if (most instanceof Tree.Whole(var limit) && length > limit) {
            errors.tooLong(field(at), (int) limit);
            return; // what nobody bounds is not matched
        }
        Tree least = schema.get("minLength");
        if (least instanceof Tree.Whole(var limit) && length < limit)
            errors.invalid(field(at), text, field(at) + " in body should be at least " + limit + " chars long");
        String pattern = schema.text("pattern");
        if (!pattern.isEmpty() && !Patterns.find(pattern, text))
            errors.invalid(field(at), text, field(at) + " in body should match '" + pattern + "'");
        String format = schema.text("format");
        if (!format.isEmpty() && !Formats.isGood(format, text))
            errors.typeInvalid(
                    field(at), text, field(at) + " in body must be of type " + format + ": \"" + text + "\"");
    }

    // ---- numbers ----

    private void number(ObjectTree schema, Tree value, @Nullable FieldPath at) {
        BigDecimal number = decimal(value);
        String in = field(at) + " in body should be ";
        Tree most = schema.get("maximum");
        if (!most.isNull()) {
            int order = number.compareTo(decimal(most));
            if (schema.bool("exclusiveMaximum") && order >= 0)
                errors.invalid(field(at), value, in + "less than " + most);
            else if (order > 0) errors.invalid(field(at), value, in + "less than or equal to " + most);
        }
        Tree least = schema.get("minimum");
        if (!least.isNull()) {
            int order = number.compareTo(decimal(least));
            if (schema.bool("exclusiveMinimum") && order <= 0)
                errors.invalid(field(at), value, in + "greater than " + least);
            else if (order < 0) errors.invalid(field(at), value, in + "greater than or equal to " + least);
        }
        Tree multiple = schema.get("multipleOf");
        if (!multiple.isNull()
                && decimal(multiple).signum() != 0
                && number.remainder(decimal(multiple)).signum() != 0)
            errors.invalid(field(at), value, in + "a multiple of " + multiple);
    }

    private static BigDecimal decimal(Tree value) {
        return switch (value) {
            case Tree.Whole(var number) -> BigDecimal.valueOf(number);
            case Tree.Decimal(var number) -> BigDecimal.valueOf(number);
            default -> BigDecimal.ZERO;
        };
    }

    // ---- lists ----

    private void list(ObjectTree schema, ListTree list, @Nullable Tree before, @Nullable FieldPath at) {
        if (schema.find("items") instanceof ObjectTree items) {
            var stored = new ItemCorrelation(schema, before);
            for (int i = 0; i < list.size(); i++)
                value(items, list.get(i), stored.of(list.get(i)), field(at).index(i));
        }
        if (schema.get("minItems") instanceof Tree.Whole(var limit) && list.size() < limit)
            errors.invalid(field(at), list.size(), field(at) + " in body should have at least " + limit + " items");
        if (schema.get("maxItems") instanceof Tree.Whole(var limit) && list.size() > limit)
            errors.tooMany(field(at), list.size(), (int) limit);
    }

    // ---- enumerations ----

    private void enumeration(ObjectTree schema, Tree value, @Nullable FieldPath at) {
        ListTree allowed = schema.list("enum");
        if (allowed.isEmpty() || !value.isNull() && allowed.items().contains(value)) return;
        errors.notSupported(
                field(at),
                value,
                allowed.items().stream()
                        .map(each -> each instanceof Tree.Text(var text) ? text : each.toString())
                        .toList());
    }

    // ---- objects ----

    private void object(ObjectTree schema, ObjectTree object, @Nullable Tree before, @Nullable FieldPath at) {
        if (schema.get("minProperties") instanceof Tree.Whole(var limit) && object.size() < limit) {
            errors.invalid(
                    field(at), object.size(), field(at) + " in body should have at least " + limit + " properties");
            return;
        }
        if (schema.get("maxProperties") instanceof Tree.Whole(var limit) && object.size() > limit) {
            errors.tooMany(field(at), object.size(), (int) limit);
            return;
        }
        ObjectTree properties = schema.object("properties");
        for (var each : object) {
            Tree old = before instanceof ObjectTree stored ? stored.find(each.getKey()) : null;
            FieldPath inner = at == null ? FieldPath.of(each.getKey()) : at.child(each.getKey());
            if (properties.find(each.getKey()) instanceof ObjectTree known) value(known, each.getValue(), old, inner);
            else if (schema.find("additionalProperties") instanceof ObjectTree values)
                value(values, each.getValue(), old, inner);
        }
        for (Tree name : schema.list("required"))
            if (name instanceof Tree.Text(var text) && !object.has(text))
                errors.required(at == null ? FieldPath.of(text) : at.child(text), "");
    }

    private static FieldPath field(@Nullable FieldPath at) {
        return at == null ? FieldPath.of("") : at;
    }
}
