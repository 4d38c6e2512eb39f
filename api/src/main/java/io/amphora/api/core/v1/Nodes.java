package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.QuantityDefaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.api.validation.ResourceNames;
import io.amphora.api.validation.Tolerations;
import io.amphora.machinery.field.FieldError;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A machine that runs Pods.
public final class Nodes {
    public static final ResourceDefinition<Node> DEFINITION = ResourceDefinition.of("v1", "Node", Node::of)
            .shortNames("no")
            .subresources("proxy", "status")
            .strategy(new Rules())
            .columns(Columns.<Node>builder()
                    .name()
                    .text("Status", "Whether it is ready, and takes new Pods.", Nodes::statusCell)
                    .text("Roles", "What it is for.", Nodes::rolesCell)
                    .age()
                    .text(
                            "Version",
                            "The kubelet's version.",
                            node -> node.status().nodeInfo().kubeletVersion())
                    .wide("Internal-IP", "Its address in the cluster.", node -> address(node, "InternalIP"))
                    .wide("External-IP", "Its address outside.", node -> address(node, "ExternalIP"))
                    .wide(
                            "OS-Image",
                            "Its operating system.",
                            node -> info(node.status().nodeInfo().osImage()))
                    .wide(
                            "Kernel-Version",
                            "Its kernel.",
                            node -> info(node.status().nodeInfo().kernelVersion()))
                    .wide(
                            "Container-Runtime",
                            "What runs its containers.",
                            node -> info(node.status().nodeInfo().containerRuntimeVersion()))
                    .build())
            .build();

    private static final String ROLE = "node-role.kubernetes.io/";
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");

    private Nodes() {}

