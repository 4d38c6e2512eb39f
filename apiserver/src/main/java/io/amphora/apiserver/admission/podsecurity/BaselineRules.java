package io.amphora.apiserver.admission.podsecurity;

import static io.amphora.apiserver.admission.podsecurity.Setters.containers;
import static io.amphora.apiserver.admission.podsecurity.Setters.context;
import static io.amphora.apiserver.admission.podsecurity.Setters.named;
import static io.amphora.apiserver.admission.podsecurity.Setters.names;
import static io.amphora.apiserver.admission.podsecurity.Setters.quoted;
import static io.amphora.apiserver.admission.podsecurity.Setters.together;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerPort;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Sysctl;
import io.amphora.api.core.v1.Volume;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What no ordinary Pod needs: ways to the node under it.
final class BaselineRules {
    private static final Set<String> CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    /// Sysctls that concern the Pod alone, by the minor version that added them.
    private static final Map<String, Integer> SYSCTLS = Map.ofEntries(
            Map.entry("kernel.shm_rmid_forced", 0),
            Map.entry("net.ipv4.ip_local_port_range", 0),
            Map.entry("net.ipv4.tcp_syncookies", 0),
            Map.entry("net.ipv4.ping_group_range", 0),
            Map.entry("net.ipv4.ip_unprivileged_port_start", 0),
            Map.entry("net.ipv4.ip_local_reserved_ports", 27),
            Map.entry("net.ipv4.tcp_keepalive_time", 29),
            Map.entry("net.ipv4.tcp_fin_timeout", 29),
            Map.entry("net.ipv4.tcp_keepalive_intvl", 29),
            Map.entry("net.ipv4.tcp_keepalive_probes", 29),
            Map.entry("net.ipv4.tcp_rmem", 32),
            Map.entry("net.ipv4.tcp_wmem", 32));

    private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

    private BaselineRules() {}

    static Optional<Finding> appArmor(Pod pod, int minor) {
        PodSpec spec = pod.spec();
        var values = new TreeSet<String>();
        boolean byPod = isUnconfined(context(spec), values);
        List<String> byContainers = names(spec, container -> isUnconfined(context(container), values));
        var setters = new ArrayList<String>();
        String fields = together(byPod, byContainers);
        if (!fields.isEmpty()) setters.add(fields);
        var annotations = new TreeSet<String>();
        pod.metadata().annotations().forEach((key, value) -> {
            boolean fine = value.isEmpty() || value.equals("runtime/default") || value.startsWith("localhost/");
            if (!key.startsWith(APPARMOR) || fine) return;
            annotations.add("annotation[" + key + "]");
            values.add(value);
        });
        setters.addAll(annotations);
        if (setters.isEmpty()) return Optional.empty();
        return found(
                values.size() == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
                String.join(" and ", setters) + " must not set AppArmor profile type to " + quoted(values));
    }

    private static boolean isUnconfined(ObjectTree context, Set<String> values) {
        String type = context.object("appArmorProfile").text("type");
        if (type.isEmpty() || type.equals("RuntimeDefault") || type.equals("Localhost")) return false;
        values.add(type);
        return true;
    }

    static Optional<Finding> capabilities(Pod pod, int minor) {
        var forbidden = new TreeSet<String>();
        List<String> bad = names(pod.spec(), container -> adds(container, CAPABILITIES, forbidden));
        return bad.isEmpty() ? Optional.empty() : found("non-default capabilities", mustNotAdd(bad, forbidden));
    }

    static boolean adds(Container container, Set<String> allowed, Set<String> forbidden) {
        boolean bad = false;
        for (Tree each : context(container).object("capabilities").list("add")) {
            if (!(each instanceof Tree.Text(var name)) || allowed.contains(name)) continue;
            forbidden.add(name);
            bad = true;
        }
        return bad;
    }

    static String mustNotAdd(List<String> containers, Set<String> capabilities) {
        return named("container", containers) + " must not include " + quoted(capabilities)
                + " in securityContext.capabilities.add";
    }

    static Optional<Finding> hostNamespaces(Pod pod, int minor) {
        var used = new ArrayList<String>();
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC"))
            if (pod.spec().tree().bool(field)) used.add(field + "=true");
        return used.isEmpty() ? Optional.empty() : found("host namespaces", String.join(", ", used));
    }

    static Optional<Finding> hostPaths(Pod pod, int minor) {
        List<String> bad = pod.spec().volumes().stream()
                .filter(volume -> volume.tree().has("hostPath"))
                .map(Volume::name)
                .toList();
        return bad.isEmpty() ? Optional.empty() : found("hostPath volumes", named("volume", bad));
    }

    static Optional<Finding> hostPorts(Pod pod, int minor) {
        var ports = new TreeSet<Integer>();
        List<String> bad = names(pod.spec(), container -> {
            List<Integer> own = container.ports().stream()
                    .map(ContainerPort::hostPort)
                    .filter(port -> port != 0)
                    .toList();
            ports.addAll(own);
            return !own.isEmpty();
        });
        if (bad.isEmpty()) return Optional.empty();
        String numbers = String.join(", ", ports.stream().map(String::valueOf).toList());
        return found(
                "hostPort",
                named("container", bad)
                        + (bad.size() == 1 ? " uses " : " use ")
                        + (ports.size() == 1 ? "hostPort " : "hostPorts ")
                        + numbers);
    }

