package io.amphora.controllers.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiObject;
import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.client.Index;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
    private static final String FOREGROUND =
            "deletionTimestamp: \"2026-01-01T00:00:00Z\", finalizers: [foregroundDeletion]";
    private static final String ORPHANING = "deletionTimestamp: \"2026-01-01T00:00:00Z\", finalizers: [orphan]";

    private final Map<String, ConfigMap> live = new TreeMap<>();
    private Instant now = Instant.EPOCH;

    @Test
    void an_object_whose_owner_lives_is_left_alone() {
        add("owner", "");
        add("child", owners("owner"));
        assertThat(plan("child").isNothing()).isTrue();
    }

    @Test
    void an_object_whose_owner_is_gone_is_deleted_after_a_look_at_the_server() {
        add("child", owners("owner"));
        assertThat(plan("child").actions()).hasSize(2).allMatch(Action.Read.class::isInstance);
        assertThat(follow("child")).containsExactly("delete child Background");
    }

    @Test
    void an_owner_that_the_server_has_and_the_snapshot_not_yet_saves_its_object() {
        add("child", owners("owner"));
        Plan plan = plan("child");
        add("owner", "");
        assertThat(described(Plans.follow(plan, this::answer))).isEmpty();
    }

    @Test
    void the_owner_of_a_new_object_may_come_a_moment_late() {
        add("child", "creationTimestamp: \"1970-01-01T00:00:00Z\", " + owners("owner"));
        assertThat(plan("child")).isEqualTo(Plan.lookAgainAt(Instant.EPOCH.plusSeconds(2)));
        now = Instant.EPOCH.plusSeconds(2);
        assertThat(follow("child")).containsExactly("delete child Background");
    }

    @Test
    void another_object_under_the_owner_s_name_is_no_owner() {
        add("owner", "");
        add("child", "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: earlier}]");
        assertThat(follow("child")).containsExactly("delete child Background");
    }

    @Test
    void of_two_owners_the_one_that_is_gone_is_forgotten() {
        add("left", "");
        add(
                "child",
                "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: left, uid: left},"
                        + " {apiVersion: v1, kind: ConfigMap, name: right, uid: right}]");
        assertThat(follow("child")).containsExactly("patch child owners [left]");
    }

    @Test
    void what_is_owned_by_an_object_that_waits_for_it_is_deleted_and_waits_for_its_own() {
        add("owner", FOREGROUND);
        add("child", owners("owner"));
        assertThat(follow("child")).containsExactly("delete child Background");
        add("grandchild", owners("child"));
        assertThat(follow("child")).containsExactly("delete child Foreground");
    }

    @Test
    void an_owner_goes_when_nothing_that_blocks_it_is_left() {
        add("owner", FOREGROUND);
        add(
                "child",
                "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: owner, blockOwnerDeletion: true}]");
        assertThat(follow("owner")).isEmpty();
        add("child", owners("owner"));
        assertThat(follow("owner")).containsExactly("patch owner finalizers []");
    }

    @Test
    void orphans_forget_their_owner_before_it_goes() {
        add("owner", ORPHANING);
        add("child", owners("owner"));
        assertThat(follow("owner")).containsExactly("patch child owners []", "patch owner finalizers []");
    }

    @Test
    void in_a_circle_the_last_makes_nobody_wait() {
        add("first", FOREGROUND + ", " + blocking("second"));
        add("second", blocking("first"));
        assertThat(follow("first")).isEmpty();
        assertThat(follow("second")).containsExactly("patch second owners [first]", "delete second Foreground");
    }

    @Test
    void a_circle_of_which_all_are_going_does_not_wait_for_itself() {
        add("first", FOREGROUND + ", " + blocking("third"));
        add("second", FOREGROUND + ", " + blocking("first"));
        add("third", FOREGROUND + ", " + blocking("second"));
        assertThat(follow("first")).containsExactly("patch first finalizers []");
        add("other", blocking("second"));
        assertThat(follow("second")).isEmpty();
    }

    @Test
    void an_owner_of_itself_does_not_wait_for_itself() {
        add("self", FOREGROUND + ", " + blocking("self"));
        assertThat(follow("self")).containsExactly("patch self finalizers []");
    }

    @Test
    void of_two_owners_the_one_that_waits_is_forgotten() {
        add("left", FOREGROUND);
        add("right", "");
        add(
                "child",
                "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: left, uid: left, blockOwnerDeletion: true},"
                        + " {apiVersion: v1, kind: ConfigMap, name: right, uid: right}]");
        assertThat(follow("child")).containsExactly("patch child owners [right]");
    }

    private static String blocking(String name) {
        return "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: " + name + ", uid: " + name
                + ", blockOwnerDeletion: true}]";
    }

    private static String owners(String name) {
        return "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: " + name + ", uid: " + name + "}]";
    }

    private void add(String name, String metadata) {
        live.put(
                name,
                ConfigMap.of(Plans.yaml(
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: ns, uid: %s, resourceVersion: \"1\"%s}}"
                                .formatted(name, name, metadata.isEmpty() ? "" : ", " + metadata))));
    }

    private Plan plan(String name) {
        var snapshot = Snapshot.<ApiObject>of(List.copyOf(live.values()), List.of(Index.byOwner()), 1);
        var seen = new Seen(Map.of(Target.of(ConfigMaps.DEFINITION), snapshot), Kindred.BUILT_IN);
        return new GarbageCollector().plan(live.getOrDefault(name, ConfigMap.EMPTY), seen, now);
    }

    private List<String> follow(String name) {
        return described(Plans.follow(plan(name), this::answer));
    }

    private Outcome answer(Action action) {
        if (!(action instanceof Action.Read read)) return new Outcome.Done(action, ObjectTree.EMPTY);
        ConfigMap found = live.get(read.name());
        return found == null ? Plans.notFound(action) : new Outcome.Done(action, found.tree());
    }

    private static List<String> described(List<Action> actions) {
        var described = new ArrayList<String>();
        for (Action action : actions) {
            if (action instanceof Action.Delete delete)
                described.add("delete " + delete.name() + " "
                        + delete.options().tree().text("propagationPolicy"));
            if (action instanceof Action.Patch patch) {
                ObjectTree metadata = patch.patch().object().object("metadata");
                boolean finalizers = metadata.has("finalizers");
                var names = metadata.list(finalizers ? "finalizers" : "ownerReferences").stream()
                        .map(each -> finalizers
                                ? String.valueOf(each.text())
                                : each.object().text("name"))
                        .toList();
                described.add("patch " + patch.name() + (finalizers ? " finalizers " : " owners ") + names);
            }
        }
        return described;
    }
}
