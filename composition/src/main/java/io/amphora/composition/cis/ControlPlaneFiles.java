package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// 1.1: the files of the control plane. Its parts are one process: what they are started from is the jar.
final class ControlPlaneFiles {
    private static final String IN_PROCESS = "talks to the API server in the same process, by no kubeconfig";

    static final List<Check> CHECKS = List.of(
            of("1.1.1", "API server: what it is started from is closed to others", e -> FileModes.closed(jar(e))),
            of("1.1.2", "API server: what it is started from is its user's", e -> FileModes.owned(jar(e))),
            of("1.1.3", "controller manager: what it is started from is closed", e -> FileModes.closed(jar(e))),
            of("1.1.4", "controller manager: what it is started from is its user's", e -> FileModes.owned(jar(e))),
            of("1.1.5", "scheduler: what it is started from is closed", e -> FileModes.closed(jar(e))),
            of("1.1.6", "scheduler: what it is started from is its user's", e -> FileModes.owned(jar(e))),
            of("1.1.7", "store: what it is started from is closed", e -> FileModes.closed(jar(e))),
            of("1.1.8", "store: what it is started from is its user's", e -> FileModes.owned(jar(e))),
            of("1.1.9", "CNI: configuration is closed", _ -> FileModes.closed(network())),
            of("1.1.10", "CNI: configuration is root's", _ -> FileModes.owned(network())),
            of("1.1.11", "store: data folder is closed", e -> FileModes.closed(store(e))),
            of("1.1.12", "store: data folder is its user's", e -> FileModes.owned(store(e))),
            of("1.1.13", "kubeconfigs of administrators are closed", e -> FileModes.closed(admins(e))),
            of("1.1.14", "kubeconfigs of administrators are root's", e -> FileModes.owned(admins(e))),
            Check.notApplicable("1.1.15", "scheduler: kubeconfig is closed", IN_PROCESS),
            Check.notApplicable("1.1.16", "scheduler: kubeconfig is root's", IN_PROCESS),
            Check.notApplicable("1.1.17", "controller manager: kubeconfig is closed", IN_PROCESS),
            Check.notApplicable("1.1.18", "controller manager: kubeconfig is root's", IN_PROCESS),
            of("1.1.19", "PKI: folder and files are root's", e -> FileModes.owned(FileModes.below(pki(e), ""))),
            of("1.1.20", "PKI: certificates are closed", e -> FileModes.closed(FileModes.below(pki(e), ".crt"))),
            of("1.1.21", "PKI: keys are closed", e -> FileModes.closed(FileModes.below(pki(e), ".key"))));

    private ControlPlaneFiles() {}

    static List<Path> jar(Evidence evidence) {
        return List.of(evidence.data().resolve("amphora.jar"));
    }

    private static List<Path> network() throws IOException {
        Path nodes = Path.of("/run/amphora/nodes");
        return Files.isDirectory(nodes)
                ? FileModes.below(nodes, ".conflist").stream()
                        .filter(file -> file.toString().contains("cni"))
                        .toList()
                : List.of();
    }

    private static List<Path> store(Evidence evidence) {
        return List.of(evidence.data().resolve("store"));
    }

    private static List<Path> admins(Evidence evidence) {
        return List.of(
                evidence.data().resolve("admin.kubeconfig"), evidence.data().resolve("super-admin.kubeconfig"));
    }

    static Path pki(Evidence evidence) {
        return evidence.data().resolve("pki");
    }
}
