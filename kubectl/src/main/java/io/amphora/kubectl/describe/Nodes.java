package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// A Node: what it has, and what runs there.
final class Nodes implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree node = found.object();
        ObjectTree metadata = node.object("metadata");
        ObjectTree spec = node.object("spec");
        ObjectTree status = node.object("status");
        page.field("Name", found.name());
        page.field("Roles", roles(metadata.object("labels")));
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.field("CreationTimestamp", Page.time(metadata.text("creationTimestamp")));
        taints(page, spec.list("taints"));
        page.field("Unschedulable", Boolean.toString(spec.bool("unschedulable")));
        lease(page, look, found.name());
        conditions(page, status.list("conditions"));
        page.line("Addresses:");
        for (Tree each : status.list("addresses"))
            page.field(1, each.object().text("type"), each.object().text("address"));
        quantities(page, "Capacity", status.object("capacity"));
        quantities(page, "Allocatable", status.object("allocatable"));
        system(page, status.object("nodeInfo"));
        page.fieldUnlessEmpty("PodCIDR", spec.text("podCIDR"));
        if (!spec.list("podCIDRs").isEmpty())
            page.field(
                    "PodCIDRs",
                    String.join(
                            ",", spec.list("podCIDRs").stream().map(Page::text).toList()));
        page.fieldUnlessEmpty("ProviderID", spec.text("providerID"));
        new NodePods(page, look, status).describe(found.name());
        look.events("", "involvedObject.name=" + found.name() + ",involvedObject.kind=Node", page);
    }

    private static String roles(ObjectTree labels) {
        var roles = new TreeSet<String>();
        for (var pair : labels) {
            String value = Page.text(pair.getValue());
            if (pair.getKey().startsWith("node-role.kubernetes.io/")) {
                String role = pair.getKey().substring("node-role.kubernetes.io/".length());
                if (!role.isEmpty()) roles.add(role);
            } else if (pair.getKey().equals("kubernetes.io/role") && !value.isEmpty()) roles.add(value);
        }
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static void taints(Page page, ListTree taints) {
        if (taints.isEmpty()) {
            page.field("Taints", "<none>");
            return;
        }
        List<Tree> sorted = new ArrayList<>(taints.items());
        sorted.sort(Comparator.comparing(
                each -> each.object().text("effect") + "," + each.object().text("key")));
        String head = "Taints:";
        for (Tree each : sorted) {
            ObjectTree taint = each.object();
            String value = taint.text("value");
            page.line(head + "\t" + taint.text("key") + (value.isEmpty() ? "" : "=" + value) + ":"
                    + taint.text("effect"));
            head = "";
        }
    }

    private static void lease(Page page, Look look, String name) {
        var lease = look.find("leases", "kube-node-lease", name);
        if (lease.isEmpty()) {
            page.field("Lease", "Failed to get lease: leases.coordination.k8s.io \"" + name + "\" not found");
            return;
        }
        ObjectTree spec = lease.get().object("spec");
        page.line("Lease:");
        page.field(1, "HolderIdentity", Page.orUnset(spec.get("holderIdentity")));
        String acquired = Page.time(spec.text("acquireTime"));
        String renewed = Page.time(spec.text("renewTime"));
        page.field(1, "AcquireTime", acquired.isEmpty() ? "<unset>" : acquired);
        page.field(1, "RenewTime", renewed.isEmpty() ? "<unset>" : renewed);
    }

    private static void conditions(Page page, ListTree conditions) {
        if (conditions.isEmpty()) return;
        page.line("Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage"
                + "\n  ----\t------\t-----------------\t------------------\t------\t-------");
        for (Tree each : conditions) {
            ObjectTree condition = each.object();
            page.line(
                    1,
                    condition.text("type") + " \t" + condition.text("status") + " \t"
                            + Page.time(condition.text("lastHeartbeatTime")) + " \t"
                            + Page.time(condition.text("lastTransitionTime")) + " \t" + condition.text("reason") + " \t"
                            + condition.text("message"));
        }
    }

    private static void quantities(Page page, String title, ObjectTree quantities) {
        if (quantities.isEmpty()) return;
        page.line(title + ":");
        for (var pair : quantities) page.field(1, pair.getKey(), Page.text(pair.getValue()));
    }

    private static void system(Page page, ObjectTree info) {
        page.line("System Info:");
        page.field(1, "Machine ID", info.text("machineID"));
        page.field(1, "System UUID", info.text("systemUUID"));
        page.field(1, "Boot ID", info.text("bootID"));
        page.field(1, "Kernel Version", info.text("kernelVersion"));
        page.field(1, "OS Image", info.text("osImage"));
        page.field(1, "Operating System", info.text("operatingSystem"));
        page.field(1, "Architecture", info.text("architecture"));
        page.field(1, "Container Runtime Version", info.text("containerRuntimeVersion"));
        page.field(1, "Kubelet Version", info.text("kubeletVersion"));
        page.field(1, "Kube-Proxy Version", info.text("kubeProxyVersion"));
    }
}
