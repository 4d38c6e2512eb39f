package io.amphora.kubectl.describe;

import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Containers of a Pod, or of a template.
///
/// @param pod null for a template
/// @param space what stands before every name: a template is indented once more
record Containers(Page page, @Nullable ObjectTree pod, String space) {

    void describe(String label, ListTree containers, ListTree statuses) {
        page.line(space + label + ":" + (containers.isEmpty() ? " <none>" : ""));
        for (Tree each : containers) {
            ObjectTree container = each.object();
            ObjectTree status = ObjectTree.EMPTY;
            for (Tree one : statuses)
                if (one.object().text("name").equals(container.text("name"))) status = one.object();
            basics(container, status);
            words("Command", container.list("command"));
            words("Args", container.list("args"));
            if (!status.isEmpty()) state(status);
            ObjectTree resources = container.object("resources");
            quantities(2, "Limits", resources.object("limits"));
            quantities(2, "Requests", resources.object("requests"));
            probe("Liveness", container.object("livenessProbe"));
            probe("Readiness", container.object("readinessProbe"));
            probe("Startup", container.object("startupProbe"));
            envFrom(container.list("envFrom"));
            env(container);
            mounts(container);
        }
    }

    private void basics(ObjectTree container, ObjectTree status) {
        page.line(1, (space.isEmpty() ? "" : " ") + container.text("name") + ":");
        if (!status.isEmpty()) page.field(2, "Container ID", status.text("containerID"));
        page.field(2, "Image", container.text("image"));
        if (!status.isEmpty()) page.field(2, "Image ID", status.text("imageID"));
        ports("Port", container.list("ports"), "containerPort");
        ports("Host Port", container.list("ports"), "hostPort");
        ObjectTree seccomp = container.object("securityContext").object("seccompProfile");
        if (!seccomp.isEmpty()) {
            page.field(2, "SeccompProfile", seccomp.text("type"));
            if (seccomp.text("type").equals("Localhost"))
                page.field(2, "LocalhostProfile", seccomp.text("localhostProfile"));
        }
    }

    private void ports(String label, ListTree ports, String field) {
        List<String> shown = ports.stream()
                .map(Tree::object)
                .map(port -> port.whole(field) + "/" + protocol(port)
                        + (port.text("name").isEmpty() ? "" : " (" + port.text("name") + ")"))
                .toList();
        page.field(2, shown.size() > 1 ? label + "s" : label, shown.isEmpty() ? "<none>" : String.join(", ", shown));
    }

    private static String protocol(ObjectTree port) {
        return port.text("protocol");
    }

    private void words(String label, ListTree words) {
        if (words.isEmpty()) return;
        page.line(2, label + ":");
        for (Tree word : words) for (String line : Page.text(word).split("\n", -1)) page.line(3, line);
    }

    private void state(ObjectTree status) {
        state("State", status.object("state"));
        if (status.object("lastState").has("terminated")) state("Last State", status.object("lastState"));
        page.field(2, "Ready", Page.yes(status.bool("ready")));
        page.field(2, "Restart Count", Long.toString(status.whole("restartCount")));
    }

    private void state(String label, ObjectTree state) {
        if (state.has("running")) {
            page.field(2, label, "Running");
            page.field(3, "Started", Page.time(state.object("running").text("startedAt")));
        } else if (state.has("terminated")) {
            ObjectTree end = state.object("terminated");
            page.field(2, label, "Terminated");
            if (!end.text("reason").isEmpty()) page.field(3, "Reason", end.text("reason"));
            if (!end.text("message").isEmpty()) page.field(3, "Message", end.text("message"));
            page.field(3, "Exit Code", Long.toString(end.whole("exitCode")));
            if (end.whole("signal") > 0) page.field(3, "Signal", Long.toString(end.whole("signal")));
            page.field(3, "Started", Page.time(end.text("startedAt")));
            page.field(3, "Finished", Page.time(end.text("finishedAt")));
        } else {
            page.field(2, label, "Waiting");
            String reason = state.object("waiting").text("reason");
            if (!reason.isEmpty()) page.field(3, "Reason", reason);
        }
    }

    private void quantities(int level, String label, ObjectTree quantities) {
        if (quantities.isEmpty()) return;
        page.line(level, label + ":");
        for (var pair : quantities) page.field(level + 1, pair.getKey(), Page.text(pair.getValue()));
    }

    private void probe(String label, ObjectTree probe) {
        if (!probe.isEmpty()) page.field(2, label, probe(probe));
    }

