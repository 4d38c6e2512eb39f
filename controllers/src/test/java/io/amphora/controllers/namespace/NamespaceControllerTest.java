package io.amphora.controllers.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Namespace;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");
    private static final Namespace GOING = Namespace.of(Plans.yaml("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: ns, deletionTimestamp: "2026-03-05T09:59:00Z"}
            spec: {finalizers: [kubernetes]}
            """));

    /// What is in the namespace, by kind: names, with `!` for those that a finalizer holds.
    private final Map<String, List<String>> content = new TreeMap<>();

    @Test
    void while_pods_remain_nothing_else_is_touched_or_told_of() {
        content.put("pods", List.of("p!"));
        content.put("configmaps", List.of("c"));
        List<Action> actions = follow();
        assertThat(deleted(actions)).containsExactly("pods");
        assertThat(said(actions))
                .containsExactly(
                        "NamespaceDeletionDiscoveryFailure False ResourcesDiscovered: All resources successfully discovered",
                        "NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions:"
                                + " All legacy kube types successfully parsed",
                        "NamespaceDeletionContentFailure False ContentDeleted:"
                                + " All content successfully deleted, may be waiting on finalization",
                        "NamespaceContentRemaining True SomeResourcesRemain:"
                                + " Some resources are remaining: pods. has 1 resource instances",
                        "NamespaceFinalizersRemaining True SomeFinalizersRemain:"
                                + " Some content in the namespace has finalizers remaining: x.io/hold in 1 resource instances");
    }

    @Test
    void when_the_pods_are_gone_the_rest_follows_at_once() {
        content.put("pods", List.of("p"));
        content.put("configmaps", List.of("c"));
        content.put("secrets", List.of("s!", "t"));
        List<Action> actions = follow();
        assertThat(deleted(actions)).containsExactly("pods", "configmaps", "secrets");
        assertThat(said(actions))
                .contains("NamespaceContentRemaining True SomeResourcesRemain:"
                        + " Some resources are remaining: secrets. has 1 resource instances");
        assertThat(finalized(actions)).isFalse();
    }

    @Test
    void an_empty_namespace_goes() {
        assertThat(finalized(follow())).isTrue();
    }

    private List<Action> follow() {
        var controller = new NamespaceController();
        var plan = controller.plan(GOING, Seen.of(controller.watches(), Map.of()), NOW);
        assertThat(plan.lookAgain()).isNotNull();
        return Plans.follow(plan, this::answer);
    }

    private Outcome answer(Action action) {
        return switch (action) {
            case Action.ReadAll read -> {
                var items = new ArrayList<Tree>();
                for (String name : content.getOrDefault(read.target().plural(), List.of())) items.add(object(name));
                yield new Outcome.Done(action, ObjectTree.of("items", new ListTree(items)));
            }
            case Action.DeleteCollection all -> {
                content.computeIfPresent(
                        all.target().plural(),
                        (kind, names) -> names.stream()
                                .filter(name -> name.endsWith("!"))
                                .toList());
                yield new Outcome.Done(action, ObjectTree.EMPTY);
            }
            case Action.Update update ->
                new Outcome.Done(action, update.object().tree());
            default -> new Outcome.Done(action, ObjectTree.EMPTY);
        };
    }

    private static ObjectTree object(String name) {
        return Plans.yaml("{metadata: {name: x, finalizers: [" + (name.endsWith("!") ? "x.io/hold" : "") + "]}}");
    }

    private static List<String> deleted(List<Action> actions) {
        return actions.stream()
                .filter(Action.DeleteCollection.class::isInstance)
                .map(action -> ((Action.DeleteCollection) action).target().plural())
                .toList();
    }

    private static List<String> said(List<Action> actions) {
        return actions.stream()
                .filter(action -> action instanceof Action.Update update
                        && update.subresource().equals("status"))
                .flatMap(action -> ((Namespace) ((Action.Update) action).object()).status().conditions().stream())
                .map(each -> each.type() + " " + each.status() + " " + each.reason() + ": " + each.message())
                .toList();
    }

    private static boolean finalized(List<Action> actions) {
        return actions.stream()
                .anyMatch(action -> action instanceof Action.Update update
                        && update.subresource().equals("finalize"));
    }
}
