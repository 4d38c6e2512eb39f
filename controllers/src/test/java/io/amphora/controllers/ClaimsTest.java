package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiObject;
import io.amphora.api.batch.v1.Job;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Index;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final ApiObject OWNER =
            Job.of(Plans.yaml("{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: ns, uid: j}}"));
    private static final String OWNED =
            "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: j, controller: true}]";

    @Test
    void a_pod_that_is_let_go_is_let_go_of_its_finalizer() {
        assertThat(change("labels: {app: b}, " + OWNED, "x.io/f").list("$deleteFromPrimitiveList/finalizers"))
                .hasToString("[\"x.io/f\"]");
        assertThat(change("labels: {app: b}, " + OWNED, "").has("$deleteFromPrimitiveList/finalizers"))
                .isFalse();
    }

    @Test
    void a_pod_that_is_taken_bears_the_finalizer() {
        assertThat(change("labels: {app: a}", "x.io/f").list("finalizers")).hasToString("[\"x.io/f\"]");
        assertThat(change("labels: {app: a}", "").has("finalizers")).isFalse();
    }

    private static ObjectTree change(String metadata, String finalizer) {
        Pod pod = Pod.of(Plans.yaml(
                "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns, uid: p, " + metadata + "}}"));
        var pods = Snapshot.of(List.of(pod), List.of(Index.byOwner(), Claims.<Pod>orphans()), 1);
        var seen = new Seen(Map.of(Target.of(Pods.DEFINITION), pods), Kindred.BUILT_IN);
        var selector = LabelSelector.ofLabels(ObjectTree.of("app", "a"));
        Claims<Pod> claims = Claims.of(OWNER, selector, each -> true, finalizer, Pods.DEFINITION, seen);
        var patch = (Action.Patch) claims.changes().getFirst();
        return patch.patch().object().object("metadata");
    }
}
