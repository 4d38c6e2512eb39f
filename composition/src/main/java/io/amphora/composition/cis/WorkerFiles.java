package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// 4.1: the files of the nodes of this machine.
final class WorkerFiles {
    private static final String IN_AGENT = "the proxy is a part of the agent, without a kubeconfig of its own";

    static final List<Check> CHECKS = List.of(
            of("4.1.1", "kubelet: what it is started from is closed", e -> FileModes.closed(ControlPlaneFiles.jar(e))),
            of("4.1.2", "kubelet: what it is started from is root's", e -> FileModes.owned(ControlPlaneFiles.jar(e))),
            Check.notApplicable("4.1.3", "proxy: kubeconfig is closed", IN_AGENT),
            Check.notApplicable("4.1.4", "proxy: kubeconfig is root's", IN_AGENT),
            of("4.1.5", "kubelet: kubeconfig is closed", e -> FileModes.closed(files(e, "kubelet.kubeconfig"))),
            of("4.1.6", "kubelet: kubeconfig is root's", e -> FileModes.owned(files(e, "kubelet.kubeconfig"))),
            Check.notApplicable("4.1.7", "kubelet: client authority is closed", "it stands in the kubeconfig (4.1.5)"),
            Check.notApplicable("4.1.8", "kubelet: client authority is root's", "it stands in the kubeconfig (4.1.6)"),
            of("4.1.9", "kubelet: configuration and state are closed", e -> FileModes.closed(files(e, "kubelet"))),
            of("4.1.10", "kubelet: configuration and state are root's", e -> FileModes.owned(files(e, "kubelet"))));

    private WorkerFiles() {}

    private static List<Path> files(Evidence evidence, String name) throws IOException {
        return evidence.nodeFolders().stream().map(node -> node.resolve(name)).toList();
    }
}
