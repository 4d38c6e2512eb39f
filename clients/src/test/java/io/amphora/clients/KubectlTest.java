package io.amphora.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.store.MemoryStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every kubectl that this machine has in its PATH, and beside those: what they send depends on what OpenAPI offers,
/// and
/// each reads it in its own way.
class KubectlTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyKubectlAppliesAChangedCustomResource() {
        return kubectls().stream()
                .map(each -> DynamicTest.dynamicTest(each.getFileName().toString(), () -> play(each)));
    }

    private static List<Path> kubectls() {
        var found = new TreeSet<Path>();
        for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path kubectl = Path.of(place, "kubectl");
            if (!Files.isExecutable(kubectl)) continue;
            try (Stream<Path> siblings = Files.list(kubectl.toRealPath().getParent())) {
                siblings.filter(each -> each.getFileName().toString().matches("kubectl(\\.\\d+\\.\\d+)?"))
                        .forEach(found::add);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return List.copyOf(found);
    }

    private void play(Path kubectl) throws Exception {
        try (var cluster = ClientCluster.start(new MemoryStore(), 0);
                KubernetesClient client = Fabric8Client.JDK.connect(cluster)) {
            Fabric8Test.define(client);
            String ship = """
                    apiVersion: example.com/v1
                    kind: Ship
                    metadata: {name: argo}
                    spec: {crew: %d}
                    """;
            run(cluster, kubectl, ship.formatted(50), "apply", "-f", "-");
            assertThat(run(cluster, kubectl, ship.formatted(51), "apply", "-f", "-"))
                    .contains("ship.example.com/argo configured");
            assertThat(run(
                            cluster,
                            kubectl,
                            ship.formatted(52),
                            "apply",
                            "--server-side",
                            "--force-conflicts",
                            "-f",
                            "-"))
                    .contains("ship.example.com/argo serverside-applied");
            assertThat(run(cluster, kubectl, "", "get", "ship", "argo", "-o", "jsonpath={.spec.crew}"))
                    .isEqualTo("52");
        }
    }

    private String run(ClientCluster cluster, Path kubectl, String input, String... arguments) throws Exception {
        Path authority = Files.writeString(folder.resolve("ca.crt"), ClientCluster.authority());
        var command = new ArrayList<>(List.of(
                kubectl.toString(),
                "--server=" + cluster.url(),
                "--certificate-authority=" + authority,
                "--token=" + ClientCluster.TOKEN,
                "--cache-dir=" + folder.resolve("cache")));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put(
                        "KUBECONFIG",
                        Files.writeString(folder.resolve("config"), "{}").toString());
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