    private static String statusCell(Node node) {
        String ready = "Unknown";
        for (NodeCondition condition : node.status().conditions())
            if (condition.type().equals("Ready")) ready = condition.status().equals("True") ? "Ready" : "NotReady";
        return node.spec().unschedulable() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String rolesCell(Node node) {
        var roles = new TreeSet<String>();
        node.metadata().labels().forEach((key, value) -> {
            if (key.startsWith(ROLE) && key.length() > ROLE.length()) roles.add(key.substring(ROLE.length()));
            if (key.equals("kubernetes.io/role") && !value.isEmpty()) roles.add(value);
        });
        return Cells.orNone(String.join(",", roles));
    }

    private static String address(Node node, String type) {
        for (NodeAddress address : node.status().addresses()) if (address.type().equals(type)) return address.address();
        return Cells.NONE;
    }

    private static String info(String text) {
        return Cells.or(text, Cells.UNKNOWN);
    }

    private static final class Rules implements Strategy<Node> {
        @Override
        public Node withDefaults(Node node) {
            ObjectTree tree = Defaults.in(node.tree(), "status", Rules::statusDefaults);
            return Node.of(Defaults.in(tree, "spec", Rules::networks));
        }

        private static ObjectTree statusDefaults(ObjectTree status) {
            ObjectTree tree = Defaults.in(status, "capacity", QuantityDefaults::rounded);
            tree = Defaults.in(tree, "allocatable", QuantityDefaults::rounded);
            return tree.has("capacity") ? Defaults.absent(tree, "allocatable", tree.get("capacity")) : tree;
        }

        /// `podCIDR` is the first of `podCIDRs`.
        private static ObjectTree networks(ObjectTree spec) {
            String one = spec.text("podCIDR");
            ListTree all = spec.list("podCIDRs");
            String first = all.isEmpty() ? "" : String.valueOf(all.get(0).text());
            if (one.equals(first)) return spec;
            return one.isEmpty() ? spec.with("podCIDR", first) : spec.with("podCIDRs", ListTree.of(Tree.of(one)));
        }

        @Override
        public Node prepareForCreate(Node node) {
            return withoutConfigSource(node);
        }

        @Override
        public Node prepareForUpdate(Node updated, Node stored) {
            Node restored = Node.of(SpecAndStatus.restore(updated.tree(), stored.tree(), "status"));
            return stored.spec().tree().has("configSource") ? restored : withoutConfigSource(restored);
        }

        /// Dynamic configuration of kubelets is gone since 1.24; the field is left where it was.
        private static Node withoutConfigSource(Node node) {
            return Node.of(Defaults.in(node.tree(), "spec", spec -> spec.without("configSource")));
        }

        @Override
        public List<String> warnings(Node node) {
            return node.spec().externalID().isEmpty()
                    ? List.of()
                    : List.of("spec.externalID: this field is deprecated, and is unused by Kubernetes");
        }

        @Override
        public Node prepareForUpdate(String subresource, Node updated, Node stored) {
            return Node.of(SpecAndStatus.restoreAllBut("status", updated.tree(), stored.tree()));
        }

        @Override
        public void validate(Node node, FieldErrors errors) {
            taints(node, errors);
            resources(node, errors);
            var networks = node.spec().podCIDRs();
            FieldPath at = SPEC.child("podCIDRs");
            var seen = new HashSet<String>();
            var families = new ArrayList<Boolean>();
            for (int i = 0; i < networks.size(); i++) {
                IpChecks.isValidCIDRForLegacyField(at.index(i), networks.get(i), errors);
                Cidr cidr = Cidr.parse(networks.get(i));
                if (cidr != null) families.add(cidr.address().isV4());
            }
            if (networks.size() < 2) return;
            if (networks.size() > 2 || new HashSet<>(families).size() < 2)
                errors.invalid(at, networks, "may specify no more than one CIDR for each IP family");
            for (int i = 0; i < networks.size(); i++)
                if (!seen.add(networks.get(i))) errors.duplicate(at.index(i), networks.get(i));
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(Node updated, Node stored, FieldErrors errors) {
            resources(updated, errors);
            addresses(updated, errors);
            NodeSpec spec = updated.spec();
            NodeSpec old = stored.spec();
            if (!old.podCIDRs().isEmpty() && !old.podCIDRs().equals(spec.podCIDRs()))
                errors.forbidden(
                        SPEC.child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
            if (!old.providerID().isEmpty() && !old.providerID().equals(spec.providerID()))
                errors.forbidden(
                        SPEC.child("providerID"), "node updates may not change providerID except from \"\" to valid");
            taints(updated, errors);
            if (!spec.externalID().equals(old.externalID()))
                errors.forbidden(SPEC.child("externalID"), "may not be updated");
        }

        @Override
        public void validateUpdate(String subresource, Node updated, Node stored, FieldErrors errors) {
            validateUpdate(updated, stored, errors);
        }

        private static void addresses(Node node, FieldErrors errors) {
            var seen = new HashSet<NodeAddress>();
            var addresses = node.status().addresses();
            for (int i = 0; i < addresses.size(); i++)
                if (!seen.add(addresses.get(i)))
                    errors.duplicate(
                            STATUS.child("addresses").index(i), addresses.get(i).tree());
        }

        private static void resources(Node node, FieldErrors errors) {
            amounts(node.status().capacity(), STATUS.child("capacity"), errors);
            amounts(node.status().allocatable(), STATUS.child("allocatable"), errors);
        }

        private static void amounts(Map<String, String> amounts, FieldPath at, FieldErrors errors) {
            amounts.forEach((name, text) -> ResourceNames.amount(name, Quantity.parse(text), at.child(name), errors));
        }

        private static void taints(Node node, FieldErrors errors) {
            var seen = new HashSet<String>();
            var taints = node.spec().taints();
            for (int i = 0; i < taints.size(); i++) {
                Taint taint = taints.get(i);
                FieldPath at = FieldPath.of("metadata").child("taints").index(i);
                Labels.name(taint.key(), at.child("key"), errors);
                var wrong = Names.isValidLabelValue(taint.value());
                if (!wrong.isEmpty()) errors.invalid(at.child("value"), taint.value(), String.join(";", wrong));
                Checks.oneOf(taint.effect(), Tolerations.EFFECTS, at.child("effect"), errors);
                if (!seen.add(taint.effect() + " " + taint.key()))
                    errors.add(new FieldError(
                            FieldError.Reason.DUPLICATE,
                            at,
                            "Duplicate value: " + taint.tree() + ": taints must be unique by key and effect pair"));
            }
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("spec.unschedulable");
        }

        @Override
        public Map<String, String> selectableFields(Node node) {
            return Map.of("spec.unschedulable", Boolean.toString(node.spec().unschedulable()));
        }
    }
}
