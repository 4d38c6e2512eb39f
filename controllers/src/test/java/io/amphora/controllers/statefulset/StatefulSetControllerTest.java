package io.amphora.controllers.statefulset;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.apps.v1.ControllerRevision;
import io.amphora.api.apps.v1.ControllerRevisions;
import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.api.apps.v1.StatefulSets;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Index;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatefulSetControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");

    /// @param spec what is special of the set's spec
    /// @param pods by number: `0` ready, `1!` not ready, `2-` going, `3x` failed, `4?` pending
    /// @param claims by number: `0` free, `1-` going, `2s` of the set, `3p` of its Pod, `4o` of an
    ///     earlier Pod of that name, `5c` controlled by somebody else
    /// @param does what is made, deleted, owned and told, in turn
    record Case(String says, String spec, String pods, String claims, String does) {
        @Override
        public String toString() {
            return says;
        }
    }

    private static final String DELETE_SCALED =
            "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Retain}";
    private static final String DELETE_BOTH =
            "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}";
    private static final String PARALLEL = "podManagementPolicy: Parallel";

    static List<Case> cases() {
        return List.of(
                new Case("a missing Pod is made with its claim", "replicas: 1", "", "", "make v-w-0, make w-0"),
                new Case("a claim that is there is used", "replicas: 1", "", "0", "make w-0"),
                new Case("a claim that is going is waited for", "replicas: 1", "", "0-", "FailedCreate w-0"),
                new Case("a Pod that is pending gets the claim that it lost", "replicas: 1", "0?", "", "make v-w-0"),
                new Case("a pending Pod's claim that is going is waited for", "replicas: 1", "0?", "0-", ""),
                new Case("a running Pod's lost claim is left to it", "replicas: 1", "0", "", ""),
                new Case(
                        "a claim that is to go with an earlier Pod is waited for",
                        "replicas: 1, " + DELETE_SCALED,
                        "",
                        "0o",
                        ""),
                new Case("of another policy it is used", "replicas: 1", "", "0o", "make w-0"),
                new Case(
                        "a Pod above the size takes its claim along",
                        "replicas: 1, " + DELETE_SCALED,
                        "0 1",
                        "0 1",
                        "own v-w-1 [w-1], delete w-1"),
                new Case(
                        "also when it is not ready",
                        "replicas: 1, " + DELETE_SCALED,
                        "0 1!",
                        "0 1",
                        "own v-w-1 [w-1], delete w-1"),
                new Case(
                        "also when it has to wait",
                        "replicas: 1, " + DELETE_SCALED,
                        "0! 1! 2!",
                        "0 1 2",
                        "own v-w-1 [w-1], own v-w-2 [w-2]"),
                new Case(
                        "a claim goes with its set or with its Pod, not with both",
                        "replicas: 1, " + DELETE_BOTH,
                        "0 1!",
                        "0 1s",
                        "own v-w-0 [w], own v-w-1 [w-1], delete w-1"),
                new Case(
                        "a Pod that is wanted again keeps its claim",
                        "replicas: 2, " + DELETE_SCALED,
                        "0 1!",
                        "0 1p",
                        "own v-w-1 []"),
                new Case("what somebody else controls is not owned", "replicas: 1, " + DELETE_BOTH, "0", "0c", ""),
                new Case("in order, the highest goes first", "replicas: 1", "0 1 2", "", "delete w-2"),
                new Case("in order, one that is going is waited for", "replicas: 1", "0 1 2-", "", ""),
                new Case("in order, an unhealthy one that is wanted stops it", "replicas: 1", "0! 1 2", "", ""),
                new Case("in order, the only unhealthy one goes", "replicas: 1", "0 1 2!", "", "delete w-2"),
                new Case("in order, a well one goes over an unhealthy one", "replicas: 1", "0 1! 2", "", "delete w-2"),
                new Case("in order, of two unhealthy ones the upper waits", "replicas: 1", "0 1! 2!", "", ""),
                new Case("in parallel, all go", "replicas: 1, " + PARALLEL, "0! 1! 2!", "", "delete w-2, delete w-1"),
                new Case("a failed Pod is deleted", "replicas: 1", "0x", "", "delete w-0"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pods_and_claims_are_kept_as_kubernetes_does(Case each) {
        StatefulSet set = set(each.spec());
        var plan = new StatefulSetController().plan(set, seen(set, each), NOW);
        String does = String.join(
                ", ",
                plan.actions().stream()
                        .map(StatefulSetControllerTest::described)
                        .toList());
        assertThat(does).isEqualTo(each.does());
    }

    private static String described(Action action) {
        return switch (action) {
            case Action.Create create -> "make " + create.object().name();
            case Action.Delete delete -> "delete " + delete.name();
            case Action.Update update ->
                "own " + update.object().name() + " "
                        + update.object().tree().object("metadata").list("ownerReferences").stream()
                                .map(owner -> owner.object().text("name"))
                                .toList();
            case Action.Event event -> event.reason() + " " + event.message().split(" ")[2];
            default -> action.toString();
        };
    }

    private static StatefulSet set(String spec) {
        return StatefulSet.of(Plans.yaml("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: w, namespace: ns, uid: w}
                spec:
                  selector: {matchLabels: {a: w}}
                  template: {metadata: {labels: {a: w}}}
                  volumeClaimTemplates: [{metadata: {name: v}}]
                """).change("spec", before -> {
            ObjectTree changed = before.object();
            for (var each : Plans.yaml("{" + spec + "}")) changed = changed.with(each.getKey(), each.getValue());
            return changed;
        }));
    }

    private static Seen seen(StatefulSet set, Case each) {
        var pods = new ArrayList<Pod>();
        for (String word : words(each.pods())) pods.add(pod(word.substring(0, 1), word.substring(1)));
        var claims = new ArrayList<PersistentVolumeClaim>();
        for (String word : words(each.claims())) claims.add(claim(word.substring(0, 1), word.substring(1)));
        return new Seen(
                Map.of(
                        Target.of(StatefulSets.DEFINITION), Snapshot.of(List.of(set), List.of(), 1),
                        Target.of(Pods.DEFINITION),
                                Snapshot.of(pods, List.of(Index.byOwner(), Claims.<Pod>orphans()), 1),
                        Target.of(ControllerRevisions.DEFINITION),
                                Snapshot.of(List.of(revision(set)), List.of(Index.byOwner()), 1),
                        Target.of(PersistentVolumeClaims.DEFINITION), Snapshot.of(claims, List.of(), 1)),
                Kindred.BUILT_IN);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    private static ControllerRevision revision(StatefulSet set) {
        ObjectTree template = set.tree().object("spec").object("template").with("$patch", "replace");
        return ControllerRevision.of(
                Plans.yaml("""
                apiVersion: apps/v1
                kind: ControllerRevision
                metadata:
                  name: w-1
                  namespace: ns
                  labels: {controller.kubernetes.io/hash: h}
                  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: w, uid: w, controller: true}]
                revision: 1
                """).with("data", ObjectTree.of("spec", ObjectTree.of("template", template))));
    }

    private static Pod pod(String number, String how) {
        String phase = how.equals("x") ? "Failed" : how.equals("?") ? "Pending" : "Running";
        String ready = how.equals("!") || how.equals("?") ? "False" : "True";
        return Pod.of(Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: w-%1$s
                  namespace: ns
                  uid: pod-%1$s
                  labels:
                    a: w
                    controller-revision-hash: w-1
                    statefulset.kubernetes.io/pod-name: w-%1$s
                    apps.kubernetes.io/pod-index: "%1$s"
                  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: w, uid: w, controller: true}]
                  %2$s
                status: {phase: %3$s, conditions: [{type: Ready, status: "%4$s"}]}
                """.formatted(
                        number, how.equals("-") ? "deletionTimestamp: \"2026-03-05T09:59:00Z\"" : "", phase, ready)));
    }

    private static PersistentVolumeClaim claim(String number, String how) {
        ObjectTree claim = Plans.yaml("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: v-w-%1$s, namespace: ns, uid: claim-%1$s}
                """.formatted(number));
        String owner = switch (how) {
            case "s" -> "{apiVersion: apps/v1, kind: StatefulSet, name: w, uid: w, controller: true}";
            case "p" ->
                "{apiVersion: v1, kind: Pod, name: w-" + number + ", uid: pod-" + number + ", controller: true}";
            case "o" -> "{apiVersion: v1, kind: Pod, name: w-" + number + ", uid: earlier, controller: true}";
            case "c" -> "{apiVersion: v1, kind: ConfigMap, name: other, uid: other, controller: true}";
            default -> "";
        };
        if (!owner.isEmpty()) claim = claim.withAt(ListTree.of(Plans.yaml(owner)), "metadata", "ownerReferences");
        if (how.equals("-"))
            claim = claim.withAt(
                    io.amphora.machinery.tree.Tree.of("2026-03-05T09:59:00Z"), "metadata", "deletionTimestamp");
        return PersistentVolumeClaim.of(claim);
    }
}
