package io.amphora.api.networking.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Whom some Pods may talk to.
public final class NetworkPolicies {
    public static final ResourceDefinition<NetworkPolicy> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "NetworkPolicy", NetworkPolicy::of)
            .plural("networkpolicies")
            .shortNames("netpol")
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<NetworkPolicy>builder()
                    .name()
                    .text(
                            "Pod-Selector",
                            "The Pods it is for.",
                            policy -> Cells.selector(policy.spec().podSelector().tree()))
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private NetworkPolicies() {}

    private static final class Rules implements Strategy<NetworkPolicy> {
        private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
        private static final List<String> TYPES = List.of("Ingress", "Egress");

        @Override
        public NetworkPolicy withDefaults(NetworkPolicy policy) {
            return NetworkPolicy.of(Defaults.in(policy.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = spec;
            for (String direction : List.of("ingress", "egress"))
                tree = Defaults.each(
                        tree,
                        direction,
                        rule -> Defaults.each(rule, "ports", port -> Defaults.absent(port, "protocol", "TCP")));
            if (!tree.list("policyTypes").isEmpty()) return tree;
            return tree.with("policyTypes", ListTree.from(tree.list("egress").isEmpty() ? List.of("Ingress") : TYPES));
        }

        @Override
        public void validate(NetworkPolicy policy, FieldErrors errors) {
            NetworkPolicySpec spec = policy.spec();
            Labels.selector(spec.podSelector(), SPEC.child("podSelector"), errors);
            for (int i = 0; i < spec.ingress().size(); i++) {
                FieldPath at = SPEC.child("ingress").index(i);
                ports(spec.ingress().get(i).ports(), at.child("ports"), errors);
                peers(spec.ingress().get(i).from(), at.child("from"), errors);
            }
            for (int i = 0; i < spec.egress().size(); i++) {
                FieldPath at = SPEC.child("egress").index(i);
                ports(spec.egress().get(i).ports(), at.child("ports"), errors);
                peers(spec.egress().get(i).to(), at.child("to"), errors);
            }
            FieldPath types = SPEC.child("policyTypes");
            if (spec.policyTypes().size() > TYPES.size()) {
                errors.invalid(types, spec.policyTypes(), "may not specify more than two policyTypes");
                return;
            }
            for (int i = 0; i < spec.policyTypes().size(); i++)
                Checks.supported(spec.policyTypes().get(i), TYPES, types.index(i), errors);
        }

        private static void ports(List<NetworkPolicyPort> ports, FieldPath list, FieldErrors errors) {
            for (int i = 0; i < ports.size(); i++) port(ports.get(i), list.index(i), errors);
        }

        private static void port(NetworkPolicyPort port, FieldPath at, FieldErrors errors) {
            port.findProtocol().ifPresent(name -> Checks.supported(name, PROTOCOLS, at.child("protocol"), errors));
            FieldPath end = at.child("endPort");
            boolean ends = port.findEndPort().isPresent();
            switch (port.tree().get("port")) {
                case Tree.Whole(var number) -> {
                    Checks.portNumber(number, at.child("port"), errors);
                    if (!ends) return;
                    if (port.endPort() < number) errors.invalid(end, number, "must be greater than or equal to `port`");
                    Checks.portNumber(port.endPort(), end, errors);
                }
                case Tree.Text(var name) -> {
                    if (ends) errors.invalid(end, port.endPort(), "may not be specified when `port` is non-numeric");
                    errors.invalidAll(at.child("port"), name, Names.isValidPortName(name));
                }
                default -> {
                    if (ends) errors.invalid(end, port.endPort(), "may not be specified when `port` is not specified");
                }
            }
        }

        private static void peers(List<NetworkPolicyPeer> peers, FieldPath list, FieldErrors errors) {
            for (int i = 0; i < peers.size(); i++) peer(peers.get(i), list.index(i), errors);
        }

        private static void peer(NetworkPolicyPeer peer, FieldPath at, FieldErrors errors) {
            boolean selects = peer.findPodSelector().isPresent()
                    || peer.findNamespaceSelector().isPresent();
            Labels.selector(peer.findPodSelector(), at.child("podSelector"), errors);
            Labels.selector(peer.findNamespaceSelector(), at.child("namespaceSelector"), errors);
            boolean block = peer.findIpBlock().isPresent();
            if (block) block(peer.ipBlock(), at.child("ipBlock"), errors);
            if (!selects && !block) errors.required(at, "must specify a peer");
            if (selects && block) errors.forbidden(at, "may not specify both ipBlock and another peer");
        }

        private static void block(IPBlock block, FieldPath at, FieldErrors errors) {
            if (block.cidr().isEmpty()) {
                errors.required(at.child("cidr"), "");
                return;
            }
            IpChecks.isValidCIDRForLegacyField(at.child("cidr"), block.cidr(), errors);
            Cidr whole = Cidr.parse(block.cidr());
            if (whole == null) return;
            for (int i = 0; i < block.except().size(); i++) {
                String text = block.except().get(i);
                FieldPath path = at.child("except").index(i);
                IpChecks.isValidCIDRForLegacyField(path, text, errors);
                Cidr part = Cidr.parse(text);
                if (part == null) return;
                if (!whole.contains(part) || whole.length() >= part.length())
                    errors.invalid(path, text, "must be a strict subset of `cidr`");
            }
        }

        @Override
        public List<String> warnings(NetworkPolicy policy) {
            var warnings = new ArrayList<String>();
            eachNetwork(policy, (at, cidr) -> warnings.addAll(IpChecks.warningsForCIDR(at, cidr)));
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(NetworkPolicy updated, NetworkPolicy stored) {
            return changesGeneration(updated, stored) ? warnings(updated) : List.of();
        }

        private static void eachNetwork(NetworkPolicy policy, BiConsumer<FieldPath, String> action) {
            NetworkPolicySpec spec = policy.spec();
            for (int i = 0; i < spec.ingress().size(); i++)
                eachNetwork(
                        spec.ingress().get(i).from(),
                        SPEC.child("ingress").index(i).child("from"),
                        action);
            for (int i = 0; i < spec.egress().size(); i++)
                eachNetwork(
                        spec.egress().get(i).to(), SPEC.child("egress").index(i).child("to"), action);
        }

        private static void eachNetwork(
                List<NetworkPolicyPeer> peers, FieldPath list, BiConsumer<FieldPath, String> action) {
            for (int i = 0; i < peers.size(); i++) {
                IPBlock block = peers.get(i).ipBlock();
                FieldPath at = list.index(i).child("ipBlock");
                if (!block.cidr().isEmpty()) action.accept(at.child("cidr"), block.cidr());
                for (int j = 0; j < block.except().size(); j++)
                    action.accept(at.child("except").index(j), block.except().get(j));
            }
        }
    }
}
