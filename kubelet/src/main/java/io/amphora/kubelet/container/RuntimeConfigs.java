package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.admission.Sysctls;
import io.amphora.runtime.Container.Config;
import io.amphora.runtime.Container.Env;
import io.amphora.runtime.Container.Mount;
import io.amphora.runtime.Image;
import io.amphora.runtime.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Pod and its containers as the runtime is asked for them.
public final class RuntimeConfigs {
    private RuntimeConfigs() {}

    /// @param cgroupRoot under which every Pod's cgroup lies, `/kubepods`
    /// @param logs the Pod's folder of logs
    /// @param seccompProfiles where localhost profiles lie
    public record Place(
            String cgroupRoot,
            Path logs,
            Path seccompProfiles,
            Dns.Cluster dns,
            long memoryCapacity,
            boolean cgroup2) {}

    public static Sandbox.Config sandbox(Pod pod, int attempt, Place place) {
        var ports = new ArrayList<Sandbox.PortMapping>();
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .flatMap(container -> container.ports().stream())
                .filter(port -> port.hostPort() != 0 && !pod.spec().hostNetwork())
                .forEach(port -> ports.add(new Sandbox.PortMapping(
                        port.protocol(), port.containerPort(), port.hostPort(), port.hostIP())));
        var sysctls = new java.util.HashMap<String, String>();
        for (var sysctl : pod.spec().securityContext().sysctls())
            sysctls.put(Sysctls.name(sysctl.name()), sysctl.value());
        return new Sandbox.Config(
                new Sandbox.Metadata(pod.name(), pod.namespace(), pod.uid(), attempt),
                pod.spec().hostNetwork()
                        ? ""
                        : Hostnames.ofKernel(pod, place.dns().domain()),
                place.logs().toString(),
                Dns.of(pod, place.dns()),
                ports,
                Labels.of(pod),
                pod.metadata().annotations(),
                CgroupValues.parent(place.cgroupRoot(), pod),
                Security.ofSandbox(pod),
                Map.copyOf(sysctls),
                "");
    }

    /// @param mounts all of them, /etc/hosts included
    /// @param target the runtime's id of the container whose processes an ephemeral one sees; "" for none
    public static Config container(
            Pod pod,
            Container container,
            int attempt,
            Image image,
            Map<String, String> environment,
            List<Mount> mounts,
            String target,
            Place place)
            throws ConfigError {
        var expansion = new Expansion();
        var variables = new ArrayList<Env>();
        environment.forEach((name, value) -> variables.add(new Env(name, value)));
        return new Config(
                container.name(),
                attempt,
                image.id(),
                expanded(container.command(), expansion, environment),
                expanded(container.args(), expansion, environment),
                container.workingDir(),
                variables,
                mounts,
                List.of(),
                Labels.of(pod, container),
                Labels.annotations(pod, container, attempt),
                container.name() + "/" + attempt + ".log",
                container.stdin(),
                container.stdinOnce(),
                container.tty(),
                CgroupValues.of(pod, container, place.memoryCapacity(), place.cgroup2()),
                Security.ofContainer(pod, container, image, target, place.seccompProfiles()));
    }

    private static List<String> expanded(List<String> words, Expansion expansion, Map<String, String> environment)
            throws ConfigError {
        var expanded = new ArrayList<String>(words.size());
        for (String word : words) expanded.add(expansion.expand(word, environment::get));
        return expanded;
    }
}
