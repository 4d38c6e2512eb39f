package io.amphora.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.kubelet.node.Cgroups;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.CriRuntime;
import io.amphora.runtime.FileTrees;
import io.amphora.runtime.ImageImport;
import io.amphora.runtime.OciImage;
import io.amphora.runtime.Processes;
import io.amphora.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A node in a network namespace of its own: Pods with addresses, resolv.conf and host names. Skipped where
/// that can't
/// run.
class PodNetworkTest {
    private static final Clock CLOCK = Clock.system();
    private static final String CONFLIST = """
            {"cniVersion": "0.4.0", "name": "amphora", "plugins": [
              {"type": "bridge", "bridge": "cni0", "isGateway": true,
               "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "10.244.7.0/24"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]}}]}
            """;

    @Test
    void podsHaveAddressesAndReachEachOther() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        assumeTrue(Processes.find("containerd").isPresent(), "needs containerd and runc");
        assumeTrue(Processes.find("busybox").isPresent(), "needs busybox-static");
        assumeTrue(Processes.find("ip").isPresent(), "needs iproute2");
        assumeTrue(Containerd.findCniPlugins().isPresent(), "needs containernetworking-plugins");
        Path home = Files.createTempDirectory("kln");
        String namespace = home.getFileName().toString();
        var config = new Containerd.Config(
                home.resolve("root"),
                home.resolve("state"),
                home.resolve("cni"),
                Containerd.findCniPlugins().orElseThrow(),
                home.resolve("registries"),
                Optional.of(Path.of("/run/netns", namespace)));
        Processes.check("ip", "netns", "add", namespace);
        try {
            Processes.check("ip", "-n", namespace, "link", "set", "lo", "up");
            Files.createDirectories(home.resolve("cni"));
            Files.writeString(home.resolve("cni/10-amphora.conflist"), CONFLIST.formatted(home.resolve("leases")));
            run(home, config);
        } finally {
            Containerd.findRunning(config).ifPresent(containerd -> {
                containerd.removeContainers(CLOCK);
                containerd.stop();
            });
            Containerd.removeRemains(config);
            FileTrees.unmountUnder(home);
            FileTrees.delete(home);
            Cgroups.ofMachine().remove("/" + namespace);
            Processes.check("ip", "netns", "delete", namespace);
        }
    }

    private static void run(Path home, Containerd.Config config) throws IOException {
        var containerd = Containerd.start(config, CLOCK);
        new ImageImport(containerd, CLOCK).add(busybox());
        try (var store = new MemoryStore();
                var server = ApiServer.start(store, ApiServerConfig.standard());
                var runtime = containerd.runtime(CLOCK)) {
            var client = new Client(server.transport(User.ADMIN), "test");
            if (client.resource(Namespaces.DEFINITION).find("shop").isEmpty())
                client.resource(Namespaces.DEFINITION)
                        .create(Namespace.EMPTY.withMetadata(
                                Namespace.EMPTY.metadata().withName("shop")));
            var kubeletConfig = KubeletConfig.of("node-1", home.resolve("kubelet"), List.of("10.0.0.5"))
                    .withDns(List.of("10.96.0.10"), "cluster.local")
                    .withCgroupRoot("/" + home.getFileName());
            try (var kubelet = Kubelet.start(kubeletConfig, client, runtime, CLOCK)) {
                var pods = client.resource(Pods.DEFINITION).inNamespace("shop");
                create(client, "server", "echo hello > /index.html; exec httpd -f -p 80 -h /");
                create(client, "client", "exec sleep 1000");
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> pods.list().stream()
                                .allMatch(pod -> pod.status().phase().equals("Running")));
                String ip = pods.get("server").status().podIP();
                assertThat(ip).startsWith("10.244.7.");
                assertThat(run(runtime, "client", "wget -q -O - http://" + ip + "/"))
                        .isEqualTo("hello\n");
                assertThat(run(runtime, "client", "cat /etc/resolv.conf"))
                        .contains(
                                "nameserver 10.96.0.10",
                                "search shop.svc.cluster.local svc.cluster.local cluster.local",
                                "ndots:5");
                assertThat(run(runtime, "client", "hostname")).isEqualTo("client\n");
                assertThat(run(runtime, "client", "cat /etc/hosts"))
                        .contains(pods.get("client").status().podIP() + "\tclient");
                assertThat(run(runtime, "client", "env")).contains("HOSTNAME=client");
                for (String name : List.of("server", "client")) pods.delete(name);
                await().atMost(Duration.ofSeconds(20)).until(() -> pods.list().isEmpty() && kubelet.podCount() == 0);
            }
        }
        try (var leases = Files.list(home.resolve("leases/amphora"))) {
            assertThat(leases.map(one -> one.getFileName().toString()).filter(one -> one.startsWith("10.")))
                    .isEmpty();
        }
    }

    private static void create(Client client, String name, String script) {
        var pod = """
                {apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: shop}, spec: {nodeName: node-1, terminationGracePeriodSeconds: 1,
                 containers: [{name: app, image: 'test/net:1', command: [sh, -c, '%s']}]}}
                """.formatted(name, script);
        client.resource(Pods.DEFINITION)
                .inNamespace("shop")
                .create(Pod.of(Yaml.read(pod).object()));
    }

    private static String run(CriRuntime runtime, String pod, String script) {
        var container =
                runtime.containers(Map.of("io.kubernetes.pod.name", pod)).getFirst();
        var result = runtime.exec(container.id(), List.of("sh", "-c", script), Duration.ofSeconds(10));
        return new String(result.stdout(), StandardCharsets.UTF_8)
                + new String(result.stderr(), StandardCharsets.UTF_8);
    }

    private static OciImage busybox() throws IOException {
        var files = new ArrayList<OciImage.Entry>();
        files.add(new OciImage.Entry.File(
                "bin/busybox",
                0755,
                Files.readAllBytes(Processes.find("busybox").orElseThrow())));
        for (String applet : "sh sleep echo cat httpd wget hostname env".split(" "))
            files.add(new OciImage.Entry.Link("bin/" + applet, "busybox"));
        return OciImage.of("test/net:1", OciImage.hostArchitecture(), files, List.of());
    }
}
