package io.amphora.apiserver.testing;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One recorded conversation with a real Kubernetes, and how it goes with another server.
///
/// @param id such as `semantics/patch/merge-patch-replaces-lists-whole`
/// @param needs what ran when it was recorded: `api`, `controllers`, `nodes`
/// @param bodies what each step sends, spelled as it was recorded, because the order of names counts; "" for
///     none
public record GoldenCase(String id, String title, String needs, List<ObjectTree> steps, List<String> bodies) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern CONDITION = Pattern.compile("(\\S+)(?:\\s*(==|!=|>=)\\s*(.+))?");

    /// A field of Deployments and ReplicaSets that is on by default since 1.35; the
    /// recordings are older.
    private static final String NEWER = "terminatingReplicas";

    /// As the recordings' own replay: often enough to be quick, too seldom to see what
    /// controllers write halfway.
    private static final Duration POLLING = Duration.ofMillis(100);

    public static GoldenCase read(String id, byte[] json) {
        ObjectTree tree = Json.read(json).object();
        String needs = tree.text("needs");
        return new GoldenCase(
                id,
                tree.text("title"),
                needs.isEmpty() ? "api" : needs,
                tree.list("steps").stream().map(Tree::object).toList(),
                bodies(new String(json, StandardCharsets.UTF_8)));
    }

    private static List<String> bodies(String json) {
        String steps = Slices.ofObject(json).getOrDefault("steps", "[]");
        return Slices.ofList(steps).stream()
                .map(step -> Slices.ofObject(step).getOrDefault("body", ""))
                .toList();
    }

    /// How long a server that does as recorded may take: pauses, and what steps wait for by a
    /// time of their own.
    public Duration length() {
        return steps.stream()
                .map(step -> seconds(step.get("sleep")).plus(seconds(step.get("within"))))
                .reduce(Duration.ZERO, Duration::plus);
    }

    static Duration seconds(@Nullable Tree number) {
        return switch (number) {
            case Tree.Decimal(var value) -> Duration.ofMillis((long) (value * 1000));
            case Tree.Whole(var value) -> Duration.ofSeconds(value);
            case null, default -> Duration.ZERO;
        };
    }

    /// What was different, a line each, the step first; none when every answer is as recorded.
    ///
    /// @param patience how long to wait for what a step waits for, unless it says so itself (30 seconds, once)
    /// @param namespace a fresh one, which is there and has its default ServiceAccount; the caller removes it
    public List<String> replay(RawServer server, String namespace, Clock clock, Duration patience) {
        var replay = new Replay(server, namespace, clock, patience);
        try {
            int number = 0;
            for (int i = 0; i < steps.size(); i++) {
                ObjectTree step = steps.get(i);
                if (step.has("sleep")) {
                    clock.sleep(seconds(step.get("sleep")));
                    continue;
                }
                number++;
                var lines = new ArrayList<String>();
                differences(step.get("expect"), replay.ask(step, bodies.get(i)), "", lines);
                if (!lines.isEmpty()) {
                    lines.addFirst("step " + number + ": " + step.text("do"));
                    return lines;
                }
            }
            return List.of();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of("interrupted");
        } catch (RuntimeException failure) { // a server that breaks off or answers nonsense is a difference too
            return List.of(failure.toString());
        } finally {
            replay.cleanUp();
        }
    }

    private static final class Replay {
        private final RawServer server;
        private final Clock clock;
        private final Duration patience;
        private final GoldenNames names;
        private final Map<String, String> variables = new HashMap<>();
        private final List<String> made = new ArrayList<>();

        Replay(RawServer server, String namespace, Clock clock, Duration patience) {
            this.patience = patience;
            this.server = server;
            this.clock = clock;
            this.names = new GoldenNames(namespace);
            variables.put("ns", namespace);
        }

        ObjectTree ask(ObjectTree step, String spelled) throws InterruptedException {
            String[] order = fill(step.text("do")).split(" ", 2);
            String path = order[1];
            Tree body = fill(step.get("body"));
            names.ask(body);
            var answer = answer(step, order[0], path, bytes(body, fill(spelled)));
            Tree seen = step.has("watch") && answer.code() == 200 ? events(answer) : parsed(answer);
            for (var save : step.object("save"))
                variables.put(
                        save.getKey(),
                        plain(at(seen, String.valueOf(save.getValue().text()))));
            remember(order[0], path, answer, seen);
            return expectable(step, answer, seen);
        }

        private RawServer.Answer answer(ObjectTree step, String method, String path, byte[] body)
                throws InterruptedException {
            Map<String, String> headers = headers(step, step.has("body"));
            if (step.find("watch") instanceof ObjectTree watch) {
                long seconds = watch.has("seconds") ? watch.whole("seconds") : 10;
                return server.watch(path, headers, (int) watch.whole("events"), Duration.ofSeconds(seconds));
            }
            Instant end = clock.now().plus(step.has("within") ? Duration.ofSeconds(step.whole("within")) : patience);
            while (true) {
                RawServer.Answer answer = server.call(method, path, headers, body);
                String until = step.text("until");
                if (until.isEmpty() || holds(until, parsed(answer))) return answer;
                if (clock.now().isAfter(end))
                    throw new IllegalStateException(step.text("do") + ": never came to " + until);
                clock.sleep(POLLING);
            }
        }

        private Map<String, String> headers(ObjectTree step, boolean hasBody) {
            var headers = new HashMap<String, String>();
            for (var header : step.object("headers")) headers.put(header.getKey(), plain(fill(header.getValue())));
            headers.putIfAbsent("Accept", step.has("accept") ? step.text("accept") : "application/json");
            if (hasBody) headers.putIfAbsent("Content-Type", step.has("type") ? step.text("type") : "application/json");
            return headers;
        }

        private static byte[] bytes(Tree body, String spelled) {
            return switch (body) {
                case Tree.Null ignored -> new byte[0];
                case Tree.Text(var text) -> text.getBytes(StandardCharsets.UTF_8);
                default -> spelled.getBytes(StandardCharsets.UTF_8);
            };
        }

        private void remember(String method, String path, RawServer.Answer answer, Tree seen) {
            if (!method.equals("POST") || answer.code() != 201 || path.contains("dryRun")) return;
            String name = seen.object().object("metadata").text("name");
            if (path.contains("/namespaces/" + variables.get("ns") + "/") || name.isEmpty()) return;
            made.add(path.split("\\?")[0].replaceAll("/+$", "") + "/" + name);
        }

        void cleanUp() {
            for (String path : made.reversed()) server.call("DELETE", path, Map.of(), new byte[0]);
        }

        private ObjectTree expectable(ObjectTree step, RawServer.Answer answer, Tree seen) {
            var got = ObjectTree.builder()
                    .put("code", answer.code())
                    .put("type", answer.header("content-type").split(",")[0]);
            List<String> warnings = answer.headers().getOrDefault("warning", List.of());
            if (!warnings.isEmpty())
                got.put(
                        "warnings",
                        ListTree.from(warnings.stream()
                                .map(text -> names.normal(Tree.of(text), Set.of()))
                                .toList()));
            if (!answer.header("retry-after").isEmpty()) got.put("retryAfter", true);
            Tree body = names.normal(seen, texts(step.list("keep")));
            for (String drop : texts(step.list("ignore"))) body = without(body, drop);
            if (!Json.write(step.get("expect")).contains(NEWER))
                body = without(without(body, "status." + NEWER), "items.*.status." + NEWER);
            if (step.bool("sort"))
                body = body.object().with("items", sorted(body.object().list("items")));
            if (step.has("only")) {
                var only = ObjectTree.builder();
                for (String where : texts(step.list("only"))) only.put(where, at(body, where));
                body = only.build();
            }
            return got.put("body", body).build();
        }

        private static ListTree sorted(ListTree items) {
            return new ListTree(items.stream()
                    .sorted(Comparator.comparing(GoldenCase::pythonJson))
                    .toList());
        }

        private static Set<String> texts(ListTree list) {
            var texts = new LinkedHashSet<String>();
            for (Tree each : list) texts.add(String.valueOf(each.text()));
            return texts;
        }

        private Tree fill(Tree value) {
            return switch (value) {
                case Tree.Text(var text) -> Tree.of(fill(text));
                case ListTree list -> list.map(this::fill);
                case ObjectTree object -> {
                    var filled = ObjectTree.builder();
                    object.forEach(each -> filled.put(fill(each.getKey()), fill(each.getValue())));
                    yield filled.build();
                }
                default -> value;
            };
        }

        private String fill(String text) {
            return VARIABLE.matcher(text)
                    .replaceAll(
                            found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group())));
        }
    }

    /// As Python writes JSON, which puts a blank after commas and
    /// colons.
    static String pythonJson(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> {
                var parts = new ArrayList<String>();
                object.forEach(
                        each -> parts.add(Json.write(Tree.of(each.getKey())) + ": " + pythonJson(each.getValue())));
                yield "{" + String.join(", ", parts) + "}";
            }
            case ListTree list ->
                "["
                        + String.join(
                                ", ", list.stream().map(GoldenCase::pythonJson).toList()) + "]";
            default -> Json.write(tree);
        };
    }

    static Tree events(RawServer.Answer answer) {
        return new ListTree(new String(answer.body(), StandardCharsets.UTF_8)
                .lines()
                .map(Json::read)
                .toList());
    }

    static Tree parsed(RawServer.Answer answer) {
        try {
            return Json.read(answer.body());
        } catch (JsonSyntaxException noJson) {
            return Tree.of(new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    static String plain(Tree value) {
        return value instanceof Tree.Text(var text) ? text : value.isNull() ? "None" : value.toString();
    }

    /// The value at a dotted path; a number picks from a list; null where there is none.
    static Tree at(Tree value, String path) {
        Tree here = value;
        for (String part : path.split("\\.")) {
            if (here instanceof ListTree list) {
                boolean number = part.matches("-?\\d+");
                int index = number ? Integer.parseInt(part) : -1;
                if (number && index < 0) index += list.size();
                here = number && index >= 0 && index < list.size() ? list.get(index) : Tree.NULL;
            } else here = here.object().get(part);
        }
        return here;
    }

    /// The value without what stands at a dotted path; `*` means every item.
    private static Tree without(Tree value, String path) {
        int dot = path.indexOf('.');
        String head = dot < 0 ? path : path.substring(0, dot);
        String rest = dot < 0 ? "" : path.substring(dot + 1);
        if (head.equals("*"))
            return switch (value) {
                case ListTree list -> list.map(each -> without(each, rest));
                case ObjectTree object -> object.map((name, each) -> without(each, rest));
                default -> value;
            };
        if (value instanceof ObjectTree object && object.has(head))
            return rest.isEmpty() ? object.without(head) : object.with(head, without(object.get(head), rest));
        if (value instanceof ListTree list && head.matches("\\d+") && !rest.isEmpty()) {
            int[] at = {0};
            int index = Integer.parseInt(head);
            return list.map(each -> at[0]++ == index ? without(each, rest) : each);
        }
        return value;
    }

    /// `a.b == literal`, `a.b != literal`, `a.b >= literal`, or `a.b` (is there); joined by `
    /// and `.
    static boolean holds(String condition, Tree body) {
        if (!(body instanceof ObjectTree)) return false;
        for (String part : condition.split(" and ")) {
            Matcher match = CONDITION.matcher(part.strip());
            if (!match.matches()) throw new IllegalArgumentException(condition);
            Tree value = at(body, match.group(1));
            if (!holds(value, match.group(2), match.group(3))) return false;
        }
        return true;
    }

    private static boolean holds(Tree value, @Nullable String operator, @Nullable String literal) {
        if (operator == null || literal == null)
            return !value.isNull() && !value.equals(ListTree.EMPTY) && !value.equals(ObjectTree.EMPTY);
        Tree wanted = Json.read(literal);
        return switch (operator) {
            case "==" -> value.equals(wanted);
            case "!=" -> !value.equals(wanted);
            default -> (value instanceof Tree.Whole(var number) ? number : 0) >= ((Tree.Whole) wanted).value();
        };
    }

    static void differences(Tree wanted, Tree got, String where, List<String> lines) {
        if (wanted instanceof ObjectTree expected && got instanceof ObjectTree actual) {
            var keys = new TreeSet<>(new HashSet<>(expected.names()));
            keys.addAll(actual.names());
            for (String key : keys) {
                String place = where.isEmpty() ? key : where + "." + key;
                if (!actual.has(key)) lines.add(place + ": missing, expected " + brief(expected.get(key)));
                else if (!expected.has(key)) lines.add(place + ": " + brief(actual.get(key)) + " is not expected");
                else differences(expected.get(key), actual.get(key), place, lines);
            }
        } else if (wanted instanceof ListTree expected
                && got instanceof ListTree actual
                && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++)
                differences(expected.get(i), actual.get(i), where + "[" + i + "]", lines);
        } else if (!wanted.equals(got) && !alike(wanted, got))
            lines.add(where + ": expected " + brief(wanted) + ", got " + brief(got));
    }

    /// What stood for the inside of a Go program may be anything.
    private static boolean alike(Tree wanted, Tree got) {
        if (!(wanted instanceof Tree.Text(var expected)) || !(got instanceof Tree.Text(var actual))) return false;
        String[] parts = expected.split("\\{\\.\\.\\.}|\\$\\{source}", -1);
        if (parts.length < 2) return false;
        var pattern = new StringBuilder();
        for (int i = 0; i < parts.length; i++)
            pattern.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                .matcher(actual)
                .matches();
    }

    private static String brief(Tree value) {
        String text = Json.write(value);
        return text.length() < 600 ? text : text.substring(0, 597) + "...";
    }
}
