package io.amphora.api.apiextensions.v1;

import io.amphora.cel.CelException;
import io.amphora.cel.Evaluation;
import io.amphora.cel.schema.TreeValues;
import io.amphora.machinery.field.FieldError;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rules in CEL of a schema, and whether an object keeps them (KEP-2876), in Kubernetes' words.
///
/// What was wrong before and has not changed is let through (KEP-4008). Rules that compare with what was before are
/// asked only where there was something.
public final class SchemaExpressions {
    /// In CEL's units: for one expression, and for all on an object (apiserver/pkg/apis/cel).
    private static final long PER_EXPRESSION = 1_000_000;

    private static final long PER_OBJECT = 10_000_000;
    private static final String SPENT =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private static final SchemaExpressions NONE = new SchemaExpressions(null);

    private final @Nullable Node root;

    private SchemaExpressions(@Nullable Node root) {
        this.root = root;
    }

    /// Compiles them; do it once for a schema.
    public static SchemaExpressions of(ObjectTree schema) {
        Node root = node(schema, schema, true);
        return root == null ? NONE : new SchemaExpressions(root);
    }

    /// For a schema whose expressions are compiled when they are first asked.
    public static Supplier<SchemaExpressions> lazily(ObjectTree schema) {
        return new Supplier<>() {
            private @Nullable SchemaExpressions made;

            @Override
            public synchronized SchemaExpressions get() {
                if (made == null) made = of(schema);
                return made;
            }
        };
    }

    /// @param before what is stored at the same place, null for nothing
    public void validate(ObjectTree object, @Nullable ObjectTree before, FieldErrors errors) {
        if (root != null) new Walk(errors, false).node(root, object, before, before, null);
    }

