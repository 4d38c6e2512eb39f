package io.amphora.machinery.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.apply.FieldOwnership.Applied;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.schema.Schema.Field;
import io.amphora.machinery.schema.Schema.Format;
import io.amphora.machinery.schema.Schema.Merge;
import io.amphora.machinery.schema.Schema.Type;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is expected was compared with Kubernetes' own field manager, on thousands of random histories.
class ApplyMergesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Schema TEXT = Schema.scalar(Type.STRING, Format.NONE);
    private static final Schema PROBE = object(field("path", TEXT), field("seconds", TEXT));
    private static final Schema ITEM = object(field("name", TEXT), field("image", TEXT), field("probe", PROBE));
    private static final Schema THING = object(
            field("metadata", object(field("name", TEXT))),
            field("items", Schema.list(ITEM, Merge.GRANULAR, List.of("name"))),
            field("set", Schema.list(TEXT, Merge.SET, List.of())),
            field("data", Schema.map(TEXT, Merge.GRANULAR)));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[a, b, c] | [a, b, c]    | [a, b, c]",
                "[a, b, c] | [c, a]       | [b, c, a]",
                "[a, b, c] | [d]          | [a, b, c, d]",
                "[c, a, d] | [b, a]       | [c, b, a, d]",
                "[a, b, c] | [b, d, a]    | [b, c, d, a]",
                "[]        | [b, a]       | [b, a]",
            })
    void items_keep_the_order_in_which_they_are_applied_among_those_of_others(
            String live, String applied, String merged) {
        ObjectTree before = update(yaml("{}"), "{metadata: {name: c}, set: " + live + "}", "you");
        assertThat(apply(before, "{metadata: {name: c}, set: " + applied + "}").get("set"))
                .isEqualTo(Yaml.read(merged));
    }

    @Test
    void what_was_defaulted_into_an_object_goes_with_it() {
        ObjectTree made = apply(yaml("{}"), "{metadata: {name: c}, items: [{name: a, probe: {path: /}}]}");
        ObjectTree defaulted = made.with("items", Yaml.read("[{name: a, probe: {path: /, seconds: '1'}}]"));
        assertThat(apply(defaulted, "{metadata: {name: c}, items: [{name: a}]}").get("items"))
                .isEqualTo(Yaml.read("[{name: a}]"));
    }

    @Test
    void an_object_stays_while_somebody_else_owns_something_in_it() {
        ObjectTree made = apply(yaml("{}"), "{metadata: {name: c}, items: [{name: a, probe: {path: /}}]}");
        ObjectTree changed =
                update(made, made.with("items", Yaml.read("[{name: a, probe: {path: /, seconds: '1'}}]")), "you");
        assertThat(apply(changed, "{metadata: {name: c}, items: [{name: a}]}").get("items"))
                .isEqualTo(Yaml.read("[{name: a, probe: {seconds: '1'}}]"));
    }

    @Test
    void an_item_goes_although_somebody_else_owns_something_in_it() {
        ObjectTree made = apply(yaml("{}"), "{metadata: {name: c}, items: [{name: a}, {name: b}]}");
        ObjectTree changed = update(made, made.with("items", Yaml.read("[{name: a, image: i}, {name: b}]")), "you");
        ObjectTree applied = apply(changed, "{metadata: {name: c}, items: [{name: b}]}");
        assertThat(applied.get("items")).isEqualTo(Yaml.read("[{name: b}]"));
        assertThat(owners(applied)).containsExactly("me Apply");
    }

    @Test
    void a_map_that_lost_its_last_entry_still_belongs_to_whom_made_it() {
        ObjectTree made = update(yaml("{}"), "{metadata: {name: c}, data: {a: '1'}}", "you");
        ObjectTree both = apply(made, "{metadata: {name: c}, data: {b: '1'}}");
        ObjectTree less = update(both, both.with("data", Yaml.read("{b: '1'}")), "you");
        ObjectTree none = apply(less, "{metadata: {name: c}}");
        assertThat(none.has("data")).isFalse();
        assertThat(none.object("metadata").list("managedFields").get(0).object().get("fieldsV1"))
                .isEqualTo(Yaml.read("{f:data: {}}"));
    }

    private static ObjectTree apply(ObjectTree live, String wanted) {
        var applied = FieldOwnership.apply(
                live,
                yaml(wanted),
                ObjectTree.EMPTY,
                THING,
                Manager.applying("me", "v1", ""),
                FieldSet.EMPTY,
                true,
                live.isEmpty(),
                NOW);
        return ((Applied.Done) applied).object();
    }

    private static ObjectTree update(ObjectTree live, String object, String manager) {
        return update(live, yaml(object), manager);
    }

    private static ObjectTree update(ObjectTree live, ObjectTree object, String manager) {
        return FieldOwnership.update(
                live, object, THING, Manager.updating(manager, "v1", ""), FieldSet.EMPTY, live.isEmpty(), NOW);
    }

    private static List<String> owners(ObjectTree object) {
        return object.object("metadata").list("managedFields").stream()
                .map(Tree::object)
                .map(entry -> entry.text("manager") + " " + entry.text("operation"))
                .toList();
    }

    private static ObjectTree yaml(String text) {
        return Yaml.read(text).object();
    }

    private static Schema object(Field... fields) {
        return Schema.object("", Merge.GRANULAR, false).define(List.of(fields));
    }

    private static Field field(String name, Schema schema) {
        return new Field(name, schema, 0, false, null, "", "");
    }
}