    /// The node would connect to a place that the Pod names.
    static Optional<Finding> probeHosts(Pod pod, int minor) {
        var hosts = new TreeSet<String>();
        List<String> bad = names(pod.spec(), container -> {
            int before = hosts.size();
            for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe"))
                host(container.tree().object(probe), hosts);
            for (String hook : List.of("postStart", "preStop"))
                host(container.tree().object("lifecycle").object(hook), hosts);
            return hosts.size() > before;
        });
        if (bad.isEmpty()) return Optional.empty();
        return found(
                "probe or lifecycle host",
                named("container", bad) + (bad.size() == 1 ? " uses " : " use ") + "probe or lifecycle "
                        + named("host", hosts));
    }

    private static void host(ObjectTree handler, Set<String> hosts) {
        for (String action : List.of("httpGet", "tcpSocket")) {
            String host = handler.object(action).text("host");
            if (!host.isEmpty()) hosts.add(host);
        }
    }

    static Optional<Finding> privileged(Pod pod, int minor) {
        List<String> bad = names(pod.spec(), container -> context(container).bool("privileged"));
        return bad.isEmpty()
                ? Optional.empty()
                : found("privileged", named("container", bad) + " must not set securityContext.privileged=true");
    }

    static Optional<Finding> procMount(Pod pod, int minor) {
        var values = new TreeSet<String>();
        List<String> bad = names(pod.spec(), container -> {
            String mount = context(container).text("procMount");
            if (mount.isEmpty() || mount.equals("Default")) return false;
            values.add(mount);
            return true;
        });
        return bad.isEmpty()
                ? Optional.empty()
                : found(
                        "procMount",
                        named("container", bad) + " must not set securityContext.procMount to " + quoted(values));
    }

    static Optional<Finding> seLinux(Pod pod, int minor) {
        var types = new TreeSet<String>();
        var others = new TreeSet<String>();
        boolean byPod = hasForbiddenLabels(context(pod.spec()), minor, types, others);
        List<String> byContainers =
                names(pod.spec(), container -> hasForbiddenLabels(context(container), minor, types, others));
        if (!byPod && byContainers.isEmpty()) return Optional.empty();
        var what = new ArrayList<String>();
        if (!types.isEmpty()) what.add(named("type", types));
        if (others.contains("user")) what.add("user may not be set");
        if (others.contains("role")) what.add("role may not be set");
        return found(
                "seLinuxOptions",
                together(byPod, byContainers) + " set forbidden securityContext.seLinuxOptions: "
                        + String.join("; ", what));
    }

    private static boolean hasForbiddenLabels(ObjectTree context, int minor, Set<String> types, Set<String> others) {
        ObjectTree options = context.object("seLinuxOptions");
        boolean bad = false;
        var allowed = new ArrayList<>(List.of("", "container_t", "container_init_t", "container_kvm_t"));
        if (minor >= 31) allowed.add("container_engine_t");
        if (!allowed.contains(options.text("type"))) {
            types.add(options.text("type"));
            bad = true;
        }
        for (String other : List.of("user", "role")) {
            if (options.text(other).isEmpty()) continue;
            others.add(other);
            bad = true;
        }
        return bad;
    }

    static Optional<Finding> seccomp(Pod pod, int minor) {
        var values = new TreeSet<String>();
        boolean byPod = isUnfiltered(context(pod.spec()), values);
        List<String> byContainers = names(pod.spec(), container -> isUnfiltered(context(container), values));
        return byPod || !byContainers.isEmpty()
                ? found("seccompProfile", mustNotSetSeccomp(byPod, byContainers, values))
                : Optional.empty();
    }

    static boolean isUnfiltered(ObjectTree context, Set<String> values) {
        String type = context.object("seccompProfile").text("type");
        if (type.isEmpty() || type.equals("RuntimeDefault") || type.equals("Localhost")) return false;
        values.add(type);
        return true;
    }

    static String mustNotSetSeccomp(boolean byPod, List<String> byContainers, Set<String> values) {
        return together(byPod, byContainers) + " must not set securityContext.seccompProfile.type to " + quoted(values);
    }

    static Optional<Finding> sysctls(Pod pod, int minor) {
        List<String> bad = pod.spec().securityContext().sysctls().stream()
                .map(Sysctl::name)
                .filter(name -> SYSCTLS.getOrDefault(name, Integer.MAX_VALUE) > minor || !SYSCTLS.containsKey(name))
                .toList();
        return bad.isEmpty() ? Optional.empty() : found("forbidden sysctls", String.join(", ", bad));
    }

    static Optional<Finding> windowsHostProcess(Pod pod, int minor) {
        boolean byPod = isHostProcess(context(pod.spec()));
        List<String> byContainers = containers(pod.spec()).stream()
                .filter(container -> isHostProcess(context(container)))
                .map(Container::name)
                .toList();
        return byPod || !byContainers.isEmpty()
                ? found(
                        "hostProcess",
                        together(byPod, byContainers) + " must not set securityContext.windowsOptions.hostProcess=true")
                : Optional.empty();
    }

    private static boolean isHostProcess(ObjectTree context) {
        return context.object("windowsOptions").bool("hostProcess");
    }

    static Optional<Finding> found(String reason, String detail) {
        return Optional.of(new Finding(reason, detail));
    }
}