    /// What was wrong before and has not changed, as errors say it.
    public List<String> warnings(ObjectTree object, ObjectTree before) {
        if (root == null) return List.of();
        var errors = new FieldErrors();
        new Walk(errors, true).node(root, object, before, before, null);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    /// Of a value that stands in no object yet, such as a default.
    ///
    /// @param schema of the value alone
    static void validateAlone(ObjectTree schema, Tree value, FieldPath at, FieldErrors errors) {
        Node node = node(schema, schema, schema.bool("x-kubernetes-embedded-resource"));
        if (node != null) new Walk(errors, false).node(node, value, null, null, at);
    }

    /// One place of a schema that has rules, or has them below.
    ///
    /// @param schema that says what values are there
    /// @param rules null for none
    private record Node(
            ObjectTree schema,
            @Nullable CompiledRules rules,
            List<Node> all,
            Map<String, Node> properties,
            @Nullable Node items,
            @Nullable Node values) {}

    /// @param rules where the rules stand: the schema itself, or an `allOf` of it
    private static @Nullable Node node(ObjectTree schema, ObjectTree rules, boolean root) {
        CompiledRules own =
                CompiledRules.of(schema, rules.list(CompiledRules.RULES).items(), root);
        var properties = new LinkedHashMap<String, Node>();
        for (var property : rules.object("properties")) {
            if (!(schema.object("properties").find(property.getKey()) instanceof ObjectTree known)) continue;
            Node node = below(known, property.getValue().object());
            if (node != null) properties.put(property.getKey(), node);
        }
        Node items = rules.find("items") instanceof ObjectTree of && schema.find("items") instanceof ObjectTree known
                ? below(known, of)
                : null;
        Node values = rules.find("additionalProperties") instanceof ObjectTree of
                        && schema.find("additionalProperties") instanceof ObjectTree known
                ? below(known, of)
                : null;
        var all = new ArrayList<Node>();
        for (Tree each : rules.list("allOf")) {
            Node node = node(schema, each.object(), root);
            if (node != null) all.add(node);
        }
        boolean nothing = own == null && properties.isEmpty() && items == null && values == null && all.isEmpty();
        return nothing ? null : new Node(schema, own, all, properties, items, values);
    }

    private static @Nullable Node below(ObjectTree schema, ObjectTree rules) {
        return node(schema, rules, schema.bool("x-kubernetes-embedded-resource"));
    }

    /// One validation of one object.
    private static final class Walk {
        private final FieldErrors errors;

        /// Whether only what has not changed is asked, for warnings.
        private final boolean unchangedOnly;

        private long budget = PER_OBJECT;

        Walk(FieldErrors errors, boolean unchangedOnly) {
            this.errors = errors;
            this.unchangedOnly = unchangedOnly;
        }

        /// @param before the value that this one was, for `oldSelf`; null where none is known
        /// @param same what a value is compared with to know whether it changed; null where nothing was before
        void node(Node node, Tree value, @Nullable Tree before, @Nullable Tree same, @Nullable FieldPath at) {
            if (budget < 0 || value.isNull()) return;
            boolean unchanged = same != null && same.equals(value);
            rules(node, value, before, unchanged, at);
            for (Node each : node.all()) node(each, value, before, null, at);
            if (value instanceof ListTree list && node.items() != null) {
                var known = new ItemCorrelation(node.schema(), before);
                for (int i = 0; i < list.size(); i++) {
                    Tree old = known.of(list.get(i));
                    FieldPath item = at == null ? FieldPath.of("").index(i) : at.index(i);
                    node(node.items(), list.get(i), old, unchanged ? list.get(i) : old, item);
                }
            }
            if (!(value instanceof ObjectTree object)) return;
            boolean known = !node.schema().text("x-kubernetes-map-type").equals("atomic");
            for (var each : object) {
                Node property = node.properties().get(each.getKey());
                boolean named = property != null;
                Node inner = named ? property : node.values();
                if (inner == null) continue;
                Tree old = known && before instanceof ObjectTree stored ? stored.find(each.getKey()) : null;
                node(inner, each.getValue(), old, unchanged ? each.getValue() : old, at(at, each.getKey(), named));
            }
        }

        private static FieldPath at(@Nullable FieldPath at, String name, boolean named) {
            if (at == null) return FieldPath.of(name);
            return named ? at.child(name) : at.key(name);
        }

        private void rules(Node node, Tree value, @Nullable Tree before, boolean unchanged, @Nullable FieldPath place) {
            CompiledRules compiled = node.rules();
            if (compiled == null || budget < 0) return;
            FieldPath at = place == null ? FieldPath.of("<nil>") : place;
            if (budget == 0) {
                outOfBudget(at, node.schema().text("type"), SPENT);
                return;
            }
            Object self;
            Object old;
            try {
                self = TreeValues.of(value, compiled.type());
                old = before == null || before.isNull() ? null : TreeValues.of(before, compiled.type());
            } catch (CelException notOfTheSchema) {
                return; // which the schema itself has said
            }
            for (CompiledRules.Rule rule : compiled.rules()) {
                if (budget < 0) return;
                rule(node, rule, value, self, old, unchanged, at);
            }
        }

        private void rule(
                Node node,
                CompiledRules.Rule rule,
                Tree value,
                Object self,
                @Nullable Object old,
                boolean unchanged,
                FieldPath at) {
            if (unchangedOnly && (!unchanged || rule.usesOldSelf())) return;
            if (!rule.error().isEmpty()) {
                errors.invalid(at, node.schema().text("type"), "rule compile error: " + rule.error());
                return;
            }
            if (rule.compiled() == null || rule.usesOldSelf() && old == null && !rule.oldSelfIsOptional()) return;
            Object plainOld = old == null ? Tree.NULL : old;
            Object seenOld = rule.oldSelfIsOptional() ? Optional.ofNullable(old) : plainOld;
            Evaluation evaluation = rule.compiled().evaluate(PER_EXPRESSION, self, seenOld);
            if (evaluation.cost() > budget) {
                outOfBudget(at, node.schema().text("type"), SPENT);
                return;
            }
            budget -= evaluation.cost();
            CelException error = evaluation.error();
            if (error != null) {
                failed(rule, error, node.schema().text("type"), at);
                return;
            }
            if (evaluation.isTrue()) return;
            if (unchanged && !rule.usesOldSelf() && !unchangedOnly) return;
            String path = RuleFieldPath.normalized(rule.source().text("fieldPath"), node.schema());
            FieldPath field = path == null || path.isEmpty() ? at : at.child(path);
            String message = message(rule, self, plainOld, field, node.schema().text("type"));
            if (message != null) report(rule, field, value, message);
        }

        private void failed(CompiledRules.Rule rule, CelException error, String type, FieldPath at) {
            String said = String.valueOf(error.getMessage());
            if (error instanceof CelException.CostExceeded)
                outOfBudget(
                        at,
                        type,
                        "'" + said
                                + "': no further validation rules will be run due to call cost exceeds limit for rule: "
                                + rule.shown());
            else if (said.startsWith("no such overload"))
                errors.invalid(
                        at,
                        type,
                        "'" + said
                                + "': call arguments did not match a supported operator, function or macro signature for rule: "
                                + rule.shown());
            else errors.invalid(at, type, said + " evaluating rule: " + rule.shown());
        }

        private void outOfBudget(FieldPath at, String type, String why) {
            errors.invalid(at, type, why);
            budget = -1;
        }

        /// @return null where the error is told already
        private @Nullable String message(CompiledRules.Rule rule, Object self, Object old, FieldPath at, String type) {
            if (rule.message() == null) return rule.saying();
            Evaluation evaluation = rule.message().evaluate(PER_EXPRESSION, self, old);
            if (evaluation.cost() > budget) {
                errors.invalid(
                        at,
                        type,
                        "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run");
                budget = -1;
                return null;
            }
            if (evaluation.error() instanceof CelException.CostExceeded) {
                errors.invalid(
                        at,
                        type,
                        "no further validation rules will be run due to call cost exceeds limit for messageExpression: \""
                                + rule.source().text("messageExpression") + "\"");
                budget = -1;
                return null;
            }
            budget -= evaluation.cost();
            String said = evaluation.message();
            return said == null ? rule.saying() : said;
        }

        private void report(CompiledRules.Rule rule, FieldPath at, Tree value, String message) {
            switch (rule.source().text("reason")) {
                case "FieldValueForbidden" -> errors.forbidden(at, message);
                case "FieldValueRequired" -> errors.required(at, message);
                case "FieldValueDuplicate" -> {
                    if (shown(value) == FieldErrors.OMITTED)
                        errors.add(new FieldError(FieldError.Reason.DUPLICATE, at, "Duplicate value"));
                    else errors.duplicate(at, value);
                }
                default -> errors.invalid(at, shown(value), message);
            }
        }

        /// Errors show scalars only.
        private static Object shown(Tree value) {
            return value instanceof ObjectTree || value instanceof ListTree ? FieldErrors.OMITTED : value;
        }
    }
}
