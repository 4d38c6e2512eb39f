package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.JsonPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// `wait`: until objects meet a condition, are there, or are gone.
final class Wait implements Command {
    private static final String TIMEOUT = "30s";

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
        return Selection.flags(common).text("for").text("timeout").text("output", 'o');
    }

    @Override
    public void run(Session session) {
        String goal = session.flags().text("for");
        Duration limit = Session.duration(session.flags().text("timeout", TIMEOUT));
        if (goal.equals("delete") || goal.equals("create")) awaitPresence(session, goal.equals("create"), limit);
        else awaitCondition(session, condition(goal), limit);
    }

    private static Predicate<ObjectTree> condition(String goal) {
        if (goal.startsWith("condition=")) {
            String[] parts = goal.substring("condition=".length()).split("=", 2);
            String wanted = parts.length == 2 ? parts[1] : "true";
            return object -> object.object("status").list("conditions").stream()
                    .map(Tree::object)
                    .anyMatch(each -> each.text("type").equalsIgnoreCase(parts[0])
                            && each.text("status").equalsIgnoreCase(wanted)
                            && isCurrent(each, object));
        }
        if (goal.startsWith("jsonpath=")) {
            String rest = goal.substring("jsonpath=".length());
            int close = rest.lastIndexOf('}');
            JsonPath path = JsonPath.parse(rest.substring(0, close + 1));
            String wanted = rest.substring(close + 1);
            return object -> {
                List<Tree> found = path.find(object);
                if (found.isEmpty()) return false;
                return wanted.isEmpty() || path.print(object).equals(wanted.substring(1));
            };
        }
        throw Failure.error("unrecognized condition: \"" + goal + "\"");
    }

    /// A condition that speaks of an older generation says nothing of this one.
    private static boolean isCurrent(ObjectTree condition, ObjectTree object) {
        return !condition.has("observedGeneration")
                || condition.whole("observedGeneration")
                        >= object.object("metadata").whole("generation");
    }

    private static void awaitCondition(Session session, Predicate<ObjectTree> condition, Duration limit) {
        var failed = new ArrayList<String>();
        List<ObjectTree> all = new ArrayList<>();
        for (Selection selection : Selection.of(session, "wait")) {
            for (ObjectTree object : selection.read(session)) {
                all.add(object);
                String name = object.object("metadata").text("name");
                var resource = session.resource(
                        selection.kind(), object.object("metadata").text("namespace"));
                boolean met = Waiting.until(
                        session, limit, () -> condition.test(resource.get(name).tree()));
                if (met) met(session, selection, name);
                else
                    failed.add("error: timed out waiting for the condition on "
                            + selection.kind().plural() + "/" + name);
            }
        }
        if (all.isEmpty()) throw Failure.error("no matching resources found");
        failed.forEach(session::warn);
        if (!failed.isEmpty()) throw Failure.silent(1);
    }

    private static void awaitPresence(Session session, boolean present, Duration limit) {
        for (Selection selection : Selection.of(session, "wait")) {
            boolean came = Waiting.until(session, limit, () -> isThere(session, selection) == present);
            String name = selection.isNamed() ? selection.name() : "";
            if (!came)
                throw Failure.error("timed out waiting for the condition on "
                        + selection.kind().plural() + "/" + name);
            if (present)
                for (ObjectTree object : selection.read(session))
                    met(session, selection, object.object("metadata").text("name"));
        }
    }

    private static boolean isThere(Session session, Selection selection) {
        if (!selection.isNamed()) return !selection.read(session).isEmpty();
        return session.resource(selection.kind(), selection.namespace())
                .find(selection.name())
                .isPresent();
    }

    private static void met(Session session, Selection selection, String name) {
        String singular = KindTable.singularName(selection.kind()) + "/" + name;
        session.print(session.flags().text("output").equals("name") ? singular : singular + " condition met");
    }
}
