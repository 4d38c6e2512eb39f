package io.amphora.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A Pod's sandbox as it is listed.
public record Sandbox(
        String id,
        Metadata metadata,
        boolean ready,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> annotations) {

    /// @param attempt counts the sandboxes of one Pod from 0
    public record Metadata(String name, String namespace, String uid, int attempt) {}

    /// @param ips empty on the node's own network
    public record Status(Sandbox sandbox, List<String> ips) {}

    /// @param hostname "" on the node's own network
    /// @param logDirectory where the containers' logs go, made by the caller
    /// @param cgroupParent as cgroupfs has it: `/kubepods/burstable/pod…`
    /// @param runtimeHandler "" for the default one
    public record Config(
            Metadata metadata,
            String hostname,
            String logDirectory,
            Dns dns,
            List<PortMapping> ports,
            Map<String, String> labels,
            Map<String, String> annotations,
            String cgroupParent,
            Security security,
            Map<String, String> sysctls,
            String runtimeHandler) {

        public Config withRuntimeHandler(String handler) {
            return new Config(
                    metadata,
                    hostname,
                    logDirectory,
                    dns,
                    ports,
                    labels,
                    annotations,
                    cgroupParent,
                    security,
                    sysctls,
                    handler);
        }
    }

    public record Dns(List<String> servers, List<String> searches, List<String> options) {}

    public record PortMapping(String protocol, int containerPort, int hostPort, String hostIp) {}

    public record Security(
            Namespaces namespaces,
            OptionalLong runAsUser,
            OptionalLong runAsGroup,
            List<Long> supplementalGroups,
            boolean privileged,
            Optional<Profile> seccomp) {}

    /// Which namespaces are the Pod's and which the node's. The PID namespace may also be each container's own,
    /// or
    /// another container's.
    public record Namespaces(Scope network, Scope pid, Scope ipc, String targetContainer) {
        public enum Scope {
            POD,
            CONTAINER,
            NODE,
            TARGET
        }
    }

    /// A security profile.
    ///
    /// @param localhostRef an absolute path (seccomp) or a profile's name (AppArmor), for LOCALHOST only
    public record Profile(Type type, String localhostRef) {
        public enum Type {
            RUNTIME_DEFAULT,
            UNCONFINED,
            LOCALHOST
        }
    }
}
