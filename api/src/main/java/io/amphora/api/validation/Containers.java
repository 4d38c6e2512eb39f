package io.amphora.api.validation;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerPort;
import io.amphora.api.core.v1.ContainerRestartRule;
import io.amphora.api.core.v1.EphemeralContainer;
import io.amphora.api.core.v1.PodResources;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Volume;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// The three sorts of containers of a Pod: regular, init and ephemeral ones.
final class Containers {
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");
    private static final List<String> RESTART_POLICIES = List.of("Always", "Never", "OnFailure");
    private static final int RESTART_RULES = 20;
    private static final int EXIT_CODES = 255;

    /// What an ephemeral container has, which nothing depends on, in the order of the type's fields.
    private static final List<String> FORBIDDEN_IN_EPHEMERAL = List.of(
            "ports",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle");

    private final PodSpec spec;
    private final Map<String, Volume> volumes;
    private final Set<String> podClaims;
    private final OptionalLong gracePeriod;
    private final boolean hostUsers;
    private final FieldErrors errors;

    /// @param volumes the Pod's valid volumes, by name
    Containers(PodSpec spec, Map<String, Volume> volumes, FieldErrors errors) {
        this.spec = spec;
        this.volumes = volumes;
        this.podClaims = PodSpecs.claimNames(spec);
        this.gracePeriod = spec.findTerminationGracePeriodSeconds();
        this.hostUsers = spec.findHostUsers().orElse(true);
        this.errors = errors;
    }

    void regular(FieldPath list) {
        var containers = spec.containers();
        if (containers.isEmpty()) {
            errors.required(list, "");
            return;
        }
        var names = new HashSet<String>();
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            FieldPath at = list.index(i);
            common(container, at);
            restartPolicy(container, at);
            if (!names.add(container.name())) errors.duplicate(at.child("name"), container.name());
            hooksAndProbes(container, at);
        }
        hostPorts(containers, list);
    }

    void init(FieldPath list) {
        var names = new HashSet<String>();
        for (Container container : spec.containers()) names.add(container.name());
        var containers = spec.initContainers();
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            FieldPath at = list.index(i);
            common(container, at);
            restartPolicy(container, at);
            if (!container.name().isEmpty() && !names.add(container.name()))
                errors.duplicate(at.child("name"), container.name());
            hostPorts(List.of(container), list);
            if (PodResources.isSidecar(container)) hooksAndProbes(container, at);
            else
                for (String name : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"))
                    if (container.tree().has(name))
                        errors.forbidden(
                                at.child(name), "may not be set for init containers without restartPolicy=Always");
        }
    }

    void ephemeral(FieldPath list) {
        var others = new HashSet<String>();
        for (Container container : spec.containers()) others.add(container.name());
        for (Container container : spec.initContainers()) others.add(container.name());
        var names = new HashSet<>(others);
        var containers = spec.ephemeralContainers();
        for (int i = 0; i < containers.size(); i++) {
            EphemeralContainer ephemeral = containers.get(i);
            FieldPath at = list.index(i);
            Container container = Container.of(ephemeral.tree());
            common(container, at);
            image(container, at, errors);
            if (!names.add(ephemeral.name())) errors.duplicate(at.child("name"), ephemeral.name());
            String target = ephemeral.targetContainerName();
            if (!target.isEmpty() && !others.contains(target)) errors.notFound(at.child("targetContainerName"), target);
            onlyWhatNothingDependsOn(ephemeral, at);
        }
    }

    private void onlyWhatNothingDependsOn(EphemeralContainer ephemeral, FieldPath at) {
        String why = "cannot be set for an Ephemeral Container";
        for (String name : FORBIDDEN_IN_EPHEMERAL)
            if (isSet(ephemeral.tree(), name)) errors.forbidden(at.child(name), why);
        var mounts = ephemeral.volumeMounts();
        for (int i = 0; i < mounts.size(); i++) {
            FieldPath mount = at.child("volumeMounts").index(i);
            if (!mounts.get(i).subPath().isEmpty()) errors.forbidden(mount.child("subPath"), why);
            if (!mounts.get(i).subPathExpr().isEmpty()) errors.forbidden(mount.child("subPathExpr"), why);
        }
    }

    private static boolean isSet(ObjectTree tree, String name) {
        return switch (tree.find(name)) {
            case null -> false;
            case ObjectTree object -> !name.equals("resources") || !object.isEmpty();
            case ListTree list -> !list.isEmpty();
            default -> true;
        };
    }

