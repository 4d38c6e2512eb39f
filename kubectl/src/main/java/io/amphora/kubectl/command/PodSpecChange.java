package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.api.schema.Schemas;
import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// What the commands below `set` have in common: they change the Pods' specification of workloads.
final class PodSpecChange {
    private PodSpecChange() {}

    static Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).output().dryRun().bool("local").text("field-manager");
    }

    /// Changes each object that the words name; what stays as it is is not written and not told.
    ///
    /// @param change makes an object another
    static void each(
            Session session, List<String> words, String manager, String operation, UnaryOperator<Found> change) {
        Flags flags = session.flags();
        boolean local = flags.isSet("local");
        if (local && !Manifests.named(flags) && !words.isEmpty())
            throw Failure.error("you must specify resources by --filename when --local is set.\n"
                    + "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'");
        DryRun.of(flags);
        var results = new Results(session, operation);
        var rules = new Selection.Rules(flags.isSet("all"), false);
        var problems = new Problems();
        for (Selection selection : Selection.of(session, rules, words, problems)) {
            var objects = new ArrayList<Found>();
            problems.attempt(() -> objects.addAll(local ? selection.said(session) : selection.read(session)));
            for (Found found : objects)
                problems.attempt(() -> {
                    ObjectTree after = change.apply(found).object();
                    if (local || DryRun.of(flags) == DryRun.CLIENT) results.say(after);
                    else if (!after.equals(found.object())) results.say(write(session, found, after, manager));
                });
        }
        problems.conclude(session);
    }

    private static ObjectTree write(Session session, Found found, ObjectTree after, String manager) {
        Schema schema = Schemas.find(found.kind().gvk());
        ObjectTree patch = schema == null
                ? MergePatch.createTwoWay(found.object(), after)
                : StrategicMergePatch.createTwoWay(found.object(), after, schema);
        try {
            return found.resource(session)
                    .patch(
                            found.name(),
                            schema == null ? PatchType.MERGE : PatchType.STRATEGIC,
                            patch,
                            session.writing(manager),
                            "")
                    .tree();
        } catch (ApiException refused) {
            throw refused;
        }
    }

    /// Where a kind keeps the specification of its Pods.
    static String[] path(Found found) {
        return switch (found.kind().plural()) {
            case "pods" -> new String[] {"spec"};
            case "cronjobs" -> new String[] {"spec", "jobTemplate", "spec", "template", "spec"};
            case "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "replicationcontrollers" ->
                new String[] {"spec", "template", "spec"};
            default ->
                throw Failure.error(found.kind().plural() + "/" + found.name()
                        + " the object is not a pod or does not have a pod template: *"
                        + version(found) + "." + found.kind().gvk().kind());
        };
    }

    private static String version(Found found) {
        return found.kind().gvk().version();
    }

    static ObjectTree spec(Found found) {
        return found.object().at(path(found)).object();
    }

    static Found with(Found found, ObjectTree spec) {
        return found.with(found.object().withAt(spec, path(found)));
    }

    /// The specification with its containers changed, those that run before included.
    static ObjectTree containers(ObjectTree spec, UnaryOperator<ObjectTree> change) {
        ObjectTree changed = spec;
        for (String list : List.of("initContainers", "containers"))
            changed = changed.change(list, items -> items.list().map(item -> change.apply(item.object())));
        return changed;
    }

    /// Whether a container's name matches, `*` for any letters.
    static boolean matches(String pattern, String name) {
        return name.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }
}
