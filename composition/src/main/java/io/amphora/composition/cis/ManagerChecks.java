package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// 1.3 and 1.4: controller manager and scheduler.
final class ManagerChecks {
    private static final String LOCALHOST = "127.0.0.1";
    private static final int MANAGER = 10257;
    private static final int SCHEDULER = 10259;

    static final List<Check> CHECKS = List.of(
            Check.missing("1.3.1", "controller manager: threshold of ended Pods is chosen", "it cannot be set yet"),
            of("1.3.2", "controller manager: no profiling", _ -> Probe.closed(LOCALHOST, MANAGER)),
            of("1.3.3", "controller manager: each controller has its own account", ManagerChecks::ownAccounts),
            of("1.3.4", "controller manager: tokens are signed by a key of their own", ManagerChecks::signingKey),
            of("1.3.5", "controller manager: Pods are given the cluster's authority", ManagerChecks::authority),
            Check.missing("1.3.6", "kubelets' serving certificates are renewed", KubeletChecks.RENEWED_AT_START),
            of("1.3.7", "controller manager: not open to the network", _ -> Probe.closed(LOCALHOST, MANAGER)),
            of("1.4.1", "scheduler: no profiling", _ -> Probe.closed(LOCALHOST, SCHEDULER)),
            of("1.4.2", "scheduler: not open to the network", _ -> Probe.closed(LOCALHOST, SCHEDULER)));

    private ManagerChecks() {}

    private static Verdict ownAccounts(Evidence evidence) throws IOException {
        String deployments = "'verb':'update','group':'apps','resource':'replicasets','namespace':'default'";
        boolean account = evidence.may(
                "system:serviceaccount:kube-system:deployment-controller", "system:authenticated", deployments);
        boolean manager = evidence.may("system:kube-controller-manager", "system:authenticated", deployments);
        return Verdict.of(
                account && !manager,
                "the deployment controller may write ReplicaSets: " + account + "; the manager itself: " + manager);
    }

    private static Verdict signingKey(Evidence evidence) throws IOException {
        try (var files = Files.list(ControlPlaneFiles.pki(evidence))) {
            return Verdict.of(
                    files.anyMatch(file -> file.getFileName().toString().startsWith("service-accounts")),
                    "looked for service-accounts.* in " + ControlPlaneFiles.pki(evidence));
        }
    }

    private static Verdict authority(Evidence evidence) throws IOException {
        String told = evidence.get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt")
                .tree()
                .object("data")
                .text("ca.crt");
        boolean same = !told.isBlank()
                && told.strip().equals(evidence.admin().authorities().strip());
        return Verdict.of(same, "kube-root-ca.crt " + (same ? "holds" : "does not hold") + " the authority");
    }
}
