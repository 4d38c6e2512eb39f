package io.amphora.api.validation;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerPort;
import io.amphora.api.core.v1.PodDNSConfig;
import io.amphora.api.core.v1.PodResourceClaim;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.ResourceRequirements;
import io.amphora.api.core.v1.TopologySpreadConstraint;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// The spec of a Pod, whether of a Pod itself or in the template of a workload.
public final class PodSpecs {
    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final List<String> PREEMPTION_POLICIES = List.of("PreemptLowerPriority", "Never");
    private static final List<String> NODE_POLICIES = List.of("Honor", "Ignore");

    /// Limits of the resolver in libc.
    private static final int NAMESERVERS = 3;

    private static final int SEARCH_PATHS = 32;
    private static final int SEARCH_CHARACTERS = 2048;

    private PodSpecs() {}

    /// @param podName the Pod's name; "" in a template, and then what only a Pod has to fulfil is not checked
    /// @param pod whether this is a Pod's spec rather than a template's
    public static void validate(PodSpec spec, String podName, boolean pod, FieldPath at, FieldErrors errors) {
        if (spec.findTerminationGracePeriodSeconds().isEmpty())
            errors.required(at.child("terminationGracePeriodSeconds"), "");
        var volumes = Volumes.validate(spec.volumes(), podName, pod, at.child("volumes"), errors);
        resourceClaims(spec.resourceClaims(), at.child("resourceClaims"), errors);
        var containers = new Containers(spec, volumes, errors);
        containers.regular(at.child("containers"));
        containers.init(at.child("initContainers"));
        containers.ephemeral(at.child("ephemeralContainers"));
        Resources.pod(spec, at.child("resources"), errors);
        hostNetworkPorts(spec, pod, at.child("containers"), errors);
        Checks.oneOf(spec.restartPolicy(), RESTART_POLICIES, at.child("restartPolicy"), errors);
        Checks.oneOf(spec.dnsPolicy(), DNS_POLICIES, at.child("dnsPolicy"), errors);
        Labels.labels(spec.nodeSelector(), at.child("nodeSelector"), errors);
        SecurityContexts.pod(spec, at.child("securityContext"), errors);
        spec.findAffinity().ifPresent(affinity -> PodAffinities.affinity(affinity, at.child("affinity"), errors));
        dns(spec, at.child("dnsConfig"), errors);
        var readinessGates = spec.readinessGates();
        for (int i = 0; i < readinessGates.size(); i++)
            Checks.qualifiedName(
                    readinessGates.get(i).conditionType(),
                    at.child("readinessGates").index(i).child("conditionType"),
                    errors);
        schedulingGates(spec, at.child("schedulingGates"), errors);
        topologySpread(spec.topologySpreadConstraints(), at.child("topologySpreadConstraints"), errors);
        WindowsOptions.hostProcess(spec, at, errors);
        hostUsers(spec, at, errors);
        names(spec, at, errors);
        if (!spec.overhead().isEmpty())
            Resources.container(
                    ResourceRequirements.EMPTY.withLimits(spec.overhead()), Set.of(), at.child("overhead"), errors);
        WindowsOptions.operatingSystem(spec, at, errors);
    }

