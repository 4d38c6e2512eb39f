package io.amphora.api.apiextensions.v1;

import io.amphora.cel.CheckedExpression;
import io.amphora.cel.cost.CostEstimate;
import io.amphora.cel.cost.SizeEstimate;
import io.amphora.cel.cost.SizeEstimator;
import io.amphora.cel.schema.SchemaType;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether the rules of a schema make sense, and cost no more than Kubernetes allows: each by itself, and all together.
final class RuleDeclarations {
    /// In CEL's units, as Kubernetes has them (apiserver/pkg/apis/cel).
    private static final long MOST_PER_EXPRESSION = 10_000_000;

    private static final long MOST_PER_SCHEMA = 100_000_000;
    private static final long LARGEST_REQUEST = 3L * 1024 * 1024;
    /// Errors name the four most expensive, of those that take at least a hundredth of the limit.
    private static final int MOST_EXPENSIVE_SHOWN = 4;

    private static final long EXPENSIVE = MOST_PER_SCHEMA / 100;
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private record Costly(FieldPath at, long cost) {}

    private final FieldErrors errors;
    private final List<Costly> costly = new ArrayList<>();
    private long total;

    private RuleDeclarations(FieldErrors errors) {
        this.errors = errors;
    }

    /// @param structural whether the schema is good without its rules; expressions of one that is not are not compiled
    static void validate(ObjectTree schema, boolean structural, FieldPath at, FieldErrors errors) {
        var rules = new RuleDeclarations(errors);
        rules.node(schema, new Place(at, true, 1, null, structural));
        if (rules.total <= MOST_PER_SCHEMA) return;
        rules.costly.stream()
                .sorted(Comparator.comparingLong(Costly::cost).reversed())
                .limit(MOST_EXPENSIVE_SHOWN)
                .forEach(each -> errors.forbidden(
                        each.at(),
                        "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
        errors.forbidden(
                at,
                tooMuch(
                        "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
                        rules.total,
                        MOST_PER_SCHEMA));
    }

    /// Where one stands in a schema.
    ///
    /// @param cardinality how many values there can be at most; -1 where nothing bounds them
    /// @param uncorrelatable the list above whose items are not known again in an update, or null
    private record Place(
            FieldPath at,
            boolean root,
            long cardinality,
            @Nullable FieldPath uncorrelatable,
            boolean compiles) {
        Place field(FieldPath field) {
            return new Place(field, false, cardinality, uncorrelatable, compiles);
        }

        Place each(FieldPath field, ObjectTree container, String limit, @Nullable FieldPath lost) {
            long most = container.has(limit) ? Math.max(0, container.whole(limit)) : -1;
            long all = cardinality < 0 || most < 0 ? -1 : times(cardinality, most);
            return new Place(field, false, all, uncorrelatable == null ? lost : uncorrelatable, compiles);
        }
    }

    private static long times(long a, long b) {
        if (a == 0 || b == 0) return 0;
        return a > CostEstimate.ENDLESS / b ? CostEstimate.ENDLESS : a * b;
    }

    private void node(ObjectTree schema, Place place) {
        for (var property : schema.object("properties")) {
            FieldPath at = place.at().child("properties").key(property.getKey());
            boolean atomic = schema.text("x-kubernetes-map-type").equals("atomic");
            Place inner = place.field(at);
            node(
                    property.getValue().object(),
                    atomic && inner.uncorrelatable() == null
                            ? new Place(at, false, inner.cardinality(), place.at(), inner.compiles())
                            : inner);
        }
        if (schema.find("items") instanceof ObjectTree items) {
            FieldPath lost = schema.text("x-kubernetes-list-type").equals("map") ? null : place.at();
            node(items, place.each(place.at().child("items"), schema, "maxItems", lost));
        }
        if (schema.find("additionalProperties") instanceof ObjectTree values) {
            FieldPath lost = schema.text("x-kubernetes-map-type").equals("atomic") ? place.at() : null;
            node(values, place.each(place.at().child("additionalProperties"), schema, "maxProperties", lost));
        }
        ListTree all = schema.list("allOf");
        for (int i = 0; i < all.size(); i++)
            rules(schema, all.get(i).object(), place, place.at().child("allOf").index(i));
        rules(schema, schema, place, place.at());
    }

    private void rules(ObjectTree schema, ObjectTree holder, Place place, FieldPath at) {
        List<Tree> rules = holder.list(CompiledRules.RULES).items();
        if (rules.isEmpty()) return;
        FieldPath list = at.child(CompiledRules.RULES);
        for (int i = 0; i < rules.size(); i++) declaration(rules.get(i).object(), schema, list.index(i));
        if (!place.compiles() || !errors.isEmpty() && rules.stream().anyMatch(each -> isBlank(each.object()))) return;
        CompiledRules compiled = CompiledRules.of(schema, rules, place.root());
        if (compiled == null) return;
        for (int i = 0; i < rules.size(); i++)
            expression(compiled.rules().get(i), compiled.type(), place, list.index(i));
    }

    private static boolean isBlank(ObjectTree rule) {
        return rule.text("rule").isBlank();
    }

    private void declaration(ObjectTree rule, ObjectTree schema, FieldPath at) {
        String message = rule.text("message");
        if (isBlank(rule)) errors.required(at.child("rule"), "rule is not specified");
        else if (!message.isEmpty() && message.isBlank())
            errors.invalid(at.child("message"), message, "must be non-empty if specified");
        else if (message.strip().contains("\n"))
            errors.invalid(at.child("message"), message, "must not contain line breaks");
        else if (rule.text("rule").strip().contains("\n") && message.isBlank())
            errors.required(at.child("message"), "message must be specified if rule contains line breaks");
        String expression = rule.text("messageExpression");
        if (!expression.isEmpty() && expression.isBlank())
            errors.required(at.child("messageExpression"), "must be non-empty if specified");
        if (rule.has("reason") && !rule.get("reason").isNull() && !REASONS.contains(rule.text("reason")))
            errors.notSupported(at.child("reason"), rule.text("reason"), REASONS);
        String path = rule.text("fieldPath");
        if (path.isEmpty()) return;
        FieldPath field = at.child("fieldPath");
        if (path.isBlank()) errors.invalid(field, path, "must be non-empty if specified");
        if (path.contains("\n")) errors.invalid(field, path, "must not contain line breaks");
        if (RuleFieldPath.normalized(path, schema) == null) errors.invalid(field, path, "must be a valid path");
    }

    private void expression(CompiledRules.Rule rule, SchemaType type, Place place, FieldPath at) {
        if (!rule.error().isEmpty()) errors.invalid(at.child("rule"), rule.source(), rule.error());
        if (rule.compiled() != null) {
            long most = place.cardinality() >= 0 ? place.cardinality() : LARGEST_REQUEST / (type.minSize() + 1);
            cost("estimated rule cost", times(cost(rule.compiled(), type), most), at.child("rule"));
        }
        FieldPath message = at.child("messageExpression");
        if (!rule.messageError().isEmpty()) errors.invalid(message, rule.source(), rule.messageError());
        if (rule.message() != null) cost("estimated messageExpression cost", cost(rule.message(), type), message);
        if (rule.usesOldSelf()) {
            if (place.uncorrelatable() != null)
                errors.invalid(
                        at.child("rule"),
                        rule.source().text("rule"),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                                + place.uncorrelatable());
        } else if (rule.source().has("optionalOldSelf")
                && !rule.source().get("optionalOldSelf").isNull()
                && rule.error().isEmpty())
            errors.invalid(
                    at.child("optionalOldSelf"),
                    rule.source().bool("optionalOldSelf"),
                    "may not be set if oldSelf is not used in rule");
    }

    private static long cost(CheckedExpression expression, SchemaType type) {
        SizeEstimator sizes = path -> {
            SchemaType at = type.at(path.subList(1, path.size()));
            return at == null ? null : new SizeEstimate(0, at.maxElements());
        };
        return expression.estimate(sizes).max();
    }

    private void cost(String what, long cost, FieldPath at) {
        if (cost > MOST_PER_EXPRESSION) errors.forbidden(at, tooMuch(what, cost, MOST_PER_EXPRESSION));
        if (cost >= EXPENSIVE) costly.add(new Costly(at, cost));
        total = total > CostEstimate.ENDLESS - cost ? CostEstimate.ENDLESS : total + cost;
    }

    private static String tooMuch(String what, long cost, long limit) {
        double factor = (double) cost / limit;
        String shown = "more than 100x";
        if (factor <= 100) shown = String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return what + " exceeds budget by factor of " + shown
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and "
                + "strings are declared)";
    }
}
