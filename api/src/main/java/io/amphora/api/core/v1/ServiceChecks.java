package io.amphora.api.core.v1;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.IpFields;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// What a Service may be, and become.
final class ServiceChecks {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath CLUSTER_IPS = SPEC.child("clusterIPs");
    private static final FieldPath IP_FAMILIES = SPEC.child("ipFamilies");
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> TRAFFIC_POLICIES = List.of("Cluster", "Local");
    private static final String SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static final String HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
    private static final int MOST_AFFINITY_SECONDS = 86400;
    private static final String ONCE = "may not change once set";
    private static final String ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'";

    private ServiceChecks() {}

    static void validate(Service service, FieldErrors errors) {
        ServiceSpec spec = service.spec();
        boolean headless = Services.isHeadless(spec);
        topologyAnnotations(service, errors);
        if (spec.ports().isEmpty() && !headless && Services.needsClusterIp(spec))
            errors.required(SPEC.child("ports"), "");
        if (headless && (spec.type().equals("LoadBalancer") || spec.type().equals("NodePort")))
            errors.invalid(CLUSTER_IPS.index(0), "None", "may not be set to 'None' for " + spec.type() + " services");
        if (spec.type().equals("ExternalName")) externalName(spec, errors);
        ports(spec, errors);
        Labels.labels(spec.selector(), SPEC.child("selector"), errors);
        sessionAffinity(spec, errors);
        addresses(spec, errors);
        for (int i = 0; i < spec.externalIPs().size(); i++) {
            FieldPath at = SPEC.child("externalIPs").index(i);
            int before = errors.size();
            IpChecks.isValidIPForLegacyField(at, spec.externalIPs().get(i), errors);
            if (errors.size() == before) IpFields.notSpecial(spec.externalIPs().get(i), at, errors);
        }
        Checks.oneOf(spec.type(), TYPES, SPEC.child("type"), errors);
        nodePorts(spec, errors);
        sourceRanges(service, errors);
        balancerPorts(spec, errors);
        loadBalancerClass(spec, errors);
        trafficPolicies(spec, errors);
    }

    private static void topologyAnnotations(Service service, FieldErrors errors) {
        var annotations = service.metadata().annotations();
        String hints = annotations.get(HINTS);
        String mode = annotations.get(TOPOLOGY_MODE);
        if (hints != null && mode != null && !hints.equals(mode))
            errors.invalid(
                    FieldPath.of("metadata").child("annotations").key(TOPOLOGY_MODE),
                    mode,
                    "must match annotations[" + HINTS + "] when both are specified");
    }

    private static void externalName(ServiceSpec spec, FieldErrors errors) {
        String why = "may not be set for ExternalName services";
        if (!spec.clusterIPs().isEmpty()) errors.forbidden(CLUSTER_IPS, why);
        if (!spec.ipFamilies().isEmpty()) errors.forbidden(IP_FAMILIES, why);
        if (spec.findIpFamilyPolicy().isPresent()) errors.forbidden(SPEC.child("ipFamilyPolicy"), why);
        String name = spec.externalName();
        String domain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (domain.isEmpty()) errors.required(SPEC.child("externalName"), "");
        else Checks.subdomain(domain, SPEC.child("externalName"), errors);
    }

    private static void ports(ServiceSpec spec, FieldErrors errors) {
        var names = new HashSet<String>();
        var ports = spec.ports();
        for (int i = 0; i < ports.size(); i++) {
            ServicePort port = ports.get(i);
            FieldPath at = SPEC.child("ports").index(i);
            if (!port.name().isEmpty()) {
                Checks.label(port.name(), at.child("name"), errors);
                if (!names.add(port.name())) errors.duplicate(at.child("name"), port.name());
            } else if (ports.size() > 1) {
                errors.required(at.child("name"), "");
            }
            Checks.portNumber(port.port(), at.child("port"), errors);
            Checks.oneOf(port.protocol(), PROTOCOLS, at.child("protocol"), errors);
            Checks.portNumberOrName(port.targetPort(), at.child("targetPort"), errors);
            port.findAppProtocol().ifPresent(name -> Checks.qualifiedName(name, at.child("appProtocol"), errors));
        }
    }

