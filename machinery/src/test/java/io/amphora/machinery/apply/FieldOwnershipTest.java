package io.amphora.machinery.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.apply.FieldOwnership.Applied;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.schema.Schema.Field;
import io.amphora.machinery.schema.Schema.Format;
import io.amphora.machinery.schema.Schema.Merge;
import io.amphora.machinery.schema.Schema.Type;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FieldOwnershipTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Schema STRING = Schema.scalar(Type.STRING, Format.NONE);
    private static final Schema THING = thing();
    private static final ObjectTree NOTHING = yaml("{metadata: {}}");

    @Test
    void who_creates_owns_everything_but_what_is_the_servers() {
        ObjectTree made = create("{metadata: {name: c, labels: {l: '1'}}, data: {a: '1'}}", "me");
        assertThat(owned(made))
                .isEqualTo(
                        "me Update 2026-01-02T03:04:05Z {\"f:data\":{\".\":{},\"f:a\":{}},\"f:metadata\":{\"f:labels\":{\".\":{},\"f:l\":{}}}}");
    }

    @Test
    void who_changes_a_field_takes_it_from_its_owner() {
        ObjectTree made = create("{metadata: {name: c}, data: {a: '1', b: '1'}}", "me");
        ObjectTree changed = update(made, "{metadata: {name: c}, data: {a: '2', b: '1'}}", "you");
        assertThat(owned(changed))
                .isEqualTo("me Update 2026-01-02T03:04:05Z {\"f:data\":{\".\":{},\"f:b\":{}}}\n"
                        + "you Update 2026-01-02T03:04:05Z {\"f:data\":{\"f:a\":{}}}");
    }

    @Test
    void an_update_that_changes_nothing_leaves_the_books_as_they_are() {
        ObjectTree made = create("{metadata: {name: c}, data: {a: '1'}}", "me");
        assertThat(update(made, "{metadata: {name: c}, data: {a: '1'}}", "you")
                        .object("metadata")
                        .get("managedFields"))
                .isEqualTo(made.object("metadata").get("managedFields"));
    }

    @Test
    void an_update_may_clear_the_books_and_then_nobody_is_tracked() {
        ObjectTree made = create("{metadata: {name: c}, data: {a: '1'}}", "me");
        ObjectTree cleared = update(made, "{metadata: {name: c, managedFields: [{}]}, data: {a: '1'}}", "you");
        assertThat(owned(cleared)).isEmpty();
        assertThat(owned(update(cleared, "{metadata: {name: c}, data: {a: '2'}}", "you")))
                .isEmpty();
    }

    @Test
    void apply_owns_what_it_says_without_the_objects_around_it() {
        ObjectTree made = apply(null, "{metadata: {name: c}, data: {a: '1'}}", "me");
        assertThat(owned(made)).isEqualTo("me Apply 2026-01-02T03:04:05Z {\"f:data\":{\"f:a\":{}}}");
    }

    @Test
    void what_an_applier_says_no_more_goes_unless_another_owns_it() {
        ObjectTree made = apply(null, "{metadata: {name: c}, data: {a: '1', b: '1'}}", "me");
        ObjectTree shared = apply(made, "{metadata: {name: c}, data: {b: '1'}}", "you");
        ObjectTree less = apply(shared, "{metadata: {name: c}}", "me");
        assertThat(less.get("data")).isEqualTo(yaml("{b: '1'}"));
        assertThat(owned(less)).startsWith("you Apply");
    }

    @Test
    void another_value_for_anothers_field_is_a_conflict_that_force_wins() {
        ObjectTree made = apply(null, "{metadata: {name: c}, data: {a: '1', b: '1'}}", "me");
        ObjectTree wanted = yaml("{metadata: {name: c}, data: {a: '2', b: '2'}}");
        Manager you = Manager.applying("you", "v1", "");
        assertThat(FieldOwnership.apply(made, wanted, THING, you, FieldSet.EMPTY, false, false, NOW))
                .isInstanceOfSatisfying(
                        Applied.Conflicts.class,
                        conflicts -> assertThat(conflicts.message())
                                .isEqualTo(
                                        "Apply failed with 2 conflicts: conflicts with \"me\":\n- .data.a\n- .data.b"));
        assertThat(FieldOwnership.apply(made, wanted, THING, you, FieldSet.EMPTY, true, false, NOW))
                .isInstanceOfSatisfying(Applied.Done.class, done -> {
                    assertThat(done.object().get("data")).isEqualTo(yaml("{a: '2', b: '2'}"));
                    assertThat(owned(done.object())).startsWith("you Apply");
                });
    }

    /// @param name of who applies
    private record Takeover(String sentence, String name, String live, String wanted, String outcome) {}

    private static final String LAST_APPLIED =
            "metadata: {name: c, annotations: {kubectl.kubernetes.io/last-applied-configuration: "
                    + "'{\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\",\"b\":\"1\"}}'}}";

    private static final List<Takeover> TAKEOVERS = List.of(
            new Takeover(
                    "what the client applied and nobody changed, kubectl may change on the server",
                    "kubectl",
                    "{apiVersion: v1, " + LAST_APPLIED + ", data: {a: '1', b: '1'}}",
                    "{apiVersion: v1, metadata: {name: c}, data: {a: '2'}}",
                    "{\"a\":\"2\",\"b\":\"1\"} {\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"metadata\":{\"name\":\"c\"}}\n"),
            new Takeover(
                    "what was changed since is another's",
                    "kubectl",
                    "{apiVersion: v1, " + LAST_APPLIED + ", data: {a: '1', b: '3'}}",
                    "{apiVersion: v1, metadata: {name: c}, data: {a: '2', b: '2'}}",
                    "Apply failed with 1 conflict: conflict with \"client\" using v1: .data.b"),
            new Takeover(
                    "who applies by another name takes nothing over",
                    "me",
                    "{apiVersion: v1, " + LAST_APPLIED + ", data: {a: '1', b: '1'}}",
                    "{apiVersion: v1, metadata: {name: c}, data: {a: '2'}}",
                    "Apply failed with 1 conflict: conflict with \"client\" using v1: .data.a"),
            new Takeover(
                    "an annotation of another version says nothing",
                    "kubectl",
                    "{apiVersion: v2, " + LAST_APPLIED + ", data: {a: '1', b: '1'}}",
                    "{apiVersion: v2, metadata: {name: c}, data: {a: '2'}}",
                    "Apply failed with 1 conflict: conflict with \"client\" using v1: .data.a"),
            new Takeover(
                    "an annotation that is not there is not made",
                    "kubectl",
                    "{apiVersion: v1, metadata: {name: c}, data: {a: '1'}}",
                    "{apiVersion: v1, metadata: {name: c}, data: {b: '<'}}",
                    "{\"a\":\"1\",\"b\":\"<\"} "));

    @Test
    void kubectl_takes_over_on_the_server_what_it_applied_as_a_client() {
        for (Takeover each : TAKEOVERS) {
            ObjectTree made = create(each.live(), "client");
            Applied applied = FieldOwnership.apply(
                    made,
                    yaml(each.wanted()),
                    THING,
                    Manager.applying(each.name(), "v1", ""),
                    FieldSet.EMPTY,
                    false,
                    false,
                    NOW);
            String outcome = switch (applied) {
                case Applied.Conflicts conflicts -> conflicts.message();
                case Applied.Done(var object, var _) ->
                    Json.write(object.get("data")) + " "
                            + object.object("metadata")
                                    .object("annotations")
                                    .text("kubectl.kubernetes.io/last-applied-configuration");
            };
            assertThat(outcome).as(each.sentence()).isEqualTo(each.outcome());
        }
    }

    @Test
    void the_first_apply_of_an_untracked_object_names_who_was_before() {
        ObjectTree untracked = yaml("{metadata: {name: c}, data: {a: '1'}}");
        ObjectTree applied = apply(untracked, "{metadata: {name: c}, data: {b: '1'}}", "me");
        assertThat(owned(applied))
                .isEqualTo("me Apply 2026-01-02T03:04:05Z {\"f:data\":{\"f:b\":{}}}\n"
                        + "before-first-apply Update 2026-01-02T03:04:05Z {\"f:data\":{\".\":{},\"f:a\":{}}}");
    }

    @Test
    void items_of_a_keyed_list_merge_by_their_key_and_its_default() {
        ObjectTree made = apply(null, "{metadata: {name: c}, ports: [{port: 53, name: dns}]}", "me");
        ObjectTree both = apply(made, "{metadata: {name: c}, ports: [{port: 53, protocol: UDP, name: udp}]}", "you");
        assertThat(both.list("ports").size()).isEqualTo(2);
        assertThat(owned(both)).contains("\"k:{\\\"port\\\":53,\\\"protocol\\\":\\\"UDP\\\"}\":{\".\":{}");
        ObjectTree one = apply(both, "{metadata: {name: c}}", "me");
        assertThat(one.list("ports"))
                .isEqualTo(yaml("{p: [{port: 53, protocol: UDP, name: udp}]}").list("p"));
    }

    @Test
    void an_item_that_stands_twice_is_refused() {
        assertThatThrownBy(() -> apply(null, "{metadata: {name: c, finalizers: [x.io/a, x.io/a]}}", "me"))
                .hasMessage(".metadata.finalizers: duplicate entries for key [=\"x.io/a\"]");
    }

    @Test
    void a_re_applied_value_gets_an_entry_without_time() {
        ObjectTree made = apply(null, "{metadata: {name: c}, data: {a: '1'}}", "me");
        assertThat(owned(apply(made, "{metadata: {name: c}, data: {a: '1'}}", "you")))
                .startsWith("you Apply  {");
    }

    private static ObjectTree create(String object, String manager) {
        return FieldOwnership.update(
                NOTHING, yaml(object), THING, Manager.updating(manager, "v1", ""), FieldSet.EMPTY, true, NOW);
    }

    private static ObjectTree update(ObjectTree live, String object, String manager) {
        return FieldOwnership.update(
                live, yaml(object), THING, Manager.updating(manager, "v1", ""), FieldSet.EMPTY, false, NOW);
    }

    private static ObjectTree apply(@Nullable ObjectTree live, String wanted, String manager) {
        var applied = FieldOwnership.apply(
                live == null ? NOTHING : live,
                yaml(wanted),
                THING,
                Manager.applying(manager, "v1", ""),
                FieldSet.EMPTY,
                false,
                live == null,
                NOW);
        return ((Applied.Done) applied).object();
    }

    private static String owned(ObjectTree object) {
        return String.join(
                "\n",
                object.object("metadata").list("managedFields").stream()
                        .map(Tree::object)
                        .map(entry -> entry.text("manager") + " " + entry.text("operation") + " " + entry.text("time")
                                + " " + entry.object("fieldsV1"))
                        .toList());
    }

    private static ObjectTree yaml(String text) {
        return Yaml.read(text).object();
    }

    private static Schema thing() {
        Schema metadata = Schema.object("Metadata", Merge.GRANULAR, false)
                .define(List.of(
                        field("name", STRING),
                        field("labels", Schema.map(STRING, Merge.GRANULAR)),
                        field("finalizers", Schema.list(STRING, Merge.SET, List.of()))));
        Schema port = Schema.object("Port", Merge.GRANULAR, false)
                .define(List.of(
                        field("name", STRING),
                        field("port", Schema.scalar(Type.INTEGER, Format.INT32)),
                        new Field("protocol", STRING, 0, false, Tree.of("TCP"), "", "")));
        return Schema.object("Thing", Merge.GRANULAR, false)
                .define(List.of(
                        field("metadata", metadata),
                        field("data", Schema.map(STRING, Merge.GRANULAR)),
                        field("ports", Schema.list(port, Merge.GRANULAR, List.of("port", "protocol")))));
    }

    private static Field field(String name, Schema schema) {
        return new Field(name, schema, 0, false, null, "", "");
    }
}