    /// What is checked in Pods and not in templates, which have been about for longer than the rules.
    public static void onlyInPods(PodSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.serviceAccountName().isEmpty())
            for (int i = 0; i < spec.volumes().size(); i++) {
                var sources = spec.volumes().get(i).projected().sources();
                for (int j = 0; j < sources.size(); j++)
                    if (sources.get(j).findServiceAccountToken().isPresent())
                        errors.forbidden(
                                at.child("volumes")
                                        .index(i)
                                        .child("projected")
                                        .child("sources")
                                        .index(j)
                                        .child("serviceAccountToken"),
                                "must not be specified when serviceAccountName is not set");
            }
        for (int i = 0; i < spec.containers().size(); i++)
            Containers.image(spec.containers().get(i), at.child("containers").index(i), errors);
        for (int i = 0; i < spec.initContainers().size(); i++)
            Containers.image(
                    spec.initContainers().get(i), at.child("initContainers").index(i), errors);
    }

    private static void names(PodSpec spec, FieldPath at, FieldErrors errors) {
        if (!spec.serviceAccountName().isEmpty())
            Checks.subdomain(spec.serviceAccountName(), at.child("serviceAccountName"), errors);
        if (!spec.nodeName().isEmpty()) Checks.subdomain(spec.nodeName(), at.child("nodeName"), errors);
        if (spec.findActiveDeadlineSeconds().isPresent())
            errors.invalidAll(
                    at.child("activeDeadlineSeconds"),
                    spec.activeDeadlineSeconds(),
                    Names.isInRange(spec.activeDeadlineSeconds(), 1, Integer.MAX_VALUE));
        if (!spec.hostname().isEmpty()) Checks.label(spec.hostname(), at.child("hostname"), errors);
        if (!spec.subdomain().isEmpty()) Checks.label(spec.subdomain(), at.child("subdomain"), errors);
        hostnameOverride(spec, at, errors);
        Tolerations.validate(spec.tolerations(), at.child("tolerations"), errors);
        var aliases = spec.hostAliases();
        for (int i = 0; i < aliases.size(); i++) {
            FieldPath alias = at.child("hostAliases").index(i);
            IpChecks.isValidIPForLegacyField(alias.child("ip"), aliases.get(i).ip(), errors);
            var names = aliases.get(i).hostnames();
            for (int j = 0; j < names.size(); j++)
                Checks.subdomain(names.get(j), alias.child("hostnames").index(j), errors);
        }
        if (!spec.priorityClassName().isEmpty())
            Checks.subdomain(spec.priorityClassName(), at.child("priorityClassName"), errors);
        spec.findRuntimeClassName().ifPresent(name -> Checks.subdomain(name, at.child("runtimeClassName"), errors));
        spec.findPreemptionPolicy()
                .ifPresent(policy -> Checks.oneOf(policy, PREEMPTION_POLICIES, at.child("preemptionPolicy"), errors));
    }

    /// The whole hostname, whatever `hostname` and `subdomain` say (KEP-4762).
    private static void hostnameOverride(PodSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.findHostnameOverride().isEmpty()) return;
        FieldPath field = at.child("hostnameOverride");
        String name = spec.hostnameOverride();
        if (name.length() > 64) errors.tooLong(field, 64);
        else if (name.isEmpty()) errors.required(field, "");
        else Checks.subdomain(name, field, errors);
        if (spec.hostNetwork()) errors.forbidden(field, "may not be specified when hostNetwork is true");
        if (spec.setHostnameAsFQDN()) errors.forbidden(field, "may not be specified when setHostnameAsFQDN is true");
    }

    /// The non-empty names of the claims that containers can refer to.
    static Set<String> claimNames(PodSpec spec) {
        if (spec.resourceClaims().isEmpty()) return Set.of();
        var names = new HashSet<String>();
        for (PodResourceClaim claim : spec.resourceClaims()) if (!claim.name().isEmpty()) names.add(claim.name());
        return names;
    }

    /// Regular, init and ephemeral containers, in the order of their fields.
    public static void eachContainer(PodSpec spec, FieldPath at, BiConsumer<Container, FieldPath> visitor) {
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            var items = spec.tree().list(list);
            for (int i = 0; i < items.size(); i++)
                visitor.accept(
                        Container.of(items.get(i).object()), at.child(list).index(i));
        }
    }

    private static void resourceClaims(List<PodResourceClaim> claims, FieldPath list, FieldErrors errors) {
        var names = new HashSet<String>();
        for (int i = 0; i < claims.size(); i++) {
            PodResourceClaim claim = claims.get(i);
            FieldPath at = list.index(i);
            if (claim.name().isEmpty()) errors.required(at.child("name"), "");
            else if (!names.add(claim.name())) errors.duplicate(at.child("name"), claim.name());
            else Checks.label(claim.name(), at.child("name"), errors);
            boolean direct = claim.findResourceClaimName().isPresent();
            boolean template = claim.findResourceClaimTemplateName().isPresent();
            if (direct && template)
                errors.invalid(
                        at,
                        claim.tree(),
                        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
            if (!direct && !template)
                errors.invalid(
                        at, claim.tree(), "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            if (direct) Checks.subdomain(claim.resourceClaimName(), at.child("resourceClaimName"), errors);
            if (template)
                Checks.subdomain(claim.resourceClaimTemplateName(), at.child("resourceClaimTemplateName"), errors);
        }
    }

    /// A container in the node's network has its ports there. Templates may leave the node's port open, as it
    /// is set
    /// when
    /// the Pod is made.
    private static void hostNetworkPorts(PodSpec spec, boolean pod, FieldPath containers, FieldErrors errors) {
        if (!spec.hostNetwork()) return;
        for (int i = 0; i < spec.containers().size(); i++) {
            var ports = spec.containers().get(i).ports();
            for (int j = 0; j < ports.size(); j++) {
                ContainerPort port = ports.get(j);
                if ((pod || port.hostPort() != 0) && port.hostPort() != port.containerPort())
                    errors.invalid(
                            containers.index(i).child("ports").index(j).child("hostPort"),
                            port.hostPort(),
                            "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }

    private static void hostUsers(PodSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.findHostUsers().orElse(true)) return;
        String why = "when `hostUsers` is false";
        if (spec.hostNetwork()) errors.forbidden(at.child("hostNetwork"), why);
        if (spec.hostPID()) errors.forbidden(at.child("HostPID"), why);
        if (spec.hostIPC()) errors.forbidden(at.child("HostIPC"), why);
        PodSpecs.eachContainer(spec, at, (container, path) -> {
            if (!container.volumeDevices().isEmpty()) errors.forbidden(path.child("volumeDevices"), why);
        });
    }

    private static void dns(PodSpec spec, FieldPath at, FieldErrors errors) {
        PodDNSConfig config = spec.dnsConfig();
        FieldPath servers = at.child("nameservers");
        if (spec.dnsPolicy().equals("None")) {
            if (spec.findDnsConfig().isEmpty()) {
                errors.required(at, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (config.nameservers().isEmpty()) {
                errors.required(servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        if (config.tree().isEmpty()) return;
        ObjectTree tree = config.tree();
        if (config.nameservers().size() > NAMESERVERS)
            errors.invalid(servers, tree.get("nameservers"), "must not have more than " + NAMESERVERS + " nameservers");
        for (int i = 0; i < config.nameservers().size(); i++)
            IpChecks.isValidIPForLegacyField(
                    servers.index(i), config.nameservers().get(i), errors);
        FieldPath searches = at.child("searches");
        if (config.searches().size() > SEARCH_PATHS)
            errors.invalid(searches, tree.get("searches"), "must not have more than " + SEARCH_PATHS + " search paths");
        if (String.join(" ", config.searches()).length() > SEARCH_CHARACTERS)
            errors.invalid(
                    searches,
                    tree.get("searches"),
                    "must not have more than " + SEARCH_CHARACTERS
                            + " characters (including spaces) in the search list");
        for (int i = 0; i < config.searches().size(); i++) {
            String search = config.searches().get(i);
            if (search.equals(".")) continue;
            String domain = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
            errors.invalidAll(searches.index(i), domain, Names.isDNS1123SubdomainWithUnderscore(domain));
        }
        for (int i = 0; i < config.options().size(); i++)
            if (config.options().get(i).name().isEmpty())
                errors.required(at.child("options").index(i), "must not be empty");
    }

    private static void schedulingGates(PodSpec spec, FieldPath list, FieldErrors errors) {
        var seen = new HashSet<String>();
        var gates = spec.schedulingGates();
        for (int i = 0; i < gates.size(); i++) {
            String name = gates.get(i).name();
            Checks.qualifiedName(name, list.index(i), errors);
            if (!seen.add(name)) errors.duplicate(list.index(i), name);
        }
    }

    private static List<String> identity(TopologySpreadConstraint constraint) {
        return List.of(constraint.topologyKey(), constraint.whenUnsatisfiable());
    }

    private static void topologySpread(List<TopologySpreadConstraint> constraints, FieldPath list, FieldErrors errors) {
        var last = new HashMap<List<String>, Integer>();
        for (int i = 0; i < constraints.size(); i++) last.put(identity(constraints.get(i)), i);
        for (int i = 0; i < constraints.size(); i++) {
            TopologySpreadConstraint constraint = constraints.get(i);
            FieldPath at = list.index(i);
            String action = constraint.whenUnsatisfiable();
            Checks.positive(constraint.maxSkew(), at.child("maxSkew"), errors);
            if (constraint.topologyKey().isEmpty()) errors.required(at.child("topologyKey"), "can not be empty");
            Checks.supported(action, List.of("DoNotSchedule", "ScheduleAnyway"), at.child("whenUnsatisfiable"), errors);
            if (last.getOrDefault(identity(constraint), i) > i)
                errors.duplicate(
                        at.child("{topologyKey, whenUnsatisfiable}"),
                        "{" + constraint.topologyKey() + ", " + action + "}");
            if (constraint.findMinDomains().isPresent()) {
                int domains = constraint.minDomains();
                Checks.positive(domains, at.child("minDomains"), errors);
                if (!action.equals("DoNotSchedule"))
                    errors.invalid(
                            at.child("minDomains"),
                            domains,
                            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
            }
            constraint
                    .findNodeAffinityPolicy()
                    .ifPresent(
                            policy -> Checks.supported(policy, NODE_POLICIES, at.child("nodeAffinityPolicy"), errors));
            constraint
                    .findNodeTaintsPolicy()
                    .ifPresent(policy -> Checks.supported(policy, NODE_POLICIES, at.child("nodeTaintsPolicy"), errors));
            matchLabelKeys(constraint, at.child("matchLabelKeys"), errors);
            Labels.selector(constraint.findLabelSelector(), at.child("labelSelector"), errors);
        }
    }

    private static void matchLabelKeys(TopologySpreadConstraint constraint, FieldPath at, FieldErrors errors) {
        var keys = constraint.matchLabelKeys();
        if (keys.isEmpty()) return;
        if (constraint.findLabelSelector().isEmpty())
            errors.forbidden(at, "must not be specified when labelSelector is not set");
        for (int i = 0; i < keys.size(); i++) Labels.name(keys.get(i), at.index(i), errors);
        Labels.notInSelectorToo(keys, constraint.labelSelector(), at, errors);
    }
}
