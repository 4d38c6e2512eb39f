package io.amphora.composition;

import io.amphora.kubectl.Console;
import io.amphora.kubectl.HttpConnector;
import io.amphora.kubectl.Kubectl;
import io.amphora.machinery.time.Clock;
import java.util.HashMap;
import java.util.List;

/// `kubectl …`: the built-in command line. Where neither KUBECONFIG nor `--kubeconfig` says otherwise, it talks
/// to
/// the cluster that
/// runs on this machine.
final class KubectlCommand {
    private KubectlCommand() {}

    static int run(List<String> arguments, Console console, Clock clock) {
        var environment = new HashMap<>(System.getenv());
        if (!environment.containsKey("KUBECONFIG"))
            Installation.current()
                    .ifPresent(running ->
                            environment.put("KUBECONFIG", running.kubeconfig().toString()));
        return new Kubectl(console, environment, new HttpConnector(), clock).run(arguments);
    }
}
