package io.amphora.kubelet.container;

import io.amphora.api.core.v1.AppArmorProfile;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.SeccompProfile;
import io.amphora.kubelet.plan.Containers;
import io.amphora.runtime.Image;
import io.amphora.runtime.Sandbox;
import io.amphora.runtime.Sandbox.Namespaces.Scope;
import io.amphora.runtime.Sandbox.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// As whom, with which rights and in which namespaces a container runs.
final class Security {
    /// What shows or changes the machine rather than the container, and the container is kept from (procMount
    /// Default).
    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private Security() {}

    /// The sandbox's own process needs little, so that it has the runtime's seccomp profile whatever the Pod says.
    static Sandbox.Security ofSandbox(Pod pod) {
        var context = pod.spec().securityContext();
        boolean privileged =
                Containers.all(pod).anyMatch(one -> one.securityContext().privileged());
        return new Sandbox.Security(
                namespaces(pod, ""),
                context.findRunAsUser(),
                context.findRunAsUser().isPresent() ? context.findRunAsGroup() : OptionalLong.empty(),
                groups(pod),
                privileged,
                Optional.of(new Profile(Profile.Type.RUNTIME_DEFAULT, "")));
    }

    /// @param target the container whose processes an ephemeral one sees, as the runtime calls it; "" for none
    static io.amphora.runtime.Container.Security ofContainer(
            Pod pod, Container container, Image image, String target, Path profiles) throws ConfigError {
        var own = container.securityContext();
        var shared = pod.spec().securityContext();
        var user = own.findRunAsUser().isPresent() ? own.findRunAsUser() : shared.findRunAsUser();
        var group = own.findRunAsGroup().isPresent() ? own.findRunAsGroup() : shared.findRunAsGroup();
        boolean nonRoot = own.findRunAsNonRoot().orElse(shared.runAsNonRoot());
        if (nonRoot) checkNotRoot(pod, container, user, image);
        // A group without a user is refused by the runtime, so the image's own user is spelled out.
        if (user.isEmpty() && group.isPresent())
            user = image.username().isEmpty() ? orRoot(image.uid()) : OptionalLong.empty();
        boolean unmasked = own.privileged() || own.procMount().equals("Unmasked");
        return new io.amphora.runtime.Container.Security(
                own.capabilities().add(),
                own.capabilities().drop(),
                own.privileged(),
                namespaces(pod, target),
                user,
                group,
                user.isEmpty() ? image.username() : "",
                own.readOnlyRootFilesystem(),
                groups(pod),
                !own.findAllowPrivilegeEscalation().orElse(true),
                unmasked ? List.of() : MASKED,
                unmasked ? List.of() : READ_ONLY,
                Optional.of(
                        own.privileged()
                                ? new Profile(Profile.Type.UNCONFINED, "")
                                : seccomp(own.findSeccompProfile().orElse(shared.seccompProfile()), profiles)),
                apparmor(own.findAppArmorProfile().or(shared::findAppArmorProfile)));
    }

    private static OptionalLong orRoot(OptionalLong uid) {
        return uid.isPresent() ? uid : OptionalLong.of(0);
    }

    private static void checkNotRoot(Pod pod, Container container, OptionalLong user, Image image) throws ConfigError {
        String where = " (pod: \"" + pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")\", container: "
                + container.name() + ")";
        if (user.isPresent()) {
            if (user.getAsLong() == 0) throw ConfigError.config("container's runAsUser breaks non-root policy" + where);
            return;
        }
        if (image.uid().isPresent()
                ? image.uid().getAsLong() == 0
                : image.username().isEmpty())
            throw ConfigError.config("container has runAsNonRoot and image will run as root" + where);
        if (image.uid().isEmpty())
            throw ConfigError.config("container has runAsNonRoot and image has non-numeric user (" + image.username()
                    + "), cannot verify user is non-root" + where);
    }

    private static Sandbox.Namespaces namespaces(Pod pod, String target) {
        Scope pid = pod.spec().hostPID()
                ? Scope.NODE
                : pod.spec().shareProcessNamespace() ? Scope.POD : target.isEmpty() ? Scope.CONTAINER : Scope.TARGET;
        return new Sandbox.Namespaces(
                pod.spec().hostNetwork() ? Scope.NODE : Scope.POD,
                pid,
                pod.spec().hostIPC() ? Scope.NODE : Scope.POD,
                pid == Scope.TARGET ? target : "");
    }

    private static List<Long> groups(Pod pod) {
        var context = pod.spec().securityContext();
        var groups = new ArrayList<Long>();
        if (context.findFsGroup().isPresent()) groups.add(context.fsGroup());
        groups.addAll(context.supplementalGroups());
        return groups;
    }

    private static Profile seccomp(SeccompProfile profile, Path profiles) {
        return switch (profile.type()) {
            case "RuntimeDefault" -> new Profile(Profile.Type.RUNTIME_DEFAULT, "");
            case "Localhost" ->
                new Profile(
                        Profile.Type.LOCALHOST,
                        profiles.resolve(profile.localhostProfile()).toString());
            default -> new Profile(Profile.Type.UNCONFINED, "");
        };
    }

    private static Optional<Profile> apparmor(Optional<AppArmorProfile> profile) {
        return profile.map(one -> switch (one.type()) {
            case "Localhost" -> new Profile(Profile.Type.LOCALHOST, one.localhostProfile());
            case "Unconfined" -> new Profile(Profile.Type.UNCONFINED, "");
            default -> new Profile(Profile.Type.RUNTIME_DEFAULT, "");
        });
    }
}
