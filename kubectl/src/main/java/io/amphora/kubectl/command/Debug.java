package io.amphora.kubectl.command;

import io.amphora.client.AnyObject;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `debug`: a container beside those of a Pod, to look at them with, or a changed copy of the Pod.
final class Debug implements Command {
    @Override
    public String name() {
        return "debug";
    }

    @Override
    public String summary() {
        return "Create debugging sessions for troubleshooting workloads and nodes";
    }

    @Override
    public String usage() {
        return "kubectl debug (POD | TYPE/NAME) --image=IMAGE [-it] [--target=CONTAINER] [--copy-to=NAME] [-- COMMAND]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .text("image", "target", "copy-to", "image-pull-policy", "profile")
                .text("container", 'c')
                .bool("stdin", 'i')
                .bool("tty", 't')
                .bool("quiet", 'q')
                .bool("attach", "arguments-only", "replace", "same-node", "share-processes", "keep-labels")
                .list("env", "set-image");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.beforeDashes();
        String image = flags.text("image");
        String copy = flags.text("copy-to");
        if (image.isEmpty() && copy.isEmpty() && flags.list("set-image").isEmpty())
            throw Failure.error("you must specify --image when not using --copy-to.");
        if (words.isEmpty()) throw Failure.error("NAME is required for debug");
        if (!flags.text("target").isEmpty() && !copy.isEmpty())
            throw Failure.error("--target is incompatible with --copy-to. Use --share-processes instead.");
        if (flags.isSet("tty") && !flags.isSet("stdin"))
            throw Failure.error("-i/--stdin is required for containers with -t/--tty=true");
        ObjectTree pod = PodTargets.pod(session, words.getFirst());
        String name = flags.text("container").isEmpty() ? name(pod) : flags.text("container");
        if (flags.text("container").isEmpty() && !image.isEmpty())
            session.warn("Defaulting debug container name to " + name + ".");
        if (copy.isEmpty()) beside(session, pod, container(flags, name, image));
        else session.print(KindTable.name(copied(session, pod, copy, name, image)) + " created");
        boolean attaches = flags.has("attach") ? flags.isSet("attach") : flags.isSet("stdin");
        if (attaches) attach(session, copy.isEmpty() ? pod.object("metadata").text("name") : copy, name);
    }

    private static String name(ObjectTree pod) {
        for (int number = 1; ; number++) {
            String name = "debugger-" + number;
            if (!PodTargets.has(pod, name)) return name;
        }
    }

    private static ObjectTree container(Flags flags, String name, String image) {
        ObjectTree container = ObjectTree.of("name", name, "image", image, "terminationMessagePolicy", "File");
        if (!flags.afterDashes().isEmpty())
            container = container.with(
                    flags.isSet("arguments-only") ? "args" : "command", ListTree.from(flags.afterDashes()));
        if (flags.isSet("stdin")) container = container.with("stdin", true);
        if (flags.isSet("tty")) container = container.with("tty", true);
        if (flags.has("image-pull-policy"))
            container = container.with("imagePullPolicy", flags.text("image-pull-policy"));
        var variables = new ArrayList<ObjectTree>();
        for (String variable : flags.list("env")) {
            String[] pair = variable.split("=", 2);
            variables.add(ObjectTree.of("name", pair[0], "value", pair.length == 2 ? pair[1] : ""));
        }
        return variables.isEmpty() ? container : container.with("env", ListTree.from(variables));
    }

    private static void beside(Session session, ObjectTree pod, ObjectTree container) {
        String target = session.flags().text("target");
        ObjectTree added = target.isEmpty() ? container : container.with("targetContainerName", target);
        if (!target.isEmpty())
            session.warn("Targeting container \"" + target
                    + "\". If you don't see processes from this container it may be because the container runtime doesn't"
                    + " support this feature.");
        var containers = new ArrayList<Tree>(
                pod.object("spec").list("ephemeralContainers").items());
        containers.add(added);
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("ephemeralContainers", new ListTree(containers)));
        session.resource(session.kinds().named("pods"), pod.object("metadata").text("namespace"))
                .patch(
                        pod.object("metadata").text("name"),
                        PatchType.STRATEGIC,
                        patch,
                        WriteOptions.PLAIN.withFieldManager("kubectl-debug"),
                        "ephemeralcontainers");
    }

    private static ObjectTree copied(Session session, ObjectTree pod, String copy, String name, String image) {
        Flags flags = session.flags();
        ObjectTree spec = pod.object("spec").without("nodeName").without("ephemeralContainers");
        if (flags.isSet("same-node"))
            spec = spec.with("nodeName", pod.object("spec").text("nodeName"));
        if (flags.isUnlessDenied("share-processes")) spec = spec.with("shareProcessNamespace", true);
        for (String change : flags.list("set-image")) {
            String[] pair = change.split("=", 2);
            spec = PodSpecChange.containers(
                    spec,
                    each -> pair[0].equals("*") || each.text("name").equals(pair[0])
                            ? each.with("image", pair.length == 2 ? pair[1] : "")
                            : each);
        }
        if (!image.isEmpty()) {
            var containers = new ArrayList<Tree>();
            boolean there = false;
            for (Tree each : spec.list("containers")) {
                boolean meant = each.object().text("name").equals(name);
                there |= meant;
                containers.add(meant ? MergePatch.apply(each, container(flags, name, image)) : each);
            }
            if (!there) containers.add(container(flags, name, image));
            spec = spec.with("containers", new ListTree(containers));
        }
        ObjectTree metadata =
                ObjectTree.of("name", copy, "namespace", pod.object("metadata").text("namespace"));
        if (flags.isSet("keep-labels"))
            metadata = metadata.with("labels", pod.object("metadata").object("labels"));
        var pods = session.resource(
                session.kinds().named("pods"), pod.object("metadata").text("namespace"));
        if (flags.isSet("replace")) pods.delete(pod.object("metadata").text("name"));
        return pods.create(new AnyObject(
                        ObjectTree.of("apiVersion", "v1", "kind", "Pod", "metadata", metadata, "spec", spec)))
                .tree();
    }

    private static void attach(Session session, String name, String container) {
        var pods = session.resource(session.kinds().named("pods"), session.namespace());
        var now = new ObjectTree[] {ObjectTree.EMPTY};
        boolean runs = Waiting.until(session, Duration.ofMinutes(1), () -> {
            now[0] = pods.get(name).tree();
            return isRunning(now[0], container);
        });
        if (!runs) throw Failure.error("timed out waiting for the condition");
        Attach.attach(session, now[0], container);
    }

    private static boolean isRunning(ObjectTree pod, String container) {
        for (String list : List.of("containerStatuses", "ephemeralContainerStatuses"))
            for (Tree status : pod.object("status").list(list))
                if (status.object().text("name").equals(container))
                    return status.object().object("state").has("running")
                            || status.object().object("state").has("terminated");
        return false;
    }
}
