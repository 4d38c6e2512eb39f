package io.amphora.controllers.namespace;

import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.ListOptions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Deletes what is in a namespace that is going, Pods first (KEP-5080), and lets the
/// namespace go when nothing is left.
///
/// It asks the server itself what there is: a namespace must not be gone while something that
/// no watch has told of yet is left.
public final class NamespaceController implements Controller<Namespace> {
    private static final Target<?> PODS = Target.of(Pods.DEFINITION);
    private static final String FINALIZER = "kubernetes";
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public Watches<Namespace> watches() {
        return Watches.of(Namespaces.DEFINITION);
    }

    /// What may be in a namespace is of kinds that were served before it closed: those are asked for at each round.
    @Override
    public boolean asksForKinds(Namespace namespace) {
        return isToBeEmptied(namespace);
    }

    private static boolean isToBeEmptied(Namespace namespace) {
        return namespace.metadata().findDeletionTimestamp().isPresent()
                && namespace.spec().finalizers().contains(FINALIZER);
    }

    @Override
    public Plan plan(Namespace namespace, Seen seen, Instant now) {
        if (!isToBeEmptied(namespace)) return Plan.NOTHING;
        return empty(
                        namespace,
                        List.of(PODS),
                        (left, problems) -> left.isEmpty()
                                ? all(namespace, problems, seen, now)
                                : conclude(namespace, left, problems, seen, now))
                .andLookAgainAt(now.plus(pause(namespace, now)));
    }

    /// What is done when some kinds were emptied, as far as they could be.
    private interface Next {
        Plan plan(Map<Target<?>, List<ObjectTree>> left, List<String> problems);
    }

    private static Plan all(Namespace namespace, List<String> before, Seen seen, Instant now) {
        return empty(namespace, seen.kindred().namespaced(), (left, problems) -> {
            var both = new ArrayList<>(before);
            both.addAll(problems);
            return conclude(namespace, left, both, seen, now);
        });
    }

    /// Deletes all objects of these kinds, and looks what is left of them.
    private static Plan empty(Namespace namespace, Collection<Target<?>> kinds, Next next) {
        return Plan.together(reads(kinds, namespace)).then(found -> {
            Map<Target<?>, List<ObjectTree>> contents = contents(found);
            return Plan.together(deletions(namespace, contents)).then(deleted -> {
                var problems = new ArrayList<>(failures(found));
                problems.addAll(failures(deleted));
                return Plan.together(reads(contents.keySet(), namespace))
                        .then(left -> next.plan(contents(left), problems));
            });
        });
    }

    private static List<Action> reads(Collection<Target<?>> kinds, Namespace namespace) {
        return kinds.stream()
                .map(kind -> (Action) new Action.ReadAll(kind, namespace.name(), ListOptions.ALL))
                .toList();
    }

    /// What is going already need not be told so again.
    private static List<Action> deletions(Namespace namespace, Map<Target<?>, List<ObjectTree>> contents) {
        return contents.entrySet().stream()
                .filter(each -> !each.getValue().stream()
                        .allMatch(object -> object.object("metadata").has("deletionTimestamp")))
                .map(each -> (Action) new Action.DeleteCollection(each.getKey(), namespace.name()))
                .toList();
    }

    private static Plan conclude(
            Namespace namespace, Map<Target<?>, List<ObjectTree>> left, List<String> problems, Seen seen, Instant now) {
        Namespace told =
                NamespaceConditions.of(namespace, left, problems, seen.kindred().failures(), now);
        boolean empty = left.isEmpty()
                && problems.isEmpty()
                && seen.kindred().failures().isEmpty();
        Action tell = Action.updateStatus(Namespaces.DEFINITION, told);
        if (!empty) return told.equals(namespace) ? Plan.NOTHING : Plan.of(tell);
        if (told.equals(namespace)) return finish(namespace);
        return Plan.of(tell)
                .then(outcomes -> outcomes.getFirst()
                        .findAnswer()
                        .map(answer -> finish(Namespace.of(answer)))
                        .orElse(Plan.NOTHING));
    }

    private static Plan finish(Namespace namespace) {
        List<String> finalizers = namespace.spec().finalizers().stream()
                .filter(each -> !each.equals(FINALIZER))
                .toList();
        var spec = finalizers.isEmpty()
                ? namespace.spec().withoutFinalizers()
                : namespace.spec().withFinalizers(finalizers);
        return Plan.of(new Action.Update(Target.of(Namespaces.DEFINITION), namespace.withSpec(spec), "finalize"));
    }

    private static Map<Target<?>, List<ObjectTree>> contents(List<Outcome> outcomes) {
        var contents = new LinkedHashMap<Target<?>, List<ObjectTree>>();
        for (Outcome outcome : outcomes) {
            if (!(outcome instanceof Outcome.Done(Action.ReadAll read, ObjectTree answer))) continue;
            List<ObjectTree> items =
                    answer.list("items").stream().map(Tree::object).toList();
            if (!items.isEmpty()) contents.put(read.target(), items);
        }
        return contents;
    }

    /// A kind that is served no more, or that cannot be listed, is no content.
    private static List<String> failures(List<Outcome> outcomes) {
        return outcomes.stream()
                .flatMap(outcome -> outcome.findFailure().stream())
                .filter(why -> why.code() != 404 && why.code() != 405)
                .map(why -> String.valueOf(why.getMessage()))
                .toList();
    }

    /// Soon at first, less often the longer it takes: somebody else's finalizer may take for
    /// ever.
    private static Duration pause(Namespace namespace, Instant now) {
        Instant since = namespace.metadata().findDeletionTimestamp().orElse(now);
        Duration pause = Duration.between(since, now).dividedBy(4);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) return SHORTEST_PAUSE;
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
