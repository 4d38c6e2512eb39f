package io.amphora.kubectl.command;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Schemas;
import io.amphora.client.AnyObject;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.patch.JsonPatch;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `run`: one Pod of one image.
final class Run implements Command {
    @Override
    public String name() {
        return "run";
    }

    @Override
    public String summary() {
        return "Run a particular image on the cluster";
    }

    @Override
    public String usage() {
        return "kubectl run NAME --image=image [--env=key=value] [--port=port] [--dry-run=server|client] [--command] -- [COMMAND] [args...]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.output()
                .dryRun()
                .text("image", "port", "restart", "overrides", "override-type", "image-pull-policy", "field-manager")
                .text("labels", 'l')
                .list("env", "annotations")
                .bool(
                        "expose",
                        "command",
                        "rm",
                        "attach",
                        "leave-stdin-open",
                        "privileged",
                        "save-config",
                        "wait",
                        "force")
                .bool("stdin", 'i')
                .bool("tty", 't')
                .bool("quiet", 'q')
                .duration("pod-running-timeout", "timeout")
                .whole("grace-period")
                .optional("cascade", "background")
                .require("image");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        DryRun dryRun = DryRun.of(flags);
        List<String> words = flags.arguments();
        if (words.isEmpty() || flags.beforeDashes().isEmpty()) throw Failure.usage("run", "NAME is required for run");
        String image = flags.text("image");
        if (!image.matches("[\\w./:@-]+") || image.matches(".*[A-Z].*/.*"))
            throw Failure.error("Invalid image name \"" + image + "\": invalid reference format");
        if (flags.isSet("tty") && !flags.isSet("stdin"))
            throw Failure.usage("run", "-i/--stdin is required for containers with -t/--tty=true");
        if (flags.isSet("expose") && flags.text("port").isEmpty())
            throw Failure.usage("run", "--port must be set when exposing a service");
        boolean attaches = flags.has("attach") ? flags.isSet("attach") : flags.isSet("stdin");
        if (attaches && dryRun != DryRun.NONE)
            throw Failure.usage(
                    "run",
                    "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
        if (flags.isSet("rm") && !attaches)
            throw Failure.usage("run", "--rm should only be used for attached containers");
        String restart = flags.text("restart", "Always");
        if (!List.of("Always", "OnFailure", "Never").contains(restart))
            throw Failure.usage("run", "invalid restart policy: " + restart);
        ObjectTree pod = pod(session, words.getFirst(), restart);
        ObjectTree service = flags.isSet("expose") ? service(pod) : ObjectTree.EMPTY;
        if (!service.isEmpty()) say(session, made(session, service));
        ObjectTree made = made(session, overridden(flags, pod));
        if (!attaches) {
            say(session, made);
            return;
        }
        attach(session, made);
    }

    private static ObjectTree pod(Session session, String name, String restart) {
        Flags flags = session.flags();
        ObjectTree labels = flags.text("labels").isEmpty() ? ObjectTree.of("run", name) : labels(flags.text("labels"));
        ObjectTree container = ObjectTree.of("image", flags.text("image"), "name", name, "resources", ObjectTree.EMPTY);
        List<String> rest = flags.arguments().subList(1, flags.arguments().size());
        if (!rest.isEmpty())
            container = container.with(flags.isSet("command") ? "command" : "args", ListTree.from(rest));
        if (!flags.text("port").isEmpty()) {
            if (!flags.text("port").matches("\\d+"))
                throw Failure.error("strconv.Atoi: parsing \"" + flags.text("port") + "\": invalid syntax");
            container = container.with(
                    "ports", ListTree.of(ObjectTree.of("containerPort", Long.parseLong(flags.text("port")))));
        }
        var variables = new ArrayList<ObjectTree>();
        for (String variable : flags.list("env")) {
            int equals = variable.indexOf('=');
            if (equals <= 0) throw Failure.error("invalid env: " + variable);
            variables.add(
                    ObjectTree.of("name", variable.substring(0, equals), "value", variable.substring(equals + 1)));
        }
        if (!variables.isEmpty()) container = container.with("env", ListTree.from(variables));
        if (flags.has("image-pull-policy"))
            container = container.with("imagePullPolicy", flags.text("image-pull-policy"));
        if (flags.isSet("privileged")) container = container.with("securityContext", ObjectTree.of("privileged", true));
        if (flags.isSet("stdin")) {
            container = container.with("stdin", true);
            if (!flags.isSet("leave-stdin-open")) container = container.with("stdinOnce", true);
        }
        if (flags.isSet("tty")) container = container.with("tty", true);
        ObjectTree metadata = ObjectTree.of("labels", labels, "name", name);
        ObjectTree annotations = ObjectTree.EMPTY;
        for (String annotation : flags.list("annotations")) {
            String[] pair = annotation.split("=", 2);
            annotations = annotations.with(pair[0], pair.length == 2 ? pair[1] : "");
        }
        if (!annotations.isEmpty()) metadata = metadata.with("annotations", annotations);
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                metadata,
                "spec",
                ObjectTree.of(
                        "containers", ListTree.of(container), "dnsPolicy", "ClusterFirst", "restartPolicy", restart),
                "status",
                ObjectTree.EMPTY);
    }