    private void common(Container container, FieldPath at) {
        if (container.name().isEmpty()) errors.required(at.child("name"), "");
        else Checks.label(container.name(), at.child("name"), errors);
        Checks.required(container.image(), at.child("image"), errors);
        Checks.oneOf(
                container.terminationMessagePolicy(), MESSAGE_POLICIES, at.child("terminationMessagePolicy"), errors);
        ports(container.ports(), at.child("ports"));
        EnvVars.validate(container, at, errors);
        Mounts.validate(container, volumes, at, errors);
        Checks.oneOf(container.imagePullPolicy(), PULL_POLICIES, at.child("imagePullPolicy"), errors);
        Resources.container(container.resources(), podClaims, at.child("resources"), errors);
        Resources.resizePolicy(container.resizePolicy(), spec.restartPolicy(), at.child("resizePolicy"), errors);
        container
                .findSecurityContext()
                .ifPresent(
                        context -> SecurityContexts.container(context, hostUsers, at.child("securityContext"), errors));
    }

    private void ports(List<ContainerPort> ports, FieldPath list) {
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ContainerPort port = ports.get(i);
            FieldPath at = list.index(i);
            if (!port.name().isEmpty()) {
                var wrong = Names.isValidPortName(port.name());
                errors.invalidAll(at.child("name"), port.name(), wrong);
                if (wrong.isEmpty() && !names.add(port.name())) errors.duplicate(at.child("name"), port.name());
            }
            if (port.containerPort() == 0) errors.required(at.child("containerPort"), "");
            else Checks.portNumber(port.containerPort(), at.child("containerPort"), errors);
            if (port.hostPort() != 0) Checks.portNumber(port.hostPort(), at.child("hostPort"), errors);
            Checks.oneOf(port.protocol(), PROTOCOLS, at.child("protocol"), errors);
        }
    }

    /// Two containers that run at the same time cannot have one port of the node.
    private void hostPorts(List<Container> containers, FieldPath list) {
        var taken = new HashSet<String>();
        for (int i = 0; i < containers.size(); i++) {
            var ports = containers.get(i).ports();
            for (int j = 0; j < ports.size(); j++) {
                ContainerPort port = ports.get(j);
                if (port.hostPort() == 0) continue;
                String key = port.protocol() + "/" + port.hostIP() + "/" + port.hostPort();
                if (!taken.add(key))
                    errors.duplicate(list.index(i).child("ports").index(j).child("hostPort"), key);
            }
        }
    }

    private void hooksAndProbes(Container container, FieldPath at) {
        container
                .findLifecycle()
                .ifPresent(lifecycle -> Handlers.lifecycle(lifecycle, gracePeriod, at.child("lifecycle"), errors));
        Handlers.liveness(container.findLivenessProbe(), at.child("livenessProbe"), errors);
        Handlers.readiness(container.findReadinessProbe(), at.child("readinessProbe"), errors);
        Handlers.startup(container.findStartupProbe(), at.child("startupProbe"), errors);
    }

    /// A container's own restart policy and the rules for single exit codes (KEP-5307).
    private void restartPolicy(Container container, FieldPath at) {
        var rules = container.restartPolicyRules();
        if (container.findRestartPolicy().isEmpty()) {
            if (!rules.isEmpty())
                errors.required(at.child("restartPolicy"), "must specify restartPolicy when restart rules are used");
            return;
        }
        Checks.supported(container.restartPolicy(), RESTART_POLICIES, at.child("restartPolicy"), errors);
        FieldPath list = at.child("restartPolicyRules");
        if (rules.size() > RESTART_RULES) errors.tooMany(list, rules.size(), RESTART_RULES);
        for (int i = 0; i < rules.size(); i++) rule(rules.get(i), list.index(i));
    }

    private void rule(ContainerRestartRule rule, FieldPath at) {
        Checks.oneOf(rule.action(), List.of("Restart"), at.child("action"), errors);
        FieldPath codes = at.child("exitCodes");
        if (rule.findExitCodes().isEmpty()) {
            errors.required(codes, "must be specified");
            return;
        }
        var exitCodes = rule.exitCodes();
        Checks.oneOf(exitCodes.operator(), List.of("In", "NotIn"), codes.child("operator"), errors);
        if (exitCodes.values().isEmpty()) errors.required(codes.child("values"), "must specify at least one exit code");
        else if (exitCodes.values().size() > EXIT_CODES)
            errors.tooMany(codes.child("values"), exitCodes.values().size(), EXIT_CODES);
    }

    /// Checked in Pods only: templates with such images are about and must stay changeable.
    static void image(Container container, FieldPath at, FieldErrors errors) {
        if (!container.image().equals(container.image().strip()))
            errors.invalid(at.child("image"), container.image(), "must not have leading or trailing whitespace");
    }
}
