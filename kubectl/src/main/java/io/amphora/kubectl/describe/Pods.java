package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A Pod: where it is, its containers, volumes and conditions.
final class Pods implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree pod = found.object();
        ObjectTree metadata = pod.object("metadata");
        ObjectTree spec = pod.object("spec");
        ObjectTree status = pod.object("status");
        Describer.named(found, page);
        if (spec.has("priority")) page.field("Priority", spec.whole("priority"));
        page.fieldUnlessEmpty("Priority Class Name", spec.text("priorityClassName"));
        page.fieldUnlessEmpty("Runtime Class Name", spec.text("runtimeClassName"));
        page.fieldUnlessEmpty("Service Account", spec.text("serviceAccountName"));
        page.field(
                "Node",
                spec.text("nodeName").isEmpty() ? "<none>" : spec.text("nodeName") + "/" + status.text("hostIP"));
        page.fieldUnlessEmpty("Start Time", Page.time(status.text("startTime")));
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        phase(page, look, metadata, status);
        ObjectTree seccomp = spec.object("securityContext").object("seccompProfile");
        page.fieldUnlessEmpty("SeccompProfile", seccomp.text("type"));
        page.fieldUnlessEmpty("LocalhostProfile", seccomp.text("localhostProfile"));
        page.field("IP", status.text("podIP"));
        ListTree ips = status.list("podIPs");
        page.line("IPs:" + (ips.isEmpty() ? "\t<none>" : ""));
        for (Tree ip : ips) page.field(1, "IP", ip.object().text("ip"));
        page.fieldUnlessEmpty("Controlled By", Look.controller(pod));
        page.fieldUnlessEmpty("NominatedNodeName", status.text("nominatedNodeName"));
        var containers = new Containers(page, pod, "");
        if (!spec.list("initContainers").isEmpty())
            containers.describe("Init Containers", spec.list("initContainers"), status.list("initContainerStatuses"));
        containers.describe("Containers", spec.list("containers"), status.list("containerStatuses"));
        if (!spec.list("ephemeralContainers").isEmpty())
            containers.describe(
                    "Ephemeral Containers",
                    spec.list("ephemeralContainers"),
                    status.list("ephemeralContainerStatuses"));
        conditions(page, spec, status);
        Volumes.describe(page, spec.list("volumes"), "");
        page.field("QoS Class", status.text("qosClass"));
        page.labels("Node-Selectors", spec.object("nodeSelector"));
        PodTemplates.tolerations(page, "Tolerations", spec.list("tolerations"));
        PodTemplates.spreading(page, spec.list("topologySpreadConstraints"), "");
        look.events(found, page);
    }

    private static void phase(Page page, Look look, ObjectTree metadata, ObjectTree status) {
        String phase = status.text("phase");
        String deleted = metadata.text("deletionTimestamp");
        if (!deleted.isEmpty() && !phase.equals("Failed") && !phase.equals("Succeeded")) {
            page.field("Status", "Terminating (lasts " + look.since(deleted) + ")");
            page.field("Termination Grace Period", metadata.whole("deletionGracePeriodSeconds") + "s");
        } else page.field("Status", phase);
        page.fieldUnlessEmpty("Reason", status.text("reason"));
        page.fieldUnlessEmpty("Message", status.text("message"));
    }

    private static void conditions(Page page, ObjectTree spec, ObjectTree status) {
        ListTree conditions = status.list("conditions");
        if (!spec.list("readinessGates").isEmpty()) {
            page.line("Readiness Gates:\n  Type\tStatus");
            for (Tree gate : spec.list("readinessGates")) {
                String type = gate.object().text("conditionType");
                String met = conditions.stream()
                        .map(Tree::object)
                        .filter(each -> each.text("type").equals(type))
                        .map(each -> each.text("status"))
                        .findFirst()
                        .orElse("<none>");
                page.line(1, type + " \t" + met + " ");
            }
        }
        if (conditions.isEmpty()) return;
        page.line("Conditions:\n  Type\tStatus");
        for (Tree each : conditions)
            page.line(1, each.object().text("type") + " \t" + each.object().text("status") + " ");
    }
}
