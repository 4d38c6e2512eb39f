package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.jsonpath.JsonPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// `wait`: until objects meet a condition, are there, or are gone.
final class Wait implements Command {
    @Override
    public String name() {
        return "wait";
    }

    @Override
    public String summary() {
        return "Wait for a specific condition on one or many resources";
    }

    @Override
    public String usage() {
        return "kubectl wait (-f FILE | TYPE NAME | TYPE --all) --for=condition=NAME[=VALUE]|delete|create|jsonpath='{...}'[=VALUE] [--timeout=30s]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .output()
                .bool("all-namespaces", 'A')
                .bool("local")
                .text("for")
                .duration("timeout");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        String goal = flags.text("for");
        Predicate<ObjectTree> condition = condition(goal);
        Duration limit = Durations.of(flags.text("timeout", "30s"));
        if (limit.isNegative()) limit = Waiting.A_WEEK;
        Instant end = session.clock().now().plus(limit);
        var results = new Results(session, "condition met");
        var problems = new Problems();
        boolean gone = goal.equalsIgnoreCase("delete");
        boolean made = goal.equalsIgnoreCase("create");
        int seen = 0;
        for (Selection selection :
                Selection.of(session, new Selection.Rules(flags.isSet("all"), false), flags.arguments(), problems)) {
            if (made) awaitExistence(session, selection, end);
            List<Found> objects = new ArrayList<>();
            try {
                objects.addAll(selection.read(session));
            } catch (ApiException refused) {
                if (gone && Selection.isMissing(refused)) {
                    seen++;
                    continue;
                }
                problems.attempt(() -> {
                    throw refused;
                });
                seen++;
            }
            seen += objects.size();
            for (Found found : objects)
                problems.attempt(() -> {
                    if (gone) awaitDeletion(session, found, end, results);
                    else results.say(await(session, found, condition, end));
                });
        }
        problems.conclude(session);
        if (seen == 0 && !gone) throw Failure.error("no matching resources found");
    }

    private static Predicate<ObjectTree> condition(String goal) {
        String lower = goal.toLowerCase(Locale.ROOT);
        if (lower.equals("delete") || lower.equals("create")) return object -> true;
        if (lower.startsWith("condition=")) return ofCondition(goal.substring("condition=".length()));
        if (lower.startsWith("jsonpath=")) return ofPath(goal.substring("jsonpath=".length()));
        throw Failure.error("unrecognized condition: \"" + goal + "\"");
    }

    private static Predicate<ObjectTree> ofCondition(String text) {
        String[] parts = text.split("=", 2);
        String wanted = parts.length == 2 ? parts[1] : "true";
        return object -> object.object("status").list("conditions").stream()
                .map(Tree::object)
                .anyMatch(each -> each.text("type").equalsIgnoreCase(parts[0])
                        && each.text("status").equalsIgnoreCase(wanted)
                        && isCurrent(each, object));
    }

    /// A condition that speaks of an older generation says nothing of this one.
    private static boolean isCurrent(ObjectTree condition, ObjectTree object) {
        ObjectTree status = object.object("status");
        long generation = object.object("metadata").whole("generation");
        if (condition.has("observedGeneration")) return condition.whole("observedGeneration") >= generation;
        return !status.has("observedGeneration") || status.whole("observedGeneration") >= generation;
    }

    private static Predicate<ObjectTree> ofPath(String text) {
        int close = text.lastIndexOf("}");
        String expression = close < 0 ? text.split("=(?!=)", 2)[0] : text.substring(0, close + 1);
        String rest = text.substring(expression.length());
        if (expression.isEmpty()) throw Failure.error("jsonpath expression cannot be empty");
        if (!rest.isEmpty() && (!rest.startsWith("=") || rest.length() == 1))
            throw Failure.error(
                    "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
        JsonPath path;
        try {
            path = JsonPath.parse(JsonPath.relaxed(expression));
        } catch (JsonPath.Mistake wrong) {
            throw Failure.error("error parsing jsonpath " + expression + ", " + wrong.shown());
        }
        String wanted = rest.isEmpty() ? "" : rest.substring(1);
        return object -> {
            List<Tree> found = path.find(object);
            if (found.isEmpty()) return false;
            if (rest.isEmpty()) return true;
            if (found.size() > 1) throw Failure.error("given jsonpath expression matches more than one value");
            if (found.getFirst() instanceof ObjectTree
                    || found.getFirst() instanceof io.amphora.machinery.tree.ListTree)
                throw Failure.error("jsonpath leads to a nested object or list which is not supported");
            return path.print(object).equals(wanted);
        };
    }

    private static Duration left(Session session, Instant end) {
        return Duration.between(session.clock().now(), end);
    }

    private static ObjectTree await(Session session, Found found, Predicate<ObjectTree> condition, Instant end) {
        var last = new ObjectTree[] {found.object()};
        boolean met = Waiting.until(session, left(session, end), () -> {
            if (condition.test(last[0])) return true;
            last[0] = found.resource(session).get(found.name()).tree();
            return condition.test(last[0]);
        });
        if (!met) throw timedOut(found);
        return last[0];
    }

    private static Failure timedOut(Found found) {
        return Failure.error(
                "timed out waiting for the condition on " + found.kind().plural() + "/" + found.name());
    }

    private static void awaitDeletion(Session session, Found found, Instant end, Results results) {
        String uid = found.object().object("metadata").text("uid");
        boolean went = Waiting.until(
                session,
                left(session, end),
                () -> found.resource(session)
                        .find(found.name())
                        .filter(now -> now.uid().equals(uid))
                        .isEmpty());
        if (!went) throw timedOut(found);
        results.say(found.object());
    }

    private static void awaitExistence(Session session, Selection selection, Instant end) {
        boolean came = Waiting.until(session, left(session, end), () -> {
            try {
                return !selection.read(session).isEmpty();
            } catch (ApiException refused) {
                if (Selection.isMissing(refused)) return false;
                throw refused;
            }
        });
        if (!came) throw Failure.error("timed out waiting for the condition");
    }
}