    private static void sessionAffinity(ServiceSpec spec, FieldErrors errors) {
        String affinity = spec.sessionAffinity();
        FieldPath config = SPEC.child("sessionAffinityConfig");
        Checks.oneOf(affinity, List.of("ClientIP", "None"), SPEC.child("sessionAffinity"), errors);
        if (affinity.equals("None") && spec.findSessionAffinityConfig().isPresent())
            errors.forbidden(config, "must not be set when session affinity is None");
        if (!affinity.equals("ClientIP")) return;
        int seconds = spec.sessionAffinityConfig().clientIP().timeoutSeconds();
        if (seconds <= 0 || seconds > MOST_AFFINITY_SECONDS)
            errors.invalid(
                    config.child("clientIP").child("timeoutSeconds"),
                    seconds,
                    "must be greater than 0 and less than " + MOST_AFFINITY_SECONDS);
    }

    private static void addresses(ServiceSpec spec, FieldErrors errors) {
        if (!Services.needsClusterIp(spec)) return;
        List<String> addresses = spec.clusterIPs();
        ObjectTree tree = spec.tree();
        if (!spec.clusterIP().isEmpty()) {
            if (addresses.isEmpty()) errors.required(CLUSTER_IPS, "");
            else if (!addresses.getFirst().equals(spec.clusterIP()))
                errors.invalid(CLUSTER_IPS, tree.get("clusterIPs"), "first value must match `clusterIP`");
        } else if (!addresses.isEmpty()) {
            errors.invalid(CLUSTER_IPS, tree.get("clusterIPs"), "must be empty when `clusterIP` is not specified");
        }
        families(spec, errors);
        int before = errors.size();
        for (int i = 0; i < addresses.size(); i++) {
            if (i == 0 && addresses.get(i).equals("None")) {
                if (addresses.size() > 1)
                    errors.invalid(CLUSTER_IPS, tree.get("clusterIPs"), "'None' must be the first and only value");
                continue;
            }
            IpChecks.isValidIPForLegacyField(CLUSTER_IPS.index(i), addresses.get(i), errors);
        }
        boolean valid = errors.size() == before;
        if (addresses.size() > 2) errors.invalid(CLUSTER_IPS, tree.get("clusterIPs"), "may only hold up to 2 values");
        if (!valid) return;
        if (addresses.size() > 1 && isV4(addresses.get(0)) == isV4(addresses.get(1)))
            errors.invalid(CLUSTER_IPS, tree.get("clusterIPs"), "may specify no more than one IP for each IP family");
        if (!Services.isHeadless(spec)) addressesOfFamilies(spec, errors);
    }

    private static void families(ServiceSpec spec, FieldErrors errors) {
        var seen = new HashSet<String>();
        for (int i = 0; i < spec.ipFamilies().size(); i++) {
            String family = spec.ipFamilies().get(i);
            Checks.supported(family, List.of("IPv4", "IPv6"), IP_FAMILIES.index(i), errors);
            if (!seen.add(family)) errors.duplicate(IP_FAMILIES.index(i), family);
        }
        spec.findIpFamilyPolicy()
                .ifPresent(policy -> Checks.supported(
                        policy,
                        List.of("PreferDualStack", "RequireDualStack", "SingleStack"),
                        SPEC.child("ipFamilyPolicy"),
                        errors));
    }

    private static void addressesOfFamilies(ServiceSpec spec, FieldErrors errors) {
        List<String> addresses = spec.clusterIPs();
        for (int i = 0; i < Math.min(addresses.size(), spec.ipFamilies().size()); i++) {
            String family = spec.ipFamilies().get(i);
            boolean v4 = isV4(addresses.get(i));
            if (family.equals("IPv4") && !v4 || family.equals("IPv6") && v4)
                errors.invalid(
                        CLUSTER_IPS.index(i),
                        addresses.get(i),
                        "expected an " + family + " value as indicated by `ipFamilies[" + i + "]`");
        }
    }

    private static boolean isV4(String address) {
        IpAddress ip = IpAddress.parse(address);
        return ip != null && ip.isV4();
    }

