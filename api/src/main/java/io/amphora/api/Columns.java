package io.amphora.api;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How `kubectl get` shows a kind: the columns of the server's Table (meta.k8s.io/v1).
///
/// @param cells a row's cells, one per column
/// @param conditions what is particular about a row, so that clients can leave it out (`Completed` of a
///     finished Pod)
public record Columns<T extends ApiObject>(
        List<Column> columns, BiFunction<T, Instant, ListTree> cells, Function<T, ListTree> conditions) {
    private static final String UNKNOWN_AGE = "<unknown>";

    public Columns(List<Column> columns, BiFunction<T, Instant, ListTree> cells) {
        this(columns, cells, object -> ListTree.EMPTY);
    }

    /// @param type `string`, `integer`, `date`, `boolean`
    /// @param format `name` for the name's column, else ""
    /// @param priority 0 is always shown, more only with `-o wide`
    public record Column(String name, String type, String format, String description, int priority) {}

    /// Name and time of creation: what a kind has that no columns were made for.
    public static <T extends ApiObject> Columns<T> nameAndCreation() {
        return Columns.<T>builder()
                .name()
                .add("Created At", "date", "When the object was created.", object -> creation(object))
                .build();
    }

    /// Name and age: what a custom resource without columns of its own has.
    public static <T extends ApiObject> Columns<T> nameAndAge() {
        return Columns.<T>builder()
                .name()
                .add("Age", "date", "When the object was created.", object -> creation(object))
                .build();
    }

    public static <T extends ApiObject> Builder<T> builder() {
        return new Builder<>();
    }

    /// The same columns for objects that `form` turns into those these are for.
    public <S extends ApiObject> Columns<S> via(Function<S, T> form) {
        return new Columns<>(
                columns,
                (object, now) -> cells.apply(form.apply(object), now),
                object -> conditions.apply(form.apply(object)));
    }

    private static Tree creation(ApiObject object) {
        return object.tree().object("metadata").get("creationTimestamp");
    }

    /// Columns in the order in which they are added, each with what makes its cell: text, number, boolean,
    /// tree, or
    /// null.
    public static final class Builder<T extends ApiObject> {
        private final List<Column> columns = new ArrayList<>();
        private final List<BiFunction<T, Instant, @Nullable Object>> cells = new ArrayList<>();
        private Function<T, ListTree> conditions = object -> ListTree.EMPTY;

        public Builder<T> name() {
            return name(ApiObject::name);
        }

        /// The name with something after it (`standard (default)`).
        public Builder<T> name(Function<T, String> cell) {
            return add(
                    new Column(
                            "Name",
                            "string",
                            "name",
                            "The name, unique among objects of the kind in one namespace.",
                            0),
                    (object, now) -> cell.apply(object));
        }

        public Builder<T> add(String name, String type, String description, Function<T, @Nullable Object> cell) {
            return add(new Column(name, type, "", description, 0), (object, now) -> cell.apply(object));
        }

        /// A column of texts.
        public Builder<T> text(String name, String description, Function<T, @Nullable Object> cell) {
            return add(name, "string", description, cell);
        }

        /// A column of whole numbers.
        public Builder<T> number(String name, String description, Function<T, @Nullable Object> cell) {
            return add(name, "integer", description, cell);
        }

        /// A column of texts that only `-o wide` shows.
        public Builder<T> wide(String name, String description, Function<T, @Nullable Object> cell) {
            return add(new Column(name, "string", "", description, 1), (object, now) -> cell.apply(object));
        }

        /// How long ago the object was created.
        public Builder<T> age() {
            return add(
                    new Column("Age", "string", "", "How long ago the object was created.", 0),
                    (object, now) ->
                            since(object.metadata().findCreationTimestamp().orElse(null), now));
        }

        public Builder<T> add(Column column, BiFunction<T, Instant, @Nullable Object> cell) {
            columns.add(column);
            cells.add(cell);
            return this;
        }

        public Builder<T> conditions(Function<T, ListTree> conditions) {
            this.conditions = conditions;
            return this;
        }

        public Columns<T> build() {
            var makers = List.copyOf(cells);
            BiFunction<T, Instant, ListTree> row = (object, now) -> {
                var cells = new ArrayList<Tree>(makers.size());
                for (var maker : makers) cells.add(Tree.from(maker.apply(object, now)));
                return new ListTree(cells);
            };
            return new Columns<>(List.copyOf(columns), row, conditions);
        }
    }

    /// The time from then to now in short form, `<unknown>` without a time.
    public static String since(@Nullable Instant then, Instant now) {
        return then == null ? UNKNOWN_AGE : HumanDuration.of(java.time.Duration.between(then, now));
    }
}
