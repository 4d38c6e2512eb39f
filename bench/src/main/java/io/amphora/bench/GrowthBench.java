package io.amphora.bench;

import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/// Finds work that grows faster than its input: each list and map of each built-in kind is filled with N entries and
/// with four times as many, in an object that is otherwise as small as its schema allows, and sent as a dry run to be
/// created and to be applied. What takes more than [#SUSPICIOUS] times as long, and long enough to matter, is
/// printed. Arguments: N (2,000), and a part of a name (`PodSpec.volumes`) to look at that alone.
///
/// Entries come in three sorts, since a check may compare what is equal, what differs, or what begins alike.
public final class GrowthBench {
    private static final int TIMES = 4;
    private static final double SUSPICIOUS = 7;
    private static final Duration MATTERS = Duration.ofMillis(150);
    private static final int LARGEST = 1_400 << 10;
    private static final int DEEPEST = 14;
    private static final String TOKEN = "bench";
    private static final Clock CLOCK = Clock.system();

    private enum Sort {
        DIFFERENT,
        EQUAL,
        ALIKE
    }

    /// A list or map of a kind.
    private record Place(ResourceDefinition<?> kind, List<String> path, Schema schema, String owner) {
        String name() {
            return owner + "." + path.getLast();
        }

        @Override
        public String toString() {
            return kind.kind() + " ." + String.join(".", path);
        }
    }

    private final InMemoryHttp server;
    private final int entries;

    private GrowthBench(InMemoryHttp server, int entries) {
        this.server = server;
        this.entries = entries;
    }

    public static void main(String[] arguments) {
        int entries = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
        String only = arguments.length > 1 ? arguments[1] : "";
        User admin = User.of("bench", User.MASTERS, User.AUTHENTICATED);
        var config = ApiServerConfig.standard()
                .withPlugins(Plugins.standard(Randomness.system()))
                .withTokens(List.of((token, audiences) -> token.equals(TOKEN) ? Optional.of(admin) : Optional.empty()));
        try (var store = new MemoryStore();
                var server = ApiServer.start(store, config)) {
            var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer " + TOKEN), CLOCK);
            var account = ObjectTree.of("metadata", ObjectTree.of("name", "default"));
            http.call(
                    "POST",
                    "/api/v1/namespaces/default/serviceaccounts",
                    Map.of("content-type", "application/json"),
                    Json.bytes(account));
            new GrowthBench(http, entries).run(only);
        }
    }

    private void run(String only) {
        var places = new ArrayList<Place>();
        var seen = new HashSet<String>();
        for (ResourceDefinition<?> kind : Kinds.ALL)
            if (kind.verbs().contains("create")) find(kind, kind.schema(), List.of(), kind.kind(), seen, places);
        int suspects = 0;
        int measured = 0;
        for (Place place : places) {
            if (!place.name().contains(only)) continue;
            for (Sort sort : Sort.values())
                for (boolean apply : new boolean[] {false, true}) {
                    measured++;
                    if (measure(place, sort, apply)) suspects++;
                }
        }
        System.out.printf("%d of %d grow too fast%n", suspects, measured);
    }

    /// Every field of every type once: where two kinds hold a Pod's spec, the first one's is looked at.
    private static void find(
            ResourceDefinition<?> kind,
            Schema schema,
            List<String> path,
            String owner,
            Set<String> seen,
            List<Place> places) {
        if (path.size() > DEEPEST) return;
        switch (schema.type()) {
            case OBJECT ->
                schema.fields().forEach((name, field) -> {
                    if (path.isEmpty() && name.equals("status")) return;
                    String type = schema.name().isEmpty() ? owner : schema.name();
                    // Metadata is each kind's own, for finalizers and owners are checked by kind.
                    String key = path.contains("metadata") ? kind.kind() + type + name : type + "." + name;
                    if (!seen.add(key)) return;
                    var below = new ArrayList<>(path);
                    below.add(name);
                    find(kind, field.schema(), List.copyOf(below), type, seen, places);
                });
            case LIST, MAP -> {
                places.add(new Place(kind, path, schema, owner));
                find(kind, schema.items(), path, owner, seen, places);
            }
            default -> {}
        }
    }

    /// Prints a place that grows too fast; returns whether it does.
    private boolean measure(Place place, Sort sort, boolean apply) {
        byte[] small = Json.bytes(object(place, sort, entries));
        int most = (int) Math.min((long) entries * TIMES, (long) LARGEST * entries / Math.max(1, small.length));
        if (most < entries * 2) return false;
        byte[] large = Json.bytes(object(place, sort, most));
        Duration few = best(place, small, apply);
        Duration many = best(place, large, apply);
        double growth = (double) many.toNanos() / Math.max(1, few.toNanos());
        boolean suspect = growth > SUSPICIOUS * most / entries / TIMES && many.compareTo(MATTERS) > 0;
        if (suspect || many.compareTo(Duration.ofSeconds(1)) > 0)
            System.out.printf(
                    "%-9s %-6s %6d: %5d ms, %6d: %6d ms, %5.1f times  %s%n",
                    sort, apply ? "apply" : "create", entries, few.toMillis(), most, many.toMillis(), growth, place);
        return suspect;
    }

