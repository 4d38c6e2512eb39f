package io.amphora.apiserver.auth;

import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules that somebody holds, asked what of another rule they do not allow.
///
/// A rule stands for every combination of its groups, resources, verbs and names, and each combination is allowed if
/// one held rule allows it. Combinations are not tried one by one, for a rule of a few kilobytes has millions: values
/// that the same rules hold are one class, and a combination of classes is allowed or not as a whole. A rule for which
/// even that is too much work counts as not allowed.
final class RuleHolders {
    /// Comparisons of a value with a held rule, or of classes with one another, for one rule.
    private static final long MOST_WORK = 20_000_000;
    /// Of what is missing, so much is told.
    private static final int MOST_TOLD = 2_000;

    private final List<Held> held;
    private final long comparisons;

    RuleHolders(List<PolicyRule> held) {
        this.held = held.stream().map(Held::of).toList();
        comparisons = this.held.stream().mapToLong(one -> 1L + one.urls.size()).sum();
    }

    /// One held rule, its values as sets.
    private record Held(
            Set<String> groups, Set<String> resources, Set<String> names, Set<String> verbs, List<String> urls) {
        static Held of(PolicyRule rule) {
            return new Held(
                    new HashSet<>(rule.apiGroups()),
                    new HashSet<>(rule.resources()),
                    new HashSet<>(rule.resourceNames()),
                    new HashSet<>(rule.verbs()),
                    rule.nonResourceURLs());
        }

        boolean has(Dimension dimension, String value) {
            return switch (dimension) {
                case GROUP -> groups.contains("*") || groups.contains(value);
                case RESOURCE -> hasResource(value);
                case VERB -> verbs.contains("*") || verbs.contains(value);
                case NAME -> names.isEmpty() || names.contains(value);
                case EVERY_NAME -> names.isEmpty();
                case URL -> urls.stream().anyMatch(url -> covers(url, value));
            };
        }

        private boolean hasResource(String wanted) {
            int slash = wanted.indexOf('/');
            return resources.contains("*")
                    || resources.contains(wanted)
                    || slash >= 0 && resources.contains("*" + wanted.substring(slash));
        }

        private static boolean covers(String owned, String wanted) {
            return owned.equals("*")
                    || owned.equals(wanted)
                    || owned.endsWith("*") && wanted.startsWith(owned.substring(0, owned.length() - 1));
        }
    }

    private enum Dimension {
        GROUP("apiGroups"),
        RESOURCE("resources"),
        VERB("verbs"),
        NAME("resourceNames"),
        EVERY_NAME(""),
        URL("nonResourceURLs");

        private final String field;

        Dimension(String field) {
            this.field = field;
        }
    }

    /// The values of one dimension that the same rules hold, by their places in the wanted rule.
    private record Values(Dimension dimension, BitSet holders, List<String> texts, List<Integer> places) {}

    /// Each combination that no held rule allows, as a rule of its own, in the order of the rule's lists.
    List<PolicyRule> missing(PolicyRule rule) {
        var missing = new ArrayList<PolicyRule>();
        if (!rule.resources().isEmpty()
                && !rule.apiGroups().isEmpty()
                && !rule.verbs().isEmpty()) {
            var names = rule.resourceNames();
            missing.addAll(missing(
                    rule,
                    List.of(
                            Dimension.GROUP,
                            Dimension.RESOURCE,
                            Dimension.VERB,
                            names.isEmpty() ? Dimension.EVERY_NAME : Dimension.NAME),
                    List.of(rule.apiGroups(), rule.resources(), rule.verbs(), names.isEmpty() ? List.of("") : names)));
        }
        missing.addAll(
                missing(rule, List.of(Dimension.URL, Dimension.VERB), List.of(rule.nonResourceURLs(), rule.verbs())));
        return missing;
    }

    private List<PolicyRule> missing(PolicyRule rule, List<Dimension> dimensions, List<List<String>> values) {
        long work = comparisons * values.stream().mapToLong(List::size).sum();
        if (work > MOST_WORK) return List.of(rule);
        var classes = new ArrayList<List<Values>>();
        long combinations = 1;
        for (int i = 0; i < dimensions.size(); i++) {
            var of = classes(dimensions.get(i), values.get(i));
            combinations *= of.size();
            classes.add(of);
            if (combinations > MOST_WORK / 100) return List.of(rule);
        }
        var everyone = new BitSet();
        everyone.set(0, held.size());
        var singles = new ArrayList<Single>();
        combine(classes, List.of(), everyone, singles);
        return singles.stream()
                .sorted(Comparator.comparing(Single::places, RuleHolders::compare))
                .map(Single::rule)
                .toList();
    }

    private List<Values> classes(Dimension dimension, List<String> texts) {
        var classes = new LinkedHashMap<BitSet, Values>();
        for (int place = 0; place < texts.size(); place++) {
            String text = texts.get(place);
            var holders = new BitSet();
            for (int i = 0; i < held.size(); i++) if (held.get(i).has(dimension, text)) holders.set(i);
            var values = classes.computeIfAbsent(
                    holders, any -> new Values(dimension, holders, new ArrayList<>(), new ArrayList<>()));
            values.texts.add(text);
            values.places.add(place);
        }
        return List.copyOf(classes.values());
    }

    /// Goes through the classes of the dimensions that are left, and gathers what nobody holds.
    private static void combine(List<List<Values>> left, List<Values> chosen, BitSet holders, List<Single> singles) {
        if (singles.size() >= MOST_TOLD) return;
        if (left.isEmpty()) {
            if (holders.isEmpty()) spell(chosen, Map.of(), List.of(), singles);
            return;
        }
        for (Values values : left.getFirst()) {
            var both = (BitSet) holders.clone();
            both.and(values.holders);
            var more = new ArrayList<>(chosen);
            more.add(values);
            combine(left.subList(1, left.size()), more, both, singles);
        }
    }

    /// One combination of single values, and where each stands in its list.
    private record Single(Map<String, String> values, List<Integer> places) {
        PolicyRule rule() {
            var rule = ObjectTree.EMPTY;
            for (var each : values.entrySet()) rule = rule.with(each.getKey(), ListTree.from(List.of(each.getValue())));
            return PolicyRule.of(rule);
        }
    }

    private static void spell(
            List<Values> left, Map<String, String> values, List<Integer> places, List<Single> singles) {
        if (left.isEmpty()) {
            singles.add(new Single(values, places));
            return;
        }
        Values first = left.getFirst();
        for (int i = 0; i < first.texts.size() && singles.size() < MOST_TOLD; i++) {
            var more = new LinkedHashMap<>(values);
            if (!first.dimension.field.isEmpty()) more.put(first.dimension.field, first.texts.get(i));
            var at = new ArrayList<>(places);
            at.add(first.places.get(i));
            spell(left.subList(1, left.size()), more, at, singles);
        }
    }

    private static int compare(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < one.size(); i++)
            if (!one.get(i).equals(other.get(i))) return Integer.compare(one.get(i), other.get(i));
        return 0;
    }
}