    private static void nodePorts(ServiceSpec spec, FieldErrors errors) {
        var ports = spec.ports();
        FieldPath list = SPEC.child("ports");
        if (spec.type().equals("ClusterIP"))
            for (int i = 0; i < ports.size(); i++)
                if (ports.get(i).nodePort() != 0)
                    errors.forbidden(list.index(i).child("nodePort"), "may not be used when `type` is 'ClusterIP'");
        var taken = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i).nodePort();
            if (port != 0 && !taken.add(ports.get(i).protocol() + port))
                errors.duplicate(list.index(i).child("nodePort"), port);
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ServicePort port = ports.get(i);
            if (!seen.add(port.protocol() + port.port()))
                errors.duplicate(list.index(i), ObjectTree.of("port", port.port(), "protocol", port.protocol()));
        }
    }

    private static void sourceRanges(Service service, FieldErrors errors) {
        ServiceSpec spec = service.spec();
        boolean balancer = spec.type().equals("LoadBalancer");
        var ranges = spec.loadBalancerSourceRanges();
        if (!ranges.isEmpty()) {
            FieldPath at = SPEC.child("LoadBalancerSourceRanges");
            if (!balancer) errors.forbidden(at, ONLY_BALANCERS);
            for (int i = 0; i < ranges.size(); i++)
                IpChecks.isValidCIDRForLegacyField(at.index(i), ranges.get(i).strip(), errors);
            return;
        }
        String annotation = service.metadata().annotations().get(SOURCE_RANGES);
        if (annotation == null) return;
        FieldPath at = FieldPath.of("metadata").child("annotations").key(SOURCE_RANGES);
        if (!balancer) errors.forbidden(at, ONLY_BALANCERS);
        if (!annotation.isBlank())
            for (String range : annotation.strip().split(",", -1))
                IpChecks.isValidCIDRForLegacyField(at, range.strip(), errors);
    }

    private static void balancerPorts(ServiceSpec spec, FieldErrors errors) {
        boolean balancer = spec.type().equals("LoadBalancer");
        boolean set = spec.findAllocateLoadBalancerNodePorts().isPresent();
        if (set && !balancer) errors.forbidden(SPEC.child("allocateLoadBalancerNodePorts"), ONLY_BALANCERS);
        if (!set && balancer) errors.required(FieldPath.of("allocateLoadBalancerNodePorts"), "");
    }

    private static void loadBalancerClass(ServiceSpec spec, FieldErrors errors) {
        FieldPath at = SPEC.child("loadBalancerClass");
        spec.findLoadBalancerClass().ifPresent(name -> {
            if (spec.type().equals("LoadBalancer")) Checks.qualifiedName(name, at, errors);
            else errors.forbidden(at, ONLY_BALANCERS);
        });
    }

    private static void trafficPolicies(ServiceSpec spec, FieldErrors errors) {
        String external = spec.externalTrafficPolicy();
        FieldPath at = SPEC.child("externalTrafficPolicy");
        if (Services.isExternal(spec)) Checks.oneOf(external, TRAFFIC_POLICIES, at, errors);
        else if (!external.isEmpty())
            errors.invalid(at, external, "may only be set for externally-accessible services");
        int port = spec.healthCheckNodePort();
        FieldPath portAt = SPEC.child("healthCheckNodePort");
        if (!Services.needsHealthCheck(spec)) {
            if (port != 0)
                errors.invalid(
                        portAt,
                        port,
                        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        } else if (port != 0) {
            Checks.portNumber(port, portAt, errors);
        }
        Optional<String> internal = spec.findInternalTrafficPolicy();
        FieldPath internalAt = SPEC.child("internalTrafficPolicy");
        if (internal.isEmpty() && TYPES.contains(spec.type()) && Services.needsClusterIp(spec))
            errors.required(internalAt, "");
        internal.ifPresent(policy -> Checks.supported(policy, TRAFFIC_POLICIES, internalAt, errors));
        spec.findTrafficDistribution()
                .ifPresent(distribution -> Checks.supported(
                        distribution,
                        List.of("PreferClose", "PreferSameZone", "PreferSameNode"),
                        SPEC.child("trafficDistribution"),
                        errors));
    }

    static void validateUpdate(Service updated, Service stored, FieldErrors errors) {
        ServiceSpec spec = updated.spec();
        ServiceSpec old = stored.spec();
        if (Services.needsClusterIp(spec) && Services.needsClusterIp(old)) {
            boolean headless = Services.isHeadless(spec);
            boolean wasHeadless = Services.isHeadless(old);
            if (!headless || !wasHeadless)
                changed(spec, spec.clusterIPs(), old.clusterIPs(), "clusterIPs", "clusterIP", errors);
            if (!headless && !wasHeadless)
                changed(spec, spec.ipFamilies(), old.ipFamilies(), "ipFamilies", "ipFamily", errors);
        }
        boolean balancers = spec.type().equals("LoadBalancer") && old.type().equals("LoadBalancer");
        if (balancers && !spec.findLoadBalancerClass().equals(old.findLoadBalancerClass()))
            errors.invalid(SPEC.child("loadBalancerClass"), spec.tree().get("loadBalancerClass"), ONCE);
        loadBalancerClass(spec, errors);
        if (Services.needsHealthCheck(old)
                && Services.needsHealthCheck(spec)
                && spec.healthCheckNodePort() != old.healthCheckNodePort())
            errors.forbidden(SPEC.child("healthCheckNodePort"), "field is immutable");
    }

    /// The first address and family stay for life; a second may come and go, the latter only when that is said.
    private static void changed(
            ServiceSpec spec, List<String> now, List<String> before, String field, String one, FieldErrors errors) {
        FieldPath at = SPEC.child(field);
        boolean families = field.equals("ipFamilies");
        if (now.size() == before.size()) {
            for (int i = 0; i < now.size(); i++)
                if (!now.get(i).equals(before.get(i))) errors.invalid(at.index(families ? 0 : i), now, ONCE);
            return;
        }
        if (now.isEmpty()) errors.invalid(at.index(0), now, "primary " + one + " can not be unset");
        if (!now.isEmpty() && !before.isEmpty() && !now.getFirst().equals(before.getFirst()))
            errors.invalid(at.index(0), now, ONCE);
        if (now.size() == 1 && before.size() == 2 && !spec.ipFamilyPolicy().equals("SingleStack"))
            errors.invalid(
                    SPEC.child("ipFamilyPolicy"),
                    spec.tree().get("ipFamilyPolicy"),
                    "must be set to 'SingleStack' when releasing the secondary " + one);
    }

    static void validateStatus(Service service, FieldErrors errors) {
        var ingress = service.status().loadBalancer().ingress();
        FieldPath list = FieldPath.of("status").child("loadBalancer").child("ingress");
        if (!service.spec().type().equals("LoadBalancer")) {
            if (!ingress.isEmpty()) errors.forbidden(list, "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (int i = 0; i < ingress.size(); i++) {
            LoadBalancerIngress each = ingress.get(i);
            FieldPath at = list.index(i);
            if (!each.ip().isEmpty()) IpChecks.isValidIPForLegacyField(at.child("ip"), each.ip(), errors);
            FieldPath mode = at.child("ipMode");
            if (each.findIpMode().isEmpty()) {
                if (!each.ip().isEmpty()) errors.required(mode, "must be specified when `ip` is set");
            } else if (each.ip().isEmpty()) {
                errors.forbidden(mode, "may not be specified when `ip` is not set");
            } else {
                Checks.supported(each.ipMode(), List.of("Proxy", "VIP"), mode, errors);
            }
            IpFields.hostname(each.hostname(), at.child("hostname"), errors);
        }
    }

    static List<String> warnings(Service service) {
        ServiceSpec spec = service.spec();
        var warnings = new ArrayList<String>();
        if (service.metadata().annotations().containsKey(HINTS))
            warnings.add(
                    "metadata.annotations[" + HINTS + "]: deprecated in v1.27+, use \"" + TOPOLOGY_MODE + "\" instead");
        if (!Services.isHeadless(spec))
            for (int i = 0; i < spec.clusterIPs().size(); i++)
                warnings.addAll(IpChecks.warningsForIP(
                        CLUSTER_IPS.index(i), spec.clusterIPs().get(i)));
        for (int i = 0; i < spec.externalIPs().size(); i++)
            warnings.addAll(IpChecks.warningsForIP(
                    SPEC.child("externalIPs").index(i), spec.externalIPs().get(i)));
        if (!spec.loadBalancerIP().isEmpty())
            warnings.addAll(IpChecks.warningsForIP(SPEC.child("loadBalancerIP"), spec.loadBalancerIP()));
        for (int i = 0; i < spec.loadBalancerSourceRanges().size(); i++)
            warnings.addAll(IpChecks.warningsForCIDR(
                    SPEC.child("loadBalancerSourceRanges").index(i),
                    spec.loadBalancerSourceRanges().get(i)));
        if (spec.type().equals("ExternalName") && !spec.externalIPs().isEmpty())
            warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        if (!spec.type().equals("ExternalName") && !spec.externalName().isEmpty())
            warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        return warnings;
    }
}
