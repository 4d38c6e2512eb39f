package io.amphora.machinery.select;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Chooses objects by their labels: all requirements must hold. Immutable; requirements are sorted by key.
public final class LabelSelector {
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);

    /// What an absent selector of the API means.
    public static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    private final List<Requirement> requirements;
    private final boolean nothing;

    private LabelSelector(List<Requirement> requirements, boolean nothing) {
        this.requirements = requirements;
        this.nothing = nothing;
    }

    static LabelSelector of(List<Requirement> requirements) {
        if (requirements.isEmpty()) return EVERYTHING;
        var sorted = new ArrayList<>(requirements);
        sorted.sort(Comparator.comparing(Requirement::key));
        return new LabelSelector(List.copyOf(sorted), false);
    }

    /// The text form: `a=b, c!=d, e in (f,g), h notin (i), j, !k, l>5`. The empty text selects everything.
    ///
    /// @throws SelectorException with Kubernetes' wording
    public static LabelSelector parse(String text) {
        return text.isEmpty() ? EVERYTHING : of(new LabelSelectorParser(text).requirements());
    }

    /// The object form, `{matchLabels, matchExpressions}` (meta/v1 LabelSelector). An empty object selects
    /// everything,
    /// JSON's null nothing.
    ///
    /// @throws SelectorException with Kubernetes' wording
    public static LabelSelector of(Tree selector) {
        if (selector.isNull()) return NOTHING;
        var requirements = new ArrayList<Requirement>();
        for (var label : selector.object().object("matchLabels"))
            requirements.add(Requirement.checked(label.getKey(), Requirement.Operator.EQUALS, texts(label.getValue())));
        for (Tree expression : selector.object().list("matchExpressions")) {
            ObjectTree object = expression.object();
            requirements.add(Requirement.checked(
                    object.text("key"), operator(object.text("operator")), texts(object.get("values"))));
        }
        return of(requirements);
    }

    /// Exactly these labels (the selectors of Services and ReplicationControllers); not checked. None selects
    /// everything.
    public static LabelSelector ofLabels(ObjectTree labels) {
        var requirements = new ArrayList<Requirement>();
        for (var label : labels)
            requirements.add(new Requirement(label.getKey(), Requirement.Operator.EQUALS, texts(label.getValue())));
        return of(requirements);
    }

    /// Exactly these labels; not checked. None selects everything.
    public static LabelSelector ofLabels(Map<String, String> labels) {
        var requirements = new ArrayList<Requirement>();
        labels.forEach(
                (key, value) -> requirements.add(new Requirement(key, Requirement.Operator.EQUALS, List.of(value))));
        return of(requirements);
    }

    public boolean matches(Map<String, String> labels) {
        if (nothing) return false;
        for (Requirement requirement : requirements)
            if (!requirement.matches(labels.get(requirement.key()))) return false;
        return true;
    }

    /// @param labels an object's `metadata.labels`
    public boolean matches(ObjectTree labels) {
        if (nothing) return false;
        for (Requirement requirement : requirements) {
            Tree value = labels.find(requirement.key());
            if (!requirement.matches(value == null ? null : value instanceof Tree.Text(var text) ? text : ""))
                return false;
        }
        return true;
    }

    public List<Requirement> requirements() {
        return requirements;
    }

    public boolean matchesEverything() {
        return requirements.isEmpty() && !nothing;
    }

    /// Whether it is known to match no object at all.
    public boolean matchesNothing() {
        return nothing;
    }

    /// The one value that a label must have.
    public Optional<String> exactValue(String key) {
        for (Requirement requirement : requirements) {
            if (!requirement.key().equals(key)) continue;
            return switch (requirement.operator()) {
                case EQUALS, DOUBLE_EQUALS, IN ->
                    requirement.values().size() == 1
                            ? Optional.of(requirement.values().getFirst())
                            : Optional.empty();
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    public LabelSelector and(LabelSelector other) {
        if (nothing || other.nothing) return NOTHING;
        var both = new ArrayList<>(requirements);
        both.addAll(other.requirements);
        return of(both);
    }

    /// The object form. `>` and `<` have none.
    public ObjectTree toTree() {
        var labels = ObjectTree.builder();
        var expressions = new ArrayList<Tree>();
        for (Requirement requirement : requirements) {
            String operator = switch (requirement.operator()) {
                case EQUALS, DOUBLE_EQUALS -> "";
                case IN -> "In";
                case NOT_IN, NOT_EQUALS -> "NotIn";
                case EXISTS -> "Exists";
                case DOES_NOT_EXIST -> "DoesNotExist";
                case GREATER_THAN, LESS_THAN ->
                    throw new SelectorException("\"" + requirement + "\" isn't supported in label selectors");
            };
            if (operator.isEmpty()) {
                labels.put(requirement.key(), requirement.values().getFirst());
            } else {
                var expression =
                        ObjectTree.builder().put("key", requirement.key()).put("operator", operator);
                if (!requirement.values().isEmpty()) expression.put("values", ListTree.from(requirement.values()));
                expressions.add(expression.build());
            }
        }
        var tree = ObjectTree.builder();
        if (!labels.build().isEmpty()) tree.put("matchLabels", labels.build());
        if (!expressions.isEmpty()) tree.put("matchExpressions", new ListTree(expressions));
        return tree.build();
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof LabelSelector that && nothing == that.nothing && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return requirements.hashCode();
    }

    /// The text form; "" both for everything and for nothing.
    @Override
    public String toString() {
        return String.join(",", requirements.stream().map(Requirement::toString).toList());
    }

    private static Requirement.Operator operator(String name) {
        return switch (name) {
            case "In" -> Requirement.Operator.IN;
            case "NotIn" -> Requirement.Operator.NOT_IN;
            case "Exists" -> Requirement.Operator.EXISTS;
            case "DoesNotExist" -> Requirement.Operator.DOES_NOT_EXIST;
            default -> throw new SelectorException(GoText.quote(name) + " is not a valid label selector operator");
        };
    }

    private static List<String> texts(Tree value) {
        if (value instanceof ListTree list) {
            var texts = new ArrayList<String>(list.size());
            for (Tree item : list) texts.addAll(texts(item));
            return texts;
        }
        return value instanceof Tree.Text(var text) ? List.of(text) : List.of();
    }
}
