package io.amphora.apiserver.testing;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Gives what a server makes up (uids, times, addresses, suffixes) the same name in every run: by order of
/// appearance. One conversation, one thread.
class GoldenNames {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");
    private static final Pattern MOUNT = Pattern.compile("kube-api-access-[a-z0-9]{5}");
    private static final Pattern EVENT = Pattern.compile("(?<=[a-z0-9])\\.[0-9a-f]{16}$");
    private static final Pattern AGE = Pattern.compile("^(\\d+y)?(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$|^<invalid>$");
    private static final Pattern SOURCE = Pattern.compile("pkg/[\\w/]+\\.go:\\d+");
    private static final Pattern GO_FIELD = Pattern.compile("\"[A-Z]\\w*\":");
    private static final Set<String> HASHES = Set.of(
            "pod-template-hash", "controller-revision-hash", "batch.kubernetes.io/controller-uid", "controller-uid");
    private static final Set<String> ADDRESSES =
            Set.of("clusterIP", "podIP", "hostIP", "ip", "nodePort", "healthCheckNodePort");
    private static final Set<String> ADDRESS_LISTS = Set.of("clusterIPs", "addresses");
    private static final Set<String> AGED =
            Set.of("Age", "Last Schedule", "Duration", "Last Seen", "First Seen", "Requested Duration");

    private final String namespace;
    private final Map<Tree, String> given = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<Tree> asked = new HashSet<>();

    GoldenNames(String namespace) {
        this.namespace = namespace;
    }

    private String name(String kind, Tree value) {
        return given.computeIfAbsent(value, any -> "${" + kind + ":" + counts.merge(kind, 1, Integer::sum) + "}");
    }

    /// What the request itself said is not made up by the server.
    void ask(Tree body) {
        switch (body) {
            case ObjectTree object -> object.forEach(each -> ask(each.getValue()));
            case ListTree list -> list.forEach(this::ask);
            case Tree.Null ignored -> {}
            default -> asked.add(body);
        }
    }

    /// @return the name that a value has got, or null
    @Nullable
    String given(Tree value) {
        return given.get(value);
    }

    Tree normal(Tree value, Set<String> keep) {
        collect(value);
        return walk(value, keep);
    }

    private void collect(Tree value) {
        if (value instanceof ListTree list) list.forEach(this::collect);
        if (!(value instanceof ObjectTree object)) return;
        String prefix = object.text("generateName");
        String name = object.text("name");
        if (!prefix.isEmpty() && name.startsWith(prefix) && !name.equals(prefix)) name("generated", object.get("name"));
        for (var each : object) {
            if (HASHES.contains(each.getKey())
                    && each.getValue() instanceof Tree.Text(var text)
                    && !UUID.matcher(text).matches()) name("hash", each.getValue());
            collect(each.getValue());
        }
    }

    private Tree walk(Tree value, Set<String> keep) {
        return switch (value) {
            case ListTree list -> list.map(each -> walk(each, keep));
            case Tree.Text(var text) -> Tree.of(text(text));
            case ObjectTree object -> object(object.text("kind").equals("Table") ? table(object) : object, keep);
            default -> value;
        };
    }

    private ObjectTree object(ObjectTree object, Set<String> keep) {
        var walked = ObjectTree.builder();
        for (var each : object) {
            String key = each.getKey();
            Tree inner = each.getValue();
            if (key.equals("managedFields") && !keep.contains(key)) continue;
            if (key.equals("resourceVersion") && inner instanceof Tree.Text(var version))
                walked.put(key, version.isEmpty() || version.equals("0") ? version : "${rv}");
            else if (key.equals("continue") && !isEmpty(inner)) walked.put(key, "${continue}");
            else if (key.equals("remainingItemCount")) walked.put(key, inner);
            else if (key.equals("token") && inner instanceof Tree.Text) walked.put(key, "${token}");
            else if (ADDRESSES.contains(key) && isMadeUp(inner))
                walked.put(key, name(inner instanceof Tree.Whole ? "port" : "ip", inner));
            else if (ADDRESS_LISTS.contains(key) && inner instanceof ListTree list)
                walked.put(
                        key,
                        list.map(each2 -> each2 instanceof Tree.Text && isMadeUp(each2)
                                ? Tree.of(name("ip", each2))
                                : walk(each2, keep)));
            else walked.put(key.replace(namespace, "${ns}"), walk(inner, keep));
        }
        return walked.build();
    }