    static ObjectTree labels(String text) {
        ObjectTree labels = ObjectTree.EMPTY;
        for (String pair : text.split(",")) {
            String[] parts = pair.split("=", -1);
            if (parts.length != 2) throw Failure.error("unexpected label spec: " + pair);
            labels = labels.with(parts[0], parts[1]);
        }
        return labels;
    }

    private static ObjectTree service(ObjectTree pod) {
        ObjectTree port = pod.object("spec")
                .list("containers")
                .get(0)
                .object()
                .list("ports")
                .get(0)
                .object();
        ObjectTree labels = pod.object("metadata").object("labels");
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                ObjectTree.of("name", pod.object("metadata").text("name")),
                "spec",
                ObjectTree.of(
                        "ports",
                        ListTree.of(ObjectTree.of(
                                "port",
                                port.get("containerPort"),
                                "protocol",
                                "TCP",
                                "targetPort",
                                port.get("containerPort"))),
                        "selector",
                        labels),
                "status",
                ObjectTree.of("loadBalancer", ObjectTree.EMPTY));
    }

    private static ObjectTree overridden(Flags flags, ObjectTree pod) {
        String overrides = flags.text("overrides");
        if (overrides.isEmpty()) return pod;
        Schema schema = Schemas.find(GroupVersionKind.of("v1", "Pod"));
        try {
            Tree patch = Json.read(overrides);
            return switch (flags.text("override-type", "merge")) {
                case "json" -> JsonPatch.of(patch).apply(pod).object();
                case "strategic" -> schema == null ? pod : StrategicMergePatch.apply(pod, patch.object(), schema);
                default -> MergePatch.apply(pod, patch).object();
            };
        } catch (JsonSyntaxException wrong) {
            throw Failure.error("Invalid JSON Patch");
        }
    }

    private static ObjectTree made(Session session, ObjectTree object) {
        boolean local = DryRun.of(session.flags()) == DryRun.CLIENT;
        ObjectTree placed = session.hasNamespace() || !local
                ? object.withAt(Tree.of(session.namespace()), "metadata", "namespace")
                : object;
        if (session.flags().isSet("save-config")) placed = LastApplied.annotated(placed);
        if (local) return placed;
        Kind kind = session.kinds().named(object.text("kind").equals("Pod") ? "pods" : "services");
        return session.resource(kind, session.namespace())
                .create(new AnyObject(placed), session.writing("kubectl-run"))
                .tree();
    }

    private static void say(Session session, ObjectTree object) {
        if (session.flags().text("output").isEmpty())
            session.print(KindTable.name(object) + " created"
                    + DryRun.of(session.flags()).suffix());
        else if (DryRun.of(session.flags()) == DryRun.CLIENT)
            Printer.own(session).print(object);
        else Printer.of(session, Printer.OBJECTS).print(object);
    }

    private static void attach(Session session, ObjectTree made) {
        Kind pods = session.kinds().named("pods");
        String name = made.object("metadata").text("name");
        var resource = session.resource(pods, session.namespace());
        var now = new ObjectTree[] {made};
        Duration limit = Durations.of(session.flags().text("pod-running-timeout", "1m"));
        boolean runs = Waiting.until(session, limit, () -> {
            now[0] = resource.get(name).tree();
            return !now[0].object("status").text("phase").equals("Pending");
        });
        if (!runs) throw Failure.error("timed out waiting for the condition");
        String phase = now[0].object("status").text("phase");
        if (phase.equals("Running")) Attach.attach(session, now[0], name);
        else log(session, name);
        if (session.flags().text("restart", "Always").equals("Always")) {
            if (session.flags().isSet("rm")) remove(session, name);
            return;
        }
        Waiting.until(session, limit, () -> {
            now[0] = resource.get(name).tree();
            String state = now[0].object("status").text("phase");
            return state.equals("Succeeded") || state.equals("Failed");
        });
        if (session.flags().isSet("rm")) remove(session, name);
        exit(session, now[0]);
    }

    private static void log(Session session, String name) {
        String path = "/api/v1/namespaces/" + session.namespace() + "/pods/" + name + "/log";
        try (InputStream log = session.connection().text("GET", path, Map.of(), new byte[0])) {
            log.transferTo(session.console().out());
        } catch (IOException broken) {
            throw Failure.error(String.valueOf(broken.getMessage()));
        }
    }

    private static void remove(Session session, String name) {
        session.resource(session.kinds().named("pods"), session.namespace()).delete(name, DeleteOptions.background());
        session.print("pod \"" + name + "\" deleted from " + session.namespace() + " namespace");
    }

    private static void exit(Session session, ObjectTree pod) {
        for (Tree status : pod.object("status").list("containerStatuses")) {
            long code = status.object().object("state").object("terminated").whole("exitCode");
            if (code != 0) {
                session.warn("pod " + session.namespace() + "/"
                        + pod.object("metadata").text("name") + " terminated ("
                        + status.object().object("state").object("terminated").text("reason") + ")");
                throw Failure.silent((int) code);
            }
        }
    }
}
