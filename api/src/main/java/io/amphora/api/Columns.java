package io.amphora.api;

import io.amphora.machinery.tree.ListTree;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;

/// How `kubectl get` shows a kind: the columns of the server's Table (meta.k8s.io/v1).
public record Columns<T extends ApiObject>(List<Column> columns, BiFunction<T, Instant, ListTree> cells) {

    /// @param type `string`, `integer`, `date`, `boolean`
    /// @param format `name` for the name's column, else ""
    /// @param priority 0 is always shown, more only with `-o wide`
    public record Column(String name, String type, String format, String description, int priority) {}

    /// Name and age: what a kind has that asks for nothing else.
    public static <T extends ApiObject> Columns<T> nameAndAge() {
        return new Columns<>(
                List.of(
                        new Column("Name", "string", "name", "Name must be unique within a namespace.", 0),
                        new Column("Created At", "date", "", "When the object was created.", 0)),
                (object, now) -> ListTree.from(List.of(object.name(), object.tree().object("metadata").get("creationTimestamp"))));
    }
}
