package io.amphora.kubelet.admission;

import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Sysctl;
import java.util.Optional;
import java.util.Set;

/// Kernel parameters that a Pod may set: those that are its own and harm nobody else on the node.
public final class Sysctls {
    private static final Set<String> SAFE = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_wmem");

    private Sysctls() {}

    /// The name with dots between its parts. It may also be written with slashes (`net/ipv4/conf/eth0.1/forwarding`),
    /// and the first separator says which way it is meant (sysctl.d(5)).
    public static String name(String written) {
        int dot = written.indexOf('.');
        int slash = written.indexOf('/');
        if (slash < 0 || dot >= 0 && dot < slash) return written;
        var name = new StringBuilder(written);
        for (int i = 0; i < name.length(); i++)
            switch (name.charAt(i)) {
                case '.' -> name.setCharAt(i, '/');
                case '/' -> name.setCharAt(i, '.');
                default -> {}
            }
        return name.toString();
    }

    /// What is wrong with the first that the Pod may not set.
    static Optional<String> forbidden(PodSpec spec) {
        for (Sysctl sysctl : spec.securityContext().sysctls()) {
            String name = name(sysctl.name());
            if (!SAFE.contains(name)) return Optional.of("\"" + name + "\" not allowlisted");
            if (spec.hostNetwork() && name.startsWith("net."))
                return Optional.of("\"" + name + "\" not allowed with host net enabled");
            if (spec.hostIPC() && name.startsWith("kernel.shm"))
                return Optional.of("\"" + name + "\" not allowed with host ipc enabled");
        }
        return Optional.empty();
    }
}