    private Duration best(Place place, byte[] body, boolean apply) {
        var best = Duration.ofDays(1);
        for (int i = 0; i < 2; i++) {
            var began = CLOCK.elapsed();
            if (apply)
                server.call(
                        "PATCH",
                        place.kind.path("default") + "/x?dryRun=All&fieldManager=bench",
                        Map.of("content-type", "application/apply-patch+yaml"),
                        body);
            else
                server.call(
                        "POST",
                        place.kind.path("default") + "?dryRun=All",
                        Map.of("content-type", "application/json"),
                        body);
            var took = CLOCK.elapsed().minus(began);
            if (took.compareTo(best) < 0) best = took;
            if (took.toSeconds() > 2) break;
        }
        return best;
    }

    private static ObjectTree object(Place place, Sort sort, int count) {
        Tree whole = along(place.kind.schema(), place.path, 0, place.schema, sort, count);
        var object =
                whole.object().with("apiVersion", place.kind.gvk().apiVersion()).with("kind", place.kind.kind());
        return object.with("metadata", object.object("metadata").with("name", "x"));
    }

    /// The smallest value of a shape that has `count` entries at the path.
    private static Tree along(Schema schema, List<String> path, int at, Schema target, Sort sort, int count) {
        if (schema == target && at == path.size()) return filled(schema, sort, count);
        return switch (schema.type()) {
            case OBJECT -> {
                var object = least(schema, 0).object();
                String name = path.get(at);
                Schema.Field field = Objects.requireNonNull(schema.findField(name));
                yield object.with(name, along(field.schema(), path, at + 1, target, sort, count));
            }
            case LIST -> ListTree.of(along(schema.items(), path, at, target, sort, count));
            case MAP -> ObjectTree.EMPTY.with("k", along(schema.items(), path, at, target, sort, count));
            default -> throw new IllegalStateException("no list at " + path);
        };
    }

    private static Tree filled(Schema schema, Sort sort, int count) {
        IntFunction<String> text = switch (sort) {
            case DIFFERENT -> i -> "v" + i;
            case EQUAL -> i -> "v";
            case ALIKE -> i -> "v/".repeat(1 + i % 20) + "w" + i;
        };
        if (schema.type() == Schema.Type.MAP) {
            var map = new LinkedHashMap<String, Tree>();
            for (int i = 0; i < count; i++) map.put("k" + i, entry(schema.items(), text.apply(i), i));
            return ObjectTree.from(map);
        }
        var list = new ArrayList<Tree>(count);
        for (int i = 0; i < count; i++) list.add(entry(schema.items(), text.apply(i), sort == Sort.EQUAL ? 0 : i));
        return ListTree.from(list);
    }

    private static Tree entry(Schema schema, String text, int number) {
        if (schema.type() != Schema.Type.OBJECT) return scalar(schema, text, number);
        var object = least(schema, 0).object();
        for (var field : schema.fields().values()) {
            var type = field.schema().type();
            boolean nested = type == Schema.Type.OBJECT || type == Schema.Type.LIST || type == Schema.Type.MAP;
            if (!nested) object = object.with(field.name(), scalar(field.schema(), text, number));
        }
        return object;
    }

    private static Tree least(Schema schema, int depth) {
        if (schema.type() != Schema.Type.OBJECT) return scalar(schema, "v", 1);
        var object = ObjectTree.EMPTY;
        if (depth > DEEPEST) return object;
        for (var field : schema.fields().values())
            if (field.required()) object = object.with(field.name(), least(field.schema(), depth + 1));
        return object;
    }

    private static Tree scalar(Schema schema, String text, int number) {
        return switch (schema.type()) {
            case INTEGER, NUMBER -> Tree.of(number % 60_000L + 1);
            case BOOLEAN -> Tree.of(true);
            case OBJECT, ANY -> ObjectTree.EMPTY;
            case MAP -> ObjectTree.EMPTY.with("k", scalar(schema.items(), text, number));
            case LIST -> ListTree.of(least(schema.items(), 1));
            case STRING, INT_OR_STRING ->
                switch (schema.format()) {
                    case TIME, MICRO_TIME -> Tree.of("2026-01-01T00:00:00Z");
                    case BYTES -> Tree.of("YWJj");
                    case QUANTITY -> Tree.of(String.valueOf(number));
                    default -> Tree.of(text);
                };
        };
    }
}
