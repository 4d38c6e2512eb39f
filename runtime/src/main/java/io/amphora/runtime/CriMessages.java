package io.amphora.runtime;

import io.amphora.runtime.cri.Cri;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Our values as messages of the wire, and back. Pure functions.
final class CriMessages {
    private CriMessages() {}

    static Cri.PodSandboxConfig sandbox(Sandbox.Config config) {
        var linux = Cri.LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(config.cgroupParent())
                .setSecurityContext(sandboxSecurity(config.security()))
                .putAllSysctls(config.sysctls());
        var message = Cri.PodSandboxConfig.newBuilder()
                .setMetadata(Cri.PodSandboxMetadata.newBuilder()
                        .setName(config.metadata().name())
                        .setNamespace(config.metadata().namespace())
                        .setUid(config.metadata().uid())
                        .setAttempt(config.metadata().attempt()))
                .setHostname(config.hostname())
                .setLogDirectory(config.logDirectory())
                .setDnsConfig(Cri.DNSConfig.newBuilder()
                        .addAllServers(config.dns().servers())
                        .addAllSearches(config.dns().searches())
                        .addAllOptions(config.dns().options()))
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setLinux(linux);
        for (var port : config.ports())
            message.addPortMappings(Cri.PortMapping.newBuilder()
                    .setProtocol(protocol(port.protocol()))
                    .setContainerPort(port.containerPort())
                    .setHostPort(port.hostPort())
                    .setHostIp(port.hostIp()));
        return message.build();
    }