    private static String probe(ObjectTree probe) {
        String times = "delay=" + probe.whole("initialDelaySeconds") + "s timeout=" + probe.whole("timeoutSeconds")
                + "s period=" + probe.whole("periodSeconds") + "s #success=" + probe.whole("successThreshold")
                + " #failure=" + probe.whole("failureThreshold");
        if (probe.has("exec")) {
            List<String> words = probe.object("exec").list("command").stream()
                    .map(Page::text)
                    .toList();
            return "exec [" + String.join(" ", words) + "] " + times;
        }
        if (probe.has("httpGet")) {
            ObjectTree get = probe.object("httpGet");
            String path = get.text("path");
            return "http-get " + get.text("scheme").toLowerCase(Locale.ROOT) + "://" + get.text("host") + ":"
                    + Page.text(get.get("port")) + (path.startsWith("/") || path.isEmpty() ? path : "/" + path) + " "
                    + times;
        }
        if (probe.has("tcpSocket")) {
            ObjectTree socket = probe.object("tcpSocket");
            return "tcp-socket " + socket.text("host") + ":" + Page.text(socket.get("port")) + " " + times;
        }
        if (probe.has("grpc")) {
            ObjectTree grpc = probe.object("grpc");
            return "grpc <pod>:" + grpc.whole("port") + " " + grpc.text("service") + " " + times;
        }
        return "unknown " + times;
    }

    private void envFrom(ListTree sources) {
        if (sources.isEmpty()) return;
        page.line(2, "Environment Variables from:");
        for (Tree each : sources) {
            ObjectTree source = each.object();
            boolean map = source.has("configMapRef");
            ObjectTree reference = source.object(map ? "configMapRef" : "secretRef");
            String prefix = source.text("prefix");
            page.line(
                    3,
                    reference.text("name") + "\t" + (map ? "ConfigMap" : "Secret")
                            + (prefix.isEmpty() ? "" : " with prefix '" + prefix + "'") + "\tOptional: "
                            + reference.bool("optional"));
        }
    }

    private void env(ObjectTree container) {
        ListTree env = container.list("env");
        page.line(2, "Environment:" + (env.isEmpty() ? "\t<none>" : ""));
        for (Tree each : env) {
            ObjectTree variable = each.object();
            ObjectTree from = variable.object("valueFrom");
            String name = variable.text("name") + ":\t";
            if (from.isEmpty()) {
                String head = name;
                for (String line : variable.text("value").split("\n", -1)) {
                    page.line(3, head + line);
                    head = "\t";
                }
            } else page.line(3, name + source(container, from));
        }
    }

    private String source(ObjectTree container, ObjectTree from) {
        if (from.has("fieldRef")) {
            ObjectTree field = from.object("fieldRef");
            return (pod == null ? "" : value(pod, field.text("fieldPath"))) + " (" + field.text("apiVersion") + ":"
                    + field.text("fieldPath") + ")";
        }
        if (from.has("resourceFieldRef")) {
            ObjectTree field = from.object("resourceFieldRef");
            String resource = field.text("resource");
            String value = amount(container, resource, field);
            boolean unlimited =
                    value.equals("0") && (resource.equals("limits.cpu") || resource.equals("limits.memory"));
            return (unlimited ? "node allocatable" : value) + " (" + resource + ")";
        }
        boolean secret = from.has("secretKeyRef");
        ObjectTree key = from.object(secret ? "secretKeyRef" : "configMapKeyRef");
        return "<set to the key '" + key.text("key") + "' " + (secret ? "in secret" : "of config map") + " '"
                + key.text("name") + "'>\tOptional: " + key.bool("optional");
    }

    private static String value(ObjectTree pod, String path) {
        String[] parts = path.split("\\[", 2);
        if (parts.length == 2)
            return pod.object("metadata")
                    .object(parts[0].replace("metadata.", ""))
                    .text(parts[1].replaceAll("['\"\\]]", ""));
        if (path.equals("metadata.labels") || path.equals("metadata.annotations")) return "";
        return Page.text(pod.at(path.split("\\.")));
    }

    /// A container's request or limit in units of the divisor, rounded up.
    private static String amount(ObjectTree container, String resource, ObjectTree field) {
        String[] parts = resource.split("\\.", 2);
        if (parts.length < 2) return "";
        String said = container.object("resources").object(parts[0]).text(parts[1]);
        if (said.isEmpty()) return "0";
        String divisor = field.text("divisor");
        BigDecimal unit = divisor.isEmpty() || divisor.equals("0")
                ? BigDecimal.ONE
                : Quantity.parse(divisor).decimal();
        return Quantity.parse(said)
                .decimal()
                .divide(unit, 0, RoundingMode.CEILING)
                .toPlainString();
    }

    private void mounts(ObjectTree container) {
        List<Tree> mounts = new ArrayList<>(container.list("volumeMounts").items());
        mounts.sort(Comparator.comparing(mount -> mount.object().text("mountPath")));
        page.line(2, "Mounts:" + (mounts.isEmpty() ? "\t<none>" : ""));
        for (Tree each : mounts) {
            ObjectTree mount = each.object();
            String path = mount.text("subPath");
            page.line(
                    3,
                    mount.text("mountPath") + " from " + mount.text("name") + " ("
                            + (mount.bool("readOnly") ? "ro" : "rw") + (path.isEmpty() ? "" : ",path=\"" + path + "\"")
                            + ")");
        }
        ListTree devices = container.list("volumeDevices");
        if (devices.isEmpty()) return;
        page.line(2, "Devices:");
        for (Tree device : devices)
            page.line(
                    3,
                    device.object().text("devicePath") + " from "
                            + device.object().text("name"));
    }
}