    private boolean isMadeUp(Tree value) {
        if (asked.contains(value)) return false;
        return switch (value) {
            case Tree.Text(var text) -> !text.isEmpty() && !text.equals("None");
            case Tree.Whole(var number) -> number != 0;
            default -> false;
        };
    }

    private static boolean isEmpty(Tree value) {
        return value.isNull() || value.equals(Tree.of(""));
    }

    private static ObjectTree table(ObjectTree table) {
        ListTree columns = table.list("columnDefinitions");
        ListTree rows = table.list("rows").map(row -> {
            ListTree cells = row.object().list("cells");
            var aged = new ArrayList<Tree>();
            for (int i = 0; i < cells.size(); i++) {
                boolean age = i < columns.size()
                        && AGED.contains(columns.get(i).object().text("name"))
                        && cells.get(i) instanceof Tree.Text(var text)
                        && AGE.matcher(text).matches();
                aged.add(age ? Tree.of("${age}") : cells.get(i));
            }
            return row.object().with("cells", new ListTree(aged));
        });
        return table.with("rows", rows)
                .with("columnDefinitions", columns.map(column -> column.object().without("description")));
    }

    /// A text of an answer, with what is made up in it by its name.
    String text(String original) {
        String text = withoutInternals(original);
        text = MOUNT.matcher(EVENT.matcher(text).replaceAll(".\\${event}")).replaceAll("kube-api-access-\\${mount}");
        text = replace(UUID, text, found -> name("uid", Tree.of(found)));
        text = replace(TIME, text, found -> asked.contains(Tree.of(found)) ? found : "${time}");
        List<Map.Entry<Tree, String>> longestFirst = given.entrySet().stream()
                .sorted(Comparator.comparingInt(each -> -length(each.getKey())))
                .toList();
        for (var each : longestFirst) {
            boolean inside = each.getValue().startsWith("${generated")
                    || each.getValue().startsWith("${hash")
                    || each.getValue().startsWith("${ip");
            if (inside && each.getKey() instanceof Tree.Text(var made)) text = text.replace(made, each.getValue());
        }
        return text.replace(namespace, "${ns}");
    }

    private static int length(Tree value) {
        return value instanceof Tree.Text(var text)
                ? text.length()
                : value.toString().length();
    }

    private static String replace(Pattern pattern, String text, Function<String, String> by) {
        return pattern.matcher(text).replaceAll(found -> Matcher.quoteReplacement(by.apply(found.group())));
    }

    /// Some messages print the inside of a Go program: a line of its source, a difference of structs at the
    /// end, or a value with the structs' names.
    private static String withoutInternals(String original) {
        int difference = original.indexOf("\n@@");
        String text = SOURCE.matcher(difference < 0 ? original : original.substring(0, difference))
                .replaceAll("\\${source}");
        for (int place = text.indexOf("alue: "); place >= 0; place = text.indexOf("alue: ", place + 6)) {
            int start = place + 6;
            int end = endOfValue(text, start);
            if (end > start
                    && (text.charAt(start) == '{' || text.charAt(start) == '[')
                    && GO_FIELD.matcher(text.substring(start, end)).find())
                text = text.substring(0, start) + "{...}" + text.substring(end);
        }
        return text;
    }

    /// Where the JSON value that starts at `start` ends; `start` when there is none.
    static int endOfValue(String text, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') i++;
                else if (c == '"') quoted = false;
            } else if (c == '"') quoted = true;
            else if (c == '{' || c == '[') depth++;
            else if (c == '}' || c == ']') depth--;
            if (!quoted && depth == 0) return isJson(text.substring(start, i + 1)) ? i + 1 : start;
        }
        return start;
    }

    private static boolean isJson(String text) {
        try {
            Json.read(text);
            return true;
        } catch (JsonSyntaxException none) {
            return false;
        }
    }
}
