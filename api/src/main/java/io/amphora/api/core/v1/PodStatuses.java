package io.amphora.api.core.v1;

import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.Tree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a write of a Pod's status may say.
final class PodStatuses {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final Set<String> KNOWN_CONDITIONS = Set.of("PodScheduled", "Ready", "Initialized");

    private PodStatuses() {}

    static void validateUpdate(Pod updated, Pod stored, FieldErrors errors) {
        PodStatus status = updated.status();
        PodStatus old = stored.status();
        var conditions = status.conditions();
        for (int i = 0; i < conditions.size(); i++)
            if (!KNOWN_CONDITIONS.contains(conditions.get(i).type()))
                Checks.qualifiedName(
                        conditions.get(i).type(),
                        STATUS.child("conditions").index(i).child("Type"),
                        errors);
        String nominated = status.nominatedNodeName();
        if (!nominated.isEmpty() && !nominated.equals(old.nominatedNodeName()))
            Checks.subdomain(nominated, STATUS.child("nominatedNodeName"), errors);
        Checks.immutable(status.qosClass(), old.qosClass(), STATUS.child("qosClass"), errors);
        transitions(updated, stored, errors);
        claims(updated, errors);
        addresses(status.tree().list("podIPs"), "podIPs", errors);
        hostAddresses(status, errors);
        users(updated, errors);
    }

    /// A container that ended may run again only where the Pod says that it restarts.
    private static void transitions(Pod updated, Pod stored, FieldErrors errors) {
        PodSpec spec = stored.spec();
        String policy = spec.restartPolicy();
        var sidecars = new HashSet<String>();
        for (Container container : spec.initContainers())
            if (PodResources.isSidecar(container)) sidecars.add(container.name());
        var own = new HashSet<String>();
        for (Container container : spec.containers())
            if (container.findRestartPolicy().isPresent()) own.add(container.name());
        transitions(
                updated.status().containerStatuses(),
                stored.status().containerStatuses(),
                policy,
                own,
                "containerStatuses",
                errors);
        transitions(
                updated.status().initContainerStatuses(),
                stored.status().initContainerStatuses(),
                policy,
                sidecars,
                "initContainerStatuses",
                errors);
        transitions(
                updated.status().ephemeralContainerStatuses(),
                stored.status().ephemeralContainerStatuses(),
                "Never",
                Set.of(),
                "ephemeralContainerStatuses",
                errors);
    }

    private static void transitions(
            List<ContainerStatus> updated,
            List<ContainerStatus> stored,
            String restartPolicy,
            Set<String> restarting,
            String field,
            FieldErrors errors) {
        if (restartPolicy.equals("Always")) return;
        for (int i = 0; i < stored.size(); i++) {
            ContainerStatus old = stored.get(i);
            if (old.state().findTerminated().isEmpty() || restarting.contains(old.name())) continue;
            if (restartPolicy.equals("OnFailure") && old.state().terminated().exitCode() != 0) continue;
            for (ContainerStatus now : updated)
                if (now.name().equals(old.name())
                        && now.state().findTerminated().isEmpty())
                    errors.forbidden(
                            STATUS.child(field).index(i).child("state"),
                            "may not be transitioned to non-terminated state");
        }
    }

    private static void claims(Pod pod, FieldErrors errors) {
        var known = new HashSet<String>();
        for (PodResourceClaim claim : pod.spec().resourceClaims()) known.add(claim.name());
        var seen = new HashSet<String>();
        var statuses = pod.status().resourceClaimStatuses();
        for (int i = 0; i < statuses.size(); i++) {
            String name = statuses.get(i).name();
            FieldPath at = STATUS.child("resourceClaimStatuses").index(i).child("name");
            if (!known.contains(name))
                errors.invalid(at, name, "must match the name of an entry in `spec.resourceClaims`");
            if (!seen.add(name)) errors.duplicate(at, name);
            statuses.get(i).findResourceClaimName().ifPresent(claim -> Checks.subdomain(claim, at, errors));
        }
    }

    private static void addresses(ListTree addresses, String field, FieldErrors errors) {
        FieldPath list = STATUS.child(field);
        for (int i = 0; i < addresses.size(); i++)
            IpChecks.isValidIPForLegacyField(list.index(i), ip(addresses.get(i)), errors);
        if (addresses.size() < 2) return;
        if (addresses.size() > 2 || isV4(addresses.get(0)) == isV4(addresses.get(1)))
            errors.invalid(list, addresses, "may specify no more than one IP for each IP family");
        var seen = new HashSet<String>();
        for (int i = 0; i < addresses.size(); i++)
            if (!seen.add(ip(addresses.get(i)))) errors.duplicate(list.index(i), addresses.get(i));
    }

    private static void hostAddresses(PodStatus status, FieldErrors errors) {
        ListTree addresses = status.tree().list("hostIPs");
        if (addresses.isEmpty()) return;
        String first = ip(addresses.get(0));
        if (!first.equals(status.hostIP()))
            errors.invalid(STATUS.child("hostIPs").index(0).child("ip"), first, "must be equal to `hostIP`");
        addresses(addresses, "hostIPs", errors);
    }

    private static String ip(Tree address) {
        return address.object().text("ip");
    }

    private static boolean isV4(Tree address) {
        IpAddress ip = IpAddress.parse(ip(address));
        return ip != null && ip.isV4();
    }

    private static void users(Pod pod, FieldErrors errors) {
        boolean windows = pod.spec().os().name().equals("windows");
        users(pod.status().containerStatuses(), windows, STATUS.child("containerStatuses"), errors);
        users(pod.status().initContainerStatuses(), windows, STATUS.child("initContainerStatuses"), errors);
        users(pod.status().ephemeralContainerStatuses(), windows, STATUS.child("ephemeralContainerStatuses"), errors);
    }

    private static void users(List<ContainerStatus> statuses, boolean windows, FieldPath list, FieldErrors errors) {
        for (int i = 0; i < statuses.size(); i++) {
            if (statuses.get(i).user().findLinux().isEmpty()) continue;
            FieldPath at = list.index(i).child("linux");
            LinuxContainerUser user = statuses.get(i).user().linux();
            if (windows) {
                errors.forbidden(at, "cannot be set for a windows pod");
                continue;
            }
            errors.invalidAll(at.child("uid"), user.uid(), Names.isValidUserID(user.uid()));
            errors.invalidAll(at.child("gid"), user.gid(), Names.isValidGroupID(user.gid()));
            for (int j = 0; j < user.supplementalGroups().size(); j++)
                errors.invalidAll(
                        at.child("supplementalGroups").index(j),
                        user.supplementalGroups().get(j),
                        Names.isValidGroupID(user.supplementalGroups().get(j)));
        }
    }
}
