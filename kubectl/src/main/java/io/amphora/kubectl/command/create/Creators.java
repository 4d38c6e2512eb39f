package io.amphora.kubectl.command.create;

import io.amphora.kubectl.command.Command;
import java.util.List;

/// All commands below `create`.
public final class Creators {
    public static final List<Command> ALL = List.of(
            new CreateClusterRole(),
            new CreateClusterRoleBinding(),
            new CreateConfigMap(),
            new CreateCronJob(),
            new CreateDeployment(),
            new CreateIngress(),
            new CreateJob(),
            new CreateNamespace(),
            new CreatePodDisruptionBudget(),
            new CreatePriorityClass(),
            new CreateQuota(),
            new CreateRole(),
            new CreateRoleBinding(),
            new Command.Group(
                    "secret",
                    "Create a secret using a specified subcommand",
                    List.of(new CreateSecretDockerRegistry(), new CreateSecretGeneric(), new CreateSecretTls())),
            new Command.Group(
                    "service",
                    "Create a service using a specified subcommand",
                    List.of("svc"),
                    List.of(
                            new CreateService("clusterip", "ClusterIP"),
                            new CreateService("externalname", "ExternalName"),
                            new CreateService("loadbalancer", "LoadBalancer"),
                            new CreateService("nodeport", "NodePort"))),
            new CreateServiceAccount(),
            new CreateToken());

    private Creators() {}
}