    private static Cri.LinuxSandboxSecurityContext sandboxSecurity(Sandbox.Security security) {
        var message = Cri.LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(security.namespaces()))
                .addAllSupplementalGroups(security.supplementalGroups())
                .setPrivileged(security.privileged());
        security.runAsUser().ifPresent(user -> message.setRunAsUser(number(user)));
        security.runAsGroup().ifPresent(group -> message.setRunAsGroup(number(group)));
        security.seccomp().ifPresent(profile -> message.setSeccomp(profile(profile)));
        return message.build();
    }

    static Cri.ContainerConfig container(Container.Config config) {
        var message = Cri.ContainerConfig.newBuilder()
                .setMetadata(Cri.ContainerMetadata.newBuilder()
                        .setName(config.name())
                        .setAttempt(config.attempt()))
                .setImage(Cri.ImageSpec.newBuilder().setImage(config.image()))
                .addAllCommand(config.command())
                .addAllArgs(config.args())
                .setWorkingDir(config.workingDir())
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setLogPath(config.logPath())
                .setStdin(config.stdin())
                .setStdinOnce(config.stdinOnce())
                .setTty(config.tty())
                .setLinux(Cri.LinuxContainerConfig.newBuilder()
                        .setResources(resources(config.resources()))
                        .setSecurityContext(security(config.security())));
        for (var env : config.env())
            message.addEnvs(Cri.KeyValue.newBuilder().setKey(env.name()).setValue(env.value()));
        for (var mount : config.mounts())
            message.addMounts(Cri.Mount.newBuilder()
                    .setContainerPath(mount.containerPath())
                    .setHostPath(mount.hostPath())
                    .setReadonly(mount.readOnly())
                    .setPropagation(
                            switch (mount.propagation()) {
                                case PRIVATE -> Cri.MountPropagation.PROPAGATION_PRIVATE;
                                case HOST_TO_CONTAINER -> Cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                                case BIDIRECTIONAL -> Cri.MountPropagation.PROPAGATION_BIDIRECTIONAL;
                            }));
        for (var device : config.devices())
            message.addDevices(Cri.Device.newBuilder()
                    .setContainerPath(device.containerPath())
                    .setHostPath(device.hostPath())
                    .setPermissions(device.permissions()));
        return message.build();
    }

    static Cri.LinuxContainerResources resources(Container.Resources resources) {
        return Cri.LinuxContainerResources.newBuilder()
                .setCpuShares(resources.cpuShares())
                .setCpuQuota(resources.cpuQuotaMicros())
                .setCpuPeriod(resources.cpuPeriodMicros())
                .setMemoryLimitInBytes(resources.memoryLimitBytes())
                .setOomScoreAdj(resources.oomScoreAdj())
                .putAllUnified(resources.unified())
                .build();
    }

    private static Cri.LinuxContainerSecurityContext security(Container.Security security) {
        var message = Cri.LinuxContainerSecurityContext.newBuilder()
                .setCapabilities(Cri.Capability.newBuilder()
                        .addAllAddCapabilities(security.addCapabilities())
                        .addAllDropCapabilities(security.dropCapabilities()))
                .setPrivileged(security.privileged())
                .setNamespaceOptions(namespaces(security.namespaces()))
                .setRunAsUsername(security.runAsUserName())
                .setReadonlyRootfs(security.readOnlyRootFilesystem())
                .addAllSupplementalGroups(security.supplementalGroups())
                .setNoNewPrivs(security.noNewPrivileges())
                .addAllMaskedPaths(security.maskedPaths())
                .addAllReadonlyPaths(security.readOnlyPaths());
        security.runAsUser().ifPresent(user -> message.setRunAsUser(number(user)));
        security.runAsGroup().ifPresent(group -> message.setRunAsGroup(number(group)));
        security.seccomp().ifPresent(profile -> message.setSeccomp(profile(profile)));
        security.apparmor().ifPresent(profile -> message.setApparmor(profile(profile)));
        return message.build();
    }

    static Cri.AuthConfig credentials(ContainerRuntime.Credentials credentials) {
        return Cri.AuthConfig.newBuilder()
                .setUsername(credentials.username())
                .setPassword(credentials.password())
                .setIdentityToken(credentials.identityToken())
                .setRegistryToken(credentials.registryToken())
                .setServerAddress(credentials.serverAddress())
                .build();
    }

    private static Cri.NamespaceOption namespaces(Sandbox.Namespaces namespaces) {
        return Cri.NamespaceOption.newBuilder()
                .setNetwork(scope(namespaces.network()))
                .setPid(scope(namespaces.pid()))
                .setIpc(scope(namespaces.ipc()))
                .setTargetId(namespaces.targetContainer())
                .build();
    }

    private static Cri.NamespaceMode scope(Sandbox.Namespaces.Scope scope) {
        return switch (scope) {
            case POD -> Cri.NamespaceMode.POD;
            case CONTAINER -> Cri.NamespaceMode.CONTAINER;
            case NODE -> Cri.NamespaceMode.NODE;
            case TARGET -> Cri.NamespaceMode.TARGET;
        };
    }

    private static Cri.SecurityProfile profile(Sandbox.Profile profile) {
        return Cri.SecurityProfile.newBuilder()
                .setProfileType(
                        switch (profile.type()) {
                            case RUNTIME_DEFAULT -> Cri.SecurityProfile.ProfileType.RuntimeDefault;
                            case UNCONFINED -> Cri.SecurityProfile.ProfileType.Unconfined;
                            case LOCALHOST -> Cri.SecurityProfile.ProfileType.Localhost;
                        })
                .setLocalhostRef(profile.localhostRef())
                .build();
    }

    private static Cri.Protocol protocol(String name) {
        return switch (name) {
            case "UDP" -> Cri.Protocol.UDP;
            case "SCTP" -> Cri.Protocol.SCTP;
            default -> Cri.Protocol.TCP;
        };
    }

    private static Cri.Int64Value number(long value) {
        return Cri.Int64Value.newBuilder().setValue(value).build();
    }

    static Sandbox sandbox(Cri.PodSandbox message) {
        return new Sandbox(
                message.getId(),
                metadata(message.getMetadata()),
                message.getState() == Cri.PodSandboxState.SANDBOX_READY,
                instant(message.getCreatedAt()),
                Map.copyOf(message.getLabelsMap()),
                Map.copyOf(message.getAnnotationsMap()));
    }

    static Sandbox.Status sandboxStatus(Cri.PodSandboxStatus message) {
        var sandbox = new Sandbox(
                message.getId(),
                metadata(message.getMetadata()),
                message.getState() == Cri.PodSandboxState.SANDBOX_READY,
                instant(message.getCreatedAt()),
                Map.copyOf(message.getLabelsMap()),
                Map.copyOf(message.getAnnotationsMap()));
        var ips = new java.util.ArrayList<String>();
        if (!message.getNetwork().getIp().isEmpty())
            ips.add(message.getNetwork().getIp());
        for (var more : message.getNetwork().getAdditionalIpsList()) ips.add(more.getIp());
        return new Sandbox.Status(sandbox, List.copyOf(ips));
    }

    private static Sandbox.Metadata metadata(Cri.PodSandboxMetadata message) {
        return new Sandbox.Metadata(message.getName(), message.getNamespace(), message.getUid(), message.getAttempt());
    }

    static Container container(Cri.Container message) {
        return new Container(
                message.getId(),
                message.getPodSandboxId(),
                message.getMetadata().getName(),
                message.getMetadata().getAttempt(),
                state(message.getState()),
                instant(message.getCreatedAt()),
                Map.copyOf(message.getLabelsMap()),
                Map.copyOf(message.getAnnotationsMap()));
    }

    /// The status does not carry the sandbox's id, so the container in it has "" there.
    static Container.Status containerStatus(Cri.ContainerStatus message) {
        var container = new Container(
                message.getId(),
                "",
                message.getMetadata().getName(),
                message.getMetadata().getAttempt(),
                state(message.getState()),
                instant(message.getCreatedAt()),
                Map.copyOf(message.getLabelsMap()),
                Map.copyOf(message.getAnnotationsMap()));
        return new Container.Status(
                container,
                time(message.getStartedAt()),
                time(message.getFinishedAt()),
                message.getExitCode(),
                message.getImage().getImage(),
                message.getImageRef(),
                message.getReason(),
                message.getMessage(),
                message.getLogPath());
    }

    private static Container.State state(Cri.ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> Container.State.CREATED;
            case CONTAINER_RUNNING -> Container.State.RUNNING;
            case CONTAINER_EXITED -> Container.State.EXITED;
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> Container.State.UNKNOWN;
        };
    }

    static Image image(Cri.Image message) {
        return new Image(
                message.getId(),
                List.copyOf(message.getRepoTagsList()),
                List.copyOf(message.getRepoDigestsList()),
                message.getSize(),
                message.hasUid() ? OptionalLong.of(message.getUid().getValue()) : OptionalLong.empty(),
                message.getUsername());
    }

    static ContainerRuntime.ContainerStats stats(Cri.ContainerStats message) {
        return new ContainerRuntime.ContainerStats(
                message.getAttributes().getId(),
                Map.copyOf(message.getAttributes().getLabelsMap()),
                Math.max(message.getCpu().getTimestamp(), message.getMemory().getTimestamp()),
                message.getCpu().getUsageCoreNanoSeconds().getValue(),
                message.getMemory().getWorkingSetBytes().getValue(),
                message.getMemory().getUsageBytes().getValue(),
                message.getMemory().getRssBytes().getValue(),
                filesystem(message.getWritableLayer()));
    }

    static ContainerRuntime.FilesystemUsage filesystem(Cri.FilesystemUsage message) {
        return new ContainerRuntime.FilesystemUsage(
                message.getFsId().getMountpoint(),
                message.getUsedBytes().getValue(),
                message.getInodesUsed().getValue());
    }

    private static Optional<Instant> time(long nanos) {
        return nanos > 0 ? Optional.of(instant(nanos)) : Optional.empty();
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
