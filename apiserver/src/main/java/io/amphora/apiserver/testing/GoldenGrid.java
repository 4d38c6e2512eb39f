package io.amphora.apiserver.testing;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One file of the grid: requests that were made from the schema of a kind, each with the answer of a real Kubernetes,
/// told as a difference from the answer to a base object.
///
/// @param id such as `core/ConfigMap.patch`
/// @param bases the names of the base objects, in their order: the first is meant where a row names none
/// @param lying the names of the objects that really lie on the server, in their order
public record GoldenGrid(String id, ObjectTree header, List<String> bases, List<String> lying, List<ObjectTree> rows) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern REPEAT = Pattern.compile("\\$\\{(\\d+)\\*(.)}", Pattern.DOTALL);
    private static final Duration POLLING = Duration.ofMillis(100);
    private static final Duration SETUP = Duration.ofSeconds(15);
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    /// All files below a folder.
    public static List<GoldenGrid> below(Path folder) {
        var grids = new TreeMap<String, GoldenGrid>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
                String id = folder.relativize(file).toString().replace(".jsonl", "");
                grids.put(id, read(id, Files.readAllLines(file)));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.copyOf(grids.values());
    }

    static GoldenGrid read(String id, List<String> lines) {
        List<ObjectTree> rows = lines.stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> Json.read(line).object())
                .toList();
        return new GoldenGrid(
                id,
                Json.read(lines.getFirst()).object(),
                names(lines.getFirst(), "bases"),
                names(lines.getFirst(), "live"),
                rows);
    }

    /// In the order in which they are written, which a tree does not keep.
    private static List<String> names(String header, String of) {
        return List.copyOf(
                Slices.ofObject(Slices.ofObject(header).getOrDefault(of, "{}")).keySet());
    }

    /// What was different, by row; an empty list for one whose answer is as recorded. What a base object shows already
    /// is a row of its own, and not told again in the rows that are told from it.
    ///
    /// @param prepare waits for what a controller puts into a new namespace
    public Map<String, List<String>> replay(RawServer server, String namespace, Clock clock, Consumer<String> prepare) {
        return new Replay(server, namespace, clock).rows(prepare);
    }

    private final class Replay {
        private final RawServer server;
        private final String namespace;
        private final Clock clock;
        private final Map<String, String> variables = new HashMap<>();
        private final Map<String, Tree> live = new LinkedHashMap<>();
        private final List<String> made = new ArrayList<>();

        Replay(RawServer server, String namespace, Clock clock) {
            this.server = server;
            this.namespace = namespace;
            this.clock = clock;
            variables.put("ns", namespace);
        }

        Map<String, List<String>> rows(Consumer<String> prepare) {
            var results = new LinkedHashMap<String, List<String>>();
            ObjectTree metadata = ObjectTree.of("name", namespace, "labels", header.object("labels"));
            server.call(
                    "POST",
                    "/api/v1/namespaces",
                    JSON,
                    Json.bytes(ObjectTree.of("apiVersion", "v1", "kind", "Namespace", "metadata", metadata)));
            prepare.accept(namespace);
            try {
                var trouble = new ArrayList<String>();
                for (Tree step : header.list("setup")) setUp(step.object(), trouble);
                for (String each : lying)
                    live.put(each, get(header.object("live").text(each)));
                var known = new HashSet<String>(trouble);
                results.putAll(bases(trouble, known));
                for (ObjectTree row : rows) {
                    List<String> lines = attempt(row);
                    lines.removeIf(known::contains);
                    results.put(row.text("name"), lines);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                for (String path : made.reversed()) server.call("DELETE", path, Map.of(), new byte[0]);
                server.call("DELETE", "/api/v1/namespaces/" + namespace, Map.of(), new byte[0]);
            }
            return results;
        }

        private Tree get(String path) {
            return GoldenCase.parsed(server.call("GET", filled(path), Map.of(), new byte[0]));
        }

        private void setUp(ObjectTree step, List<String> trouble) throws InterruptedException {
            if (step.has("sleep")) {
                clock.sleep(GoldenCase.seconds(step.get("sleep")));
                return;
            }
            Instant end = clock.now().plus(step.has("within") ? GoldenCase.seconds(step.get("within")) : SETUP);
            Sent sent;
            while (true) {
                sent = send(step);
                boolean asWanted = !step.has("code") || step.whole("code") == sent.code();
                if (asWanted && (!step.has("until") || GoldenCase.holds(step.text("until"), sent.seen()))
                        || clock.now().isAfter(end)) break;
                clock.sleep(POLLING);
            }
            boolean bad = step.has("code") ? step.whole("code") != sent.code() : sent.code() >= 300;
            if (bad) trouble.add("setup: " + step.text("do") + ": " + sent.code() + " " + Json.write(sent.seen()));
            for (var save : step.object("save")) {
                String where = String.valueOf(save.getValue().text());
                variables.put(save.getKey(), GoldenCase.plain(GoldenCase.at(sent.seen(), where)));
            }
        }

        /// A row for each base object, sent as it is, and for each that really lies on the server.
        private Map<String, List<String>> bases(List<String> trouble, Set<String> known) {
            var results = new LinkedHashMap<String, List<String>>();
            var asked = new LinkedHashMap<String, ObjectTree>();
            String grid = header.text("grid");
            if (header.text("do").startsWith("POST "))
                for (String name : bases) asked.put(name, ObjectTree.of("base", name, "name", grid + "/base/" + name));
            for (String name : lying)
                asked.put(
                        "live " + name,
                        ObjectTree.of(
                                "do",
                                "GET " + header.object("live").text(name),
                                "from",
                                "live " + name,
                                "name",
                                grid + "/live/" + name));
            asked.forEach((name, row) -> {
                Tree wanted = header.object("results").find(name);
                if (wanted == null) return;
                ObjectTree got = ask(row);
                var lines = new ArrayList<>(trouble);
                trouble.clear();
                if (got.has("object")) GoldenCase.differences(wanted, got.get("object"), "object", lines);
                else lines.add("code: " + got.get("code") + " " + got.text("message"));
                known.addAll(lines);
                if (header.list("uncounted").stream().noneMatch(Tree.of(name)::equals))
                    results.put(row.text("name"), lines);
            });
            return results;
        }

        private List<String> attempt(ObjectTree row) {
            var lines = new ArrayList<String>();
            try {
                GoldenCase.differences(ordered(expected(row)), ordered(ask(row)), "", lines);
            } catch (RuntimeException failure) { // a server that answers nonsense is a difference too
                lines.add(failure.toString());
            }
            return lines;
        }

        private record Sent(int code, RawServer.Answer answer, Tree seen, Tree body) {}

        private Sent send(ObjectTree row) {
            String[] order =
                    filled(row.has("do") ? row.text("do") : header.text("do")).split(" ", 2);
            Tree body = order[0].matches("GET|DELETE") && !row.has("body") ? Tree.NULL : body(row);
            var headers = new HashMap<String, String>();
            for (var each : row.object("headers"))
                headers.put(each.getKey(), filled(String.valueOf(each.getValue().text())));
            headers.putIfAbsent("Accept", row.has("accept") ? row.text("accept") : "application/json");
            if (!body.isNull())
                headers.putIfAbsent("Content-Type", row.has("type") ? row.text("type") : "application/json");
            if (row.find("watch") instanceof ObjectTree watch) {
                Duration longest =
                        watch.has("seconds") ? GoldenCase.seconds(watch.get("seconds")) : Duration.ofSeconds(2);
                var answer = server.watch(order[1], headers, (int) watch.whole("events"), longest);
                Tree seen = answer.code() == 200 ? GoldenCase.events(answer) : GoldenCase.parsed(answer);
                return new Sent(answer.code(), answer, seen, body);
            }
            byte[] bytes = switch (body) {
                case Tree.Null none -> new byte[0];
                case Tree.Text(var text) -> text.getBytes(StandardCharsets.UTF_8);
                default -> GoldenCase.pythonJson(body).getBytes(StandardCharsets.UTF_8);
            };
            var answer = server.call(order[0], order[1], headers, bytes);
            Tree seen = GoldenCase.parsed(answer);
            remember(order[0], order[1], answer.code(), seen);
            return new Sent(answer.code(), answer, seen, body);
        }

        private void remember(String method, String path, int code, Tree seen) {
            if (!method.matches("POST|PATCH|PUT") || code != 201 || path.contains("dryRun")) return;
            String name = seen.object().object("metadata").text("name");
            if (path.contains("/namespaces/" + namespace + "/") || name.isEmpty()) return;
            String place = path.split("\\?", 2)[0].replaceAll("/+$", "");
            made.add(method.equals("POST") ? place + "/" + name : place);
        }

        private Tree body(ObjectTree row) {
            if (row.has("body")) return filled(row.get("body"));
            if (row.has("live"))
                return edited(
                        live.getOrDefault(row.text("live"), Tree.NULL),
                        filled(row).object());
            if (row.has("base") || row.has("set") || row.has("drop")) {
                String base = row.has("base") ? row.text("base") : bases.getFirst();
                return filled(edited(header.object("bases").get(base), row));
            }
            return Tree.NULL;
        }

        /// The answer to a row, normalised and reduced to what is compared.
        private ObjectTree ask(ObjectTree row) {
            Sent sent = send(row);
            var names = new GridNames(namespace);
            live.values().forEach(each -> names.normal(each, Set.of()));
            if (row.has("live")) names.ask(row.get("set"));
            else {
                names.ask(sent.body());
                names.made(sent.body());
            }
            row.list("said").forEach(names::ask);
            var got = ObjectTree.builder().put("code", sent.code());
            List<String> warnings = sent.answer().headers().getOrDefault("warning", List.of());
            if (!warnings.isEmpty())
                got.put(
                        "warnings",
                        new ListTree(warnings.stream()
                                .map(text -> names.normal(Tree.of(text), Set.of()))
                                .toList()));
            if (sent.code() < 400) {
                Tree look = looked(row.text("see"), sent.seen(), names, row.list("keep"));
                if (look != null) got.put("object", look);
            } else if (sent.seen() instanceof ObjectTree status) {
                for (String key : List.of("reason", "message"))
                    if (!status.text(key).isEmpty()) got.put(key, names.normal(status.get(key), Set.of()));
                ListTree causes = status.object("details").list("causes");
                if (!causes.isEmpty())
                    got.put(
                            "causes",
                            causes.map(cause -> names.normal(
                                    ListTree.of(
                                            Tree.of(cause.object().text("field")),
                                            Tree.of(cause.object().text("reason")),
                                            Tree.of(cause.object().text("message"))),
                                    Set.of())));
            } else got.put("message", names.normal(sent.seen(), Set.of()));
            return got.build();
        }

        private ObjectTree expected(ObjectTree row) {
            ObjectTree expect = row.object("expect");
            @Nullable Tree recorded = header.object("results").find(from(row));
            if (expect.has("set") || expect.has("drop")) {
                Tree object = edited(recorded == null ? Tree.NULL : recorded, expect);
                return expect.without("set").without("drop").with("object", object);
            }
            boolean told = expect.whole("code") >= 400
                    || expect.has("object")
                    || row.text("see").equals("code");
            return told || recorded == null ? expect : expect.with("object", recorded);
        }

        /// The recorded object that a row's answer is told from.
        private String from(ObjectTree row) {
            if (row.has("from")) return row.text("from");
            if (row.has("live")) return "live " + row.text("live");
            if (row.has("base")) return row.text("base");
            boolean edits = row.has("set") || row.has("drop");
            return edits && !row.has("body") && !bases.isEmpty() ? bases.getFirst() : "";
        }

        private String filled(String text) {
            if (!text.contains("${")) return text;
            String known = VARIABLE.matcher(text)
                    .replaceAll(
                            found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group())));
            return REPEAT.matcher(known)
                    .replaceAll(
                            found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
        }

        private Tree filled(Tree value) {
            return switch (value) {
                case Tree.Text(var text) -> Tree.of(filled(text));
                case ListTree list -> list.map(this::filled);
                case ObjectTree object -> {
                    var filled = ObjectTree.builder();
                    object.forEach(each -> filled.put(filled(each.getKey()), filled(each.getValue())));
                    yield filled.build();
                }
                default -> value;
            };
        }
    }

    /// What of a successful answer is compared.
    private static @Nullable Tree looked(String how, Tree seen, GridNames names, ListTree keep) {
        if (how.equals("code")) return null;
        if (seen instanceof ListTree events)
            return events.map(event -> {
                ObjectTree object = event.object().object("object");
                Tree name = object.object("metadata").find("name");
                return ListTree.of(
                        event.object().get("type"),
                        names.normal(name == null ? object.get("message") : name, Set.of()));
            });
        if (!(seen instanceof ObjectTree answer)) return names.normal(seen, Set.of());
        if (how.equals("names")) return listed(answer, names);
        var kept = new LinkedHashSet<String>();
        keep.forEach(each -> kept.add(String.valueOf(each.text())));
        ObjectTree body = names.normal(answer, kept).object();
        return switch (how) {
            case "table" -> body.text("kind").equals("Table") ? table(body) : reduced(body);
            case "whole" -> unhashed(body);
            default -> reduced(body);
        };
    }

    private static ObjectTree listed(ObjectTree answer, GridNames names) {
        ObjectTree meta = answer.object("metadata");
        var got = ObjectTree.builder()
                .put("kind", answer.get("kind"))
                .put(
                        "names",
                        answer.list("items")
                                .map(item -> names.normal(
                                        item.object().object("metadata").get("name"), Set.of())));
        if (!meta.text("continue").isEmpty()) got.put("continue", "${continue}");
        if (meta.has("remainingItemCount")) got.put("remainingItemCount", meta.get("remainingItemCount"));
        return got.build();
    }

    private static ObjectTree table(ObjectTree body) {
        return ObjectTree.of(
                "kind",
                body.get("kind"),
                "columns",
                body.list("columnDefinitions")
                        .map(column -> ListTree.of(
                                column.object().get("name"),
                                column.object().get("type"),
                                column.object().get("format"),
                                column.object().get("priority"))),
                "rows",
                body.list("rows").map(row -> row.object().get("cells")),
                "objects",
                body.list("rows").map(row -> row.object().object("object").get("kind")));
    }

    /// An object without what is different each time or says only what was asked for.
    private static Tree reduced(ObjectTree body) {
        ObjectTree told =
                withoutCertificate(body.without("kind").without("apiVersion")).object();
        if (!(told.find("metadata") instanceof ObjectTree metadata)) return told;
        for (String made : List.of("uid", "creationTimestamp", "resourceVersion", "selfLink"))
            metadata = metadata.without(made);
        return told.with("metadata", metadata);
    }

    /// How the client proved who it is is no matter of the server.
    private static Tree withoutCertificate(Tree value) {
        return switch (value) {
            case ListTree list -> list.map(GoldenGrid::withoutCertificate);
            case ObjectTree object -> {
                boolean proof =
                        object.object("extra").names().equals(List.of("authentication.kubernetes.io/credential-id"));
                yield (proof ? object.without("extra") : object).map((name, each) -> withoutCertificate(each));
            }
            default -> value;
        };
    }

    private static Tree unhashed(Tree value) {
        return switch (value) {
            case ListTree list -> list.map(GoldenGrid::unhashed);
            case ObjectTree object -> object.without("storageVersionHash").map((name, each) -> unhashed(each));
            default -> value;
        };
    }

    /// Objects that a message shows (`Invalid value: {…}`) with their names in order.
    private static Tree ordered(Tree value) {
        return switch (value) {
            case ListTree list -> list.map(GoldenGrid::ordered);
            case ObjectTree object -> object.map((name, each) -> ordered(each));
            case Tree.Text(var text) -> Tree.of(ordered(text));
            default -> value;
        };
    }

    private static String ordered(String original) {
        String text = original;
        for (int at = text.indexOf("alue: "); at >= 0; at = text.indexOf("alue: ", at + 6)) {
            int start = at + 6;
            if (start >= text.length() || text.charAt(start) != '{' && text.charAt(start) != '[') continue;
            int end = GoldenNames.endOfValue(text, start);
            if (end > start)
                text = text.substring(0, start)
                        + Json.write(Json.read(text.substring(start, end)))
                        + text.substring(end);
        }
        return text;
    }

    // -- changes ----------------------------------------------------------------------------------------------------

    /// The value with a row's `set` and `drop`: JSON pointers (RFC 6901); what is absent on the way is made, and `-`
    /// appends.
    private static Tree edited(Tree value, ObjectTree change) {
        Tree edited = value;
        for (var set : change.object("set")) edited = put(edited, steps(set.getKey()), set.getValue());
        for (Tree drop : change.list("drop")) edited = dropped(edited, steps(String.valueOf(drop.text())));
        return edited;
    }

    private static List<String> steps(String pointer) {
        return Stream.of(pointer.split("/", -1))
                .skip(1)
                .map(part -> part.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    private static Tree put(Tree value, List<String> way, Tree set) {
        if (way.isEmpty()) return set;
        List<String> rest = way.subList(1, way.size());
        if (value instanceof ListTree list) {
            boolean append = way.getFirst().equals("-") || Integer.parseInt(way.getFirst()) == list.size();
            return append ? list.plus(set) : item(list, way.getFirst(), each -> put(each, rest, set));
        }
        ObjectTree object = value.object();
        return object.with(
                way.getFirst(),
                put(object.has(way.getFirst()) ? object.get(way.getFirst()) : ObjectTree.EMPTY, rest, set));
    }

    private static Tree dropped(Tree value, List<String> way) {
        List<String> rest = way.subList(1, way.size());
        if (value instanceof ListTree list) {
            if (!rest.isEmpty()) return item(list, way.getFirst(), each -> dropped(each, rest));
            var items = new ArrayList<>(list.items());
            items.remove(Integer.parseInt(way.getFirst()));
            return new ListTree(items);
        }
        ObjectTree object = value.object();
        return rest.isEmpty()
                ? object.without(way.getFirst())
                : object.with(way.getFirst(), dropped(object.get(way.getFirst()), rest));
    }

    private static ListTree item(ListTree list, String index, UnaryOperator<Tree> change) {
        var items = new ArrayList<>(list.items());
        items.set(Integer.parseInt(index), change.apply(items.get(Integer.parseInt(index))));
        return new ListTree(items);
    }

    /// Knows besides what is made up in single answers, such as a revision in a message or a name made of a prefix.
    private static final class GridNames extends GoldenNames {
        private static final Pattern RUN = Pattern.compile("(.)\\1{39,}", Pattern.DOTALL);
        private static final Pattern INSIDE = Pattern.compile("Go (struct field|value of type) .*?(?=$|\\n)"
                + "|(?<=of type )(map\\[|\\[\\]|\\*)?[a-z0-9]+\\.[A-Z]\\w*");
        private static final Pattern WHOLE = Pattern.compile("(?<=alue: )\"\\{\\\\\"(?:[^\"\\\\]|\\\\.)*\"");
        private static final Pattern VERSION = Pattern.compile(
                "(?<=, current: )\\d+|(?<=in object meta: )\\d+|(?<=ResourceVersion in record \\()\\d+");
        private static final Pattern HASH = Pattern.compile("(?<=X509SHA256=)[0-9a-f]{64}");
        private static final Pattern PORT = Pattern.compile("(?<=:)3[0-2]\\d{3}(?=/)");
        private static final int LONGEST_PREFIX = 58;

        private @Nullable Pattern generated;

        GridNames(String namespace) {
            super(namespace);
        }

        /// A name that the server makes from `generateName`, for messages that have it.
        void made(Tree body) {
            ObjectTree metadata = body.object().object("metadata");
            String prefix = metadata.text("generateName");
            if (prefix.isEmpty() || !metadata.text("name").isEmpty()) return;
            String kept = prefix.substring(0, Math.min(prefix.length(), LONGEST_PREFIX));
            generated = Pattern.compile(Pattern.quote(kept) + "[bcdfghjklmnpqrstvwxz2456789]{5}");
        }

        @Override
        String text(String original) {
            String text =
                    generated == null ? original : generated.matcher(original).replaceAll("\\${generated}");
            text = HASH.matcher(WHOLE.matcher(text).replaceAll("\"{...}\"")).replaceAll("\\${hash}");
            text = INSIDE.matcher(super.text(text)).replaceAll("{...}");
            text = VERSION.matcher(text).replaceAll("\\${rv}");
            text = PORT.matcher(text).replaceAll(found -> {
                String name = given(Tree.of(Long.parseLong(found.group())));
                return Matcher.quoteReplacement(name == null ? found.group() : name);
            });
            return RUN.matcher(text)
                    .replaceAll(found ->
                            Matcher.quoteReplacement("${" + found.group().length() + "*" + found.group(1) + "}"));
        }
    }
}
