package io.amphora.composition;

import io.amphora.kubectl.Console;
import io.amphora.kubectl.HttpConnector;
import io.amphora.kubectl.Kubectl;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.CriRuntime;
import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// Lives through the first seconds of a control plane, so that the JVM can write down which classes that takes and what
/// it found out about them. `amphora.aot` beside the jar is what it wrote (JEP 483 and 514): a server or agent that
/// reads it starts in half the time. The build runs this once for each jar.
final class Training {
    private static final String OURS = "io/amphora/";
    private static final String CLASS = ".class";
    private static final String LESSON = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: lesson}
            spec:
              replicas: 2
              selector: {matchLabels: {app: lesson}}
              template:
                metadata: {labels: {app: lesson}}
                spec: {containers: [{name: lesson, image: lesson, ports: [{containerPort: 80}]}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: lesson}
            spec: {selector: {app: lesson}, ports: [{port: 80}]}
            """;

    private Training() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("amphora-training");
        try {
            loadAll(Path.of(System.getProperty("java.class.path")));
            askNobody(folder);
            live(folder);
        } finally {
            FileTrees.delete(folder);
        }
        System.exit(0); // threads of libraries would keep it alive
    }

    /// What a node's agent needs is at least loaded, for it cannot run here.
    private static void loadAll(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            file.stream().map(JarEntry::getName).filter(Training::isOurs).forEach(Training::load);
        }
    }

    private static boolean isOurs(String entry) {
        return entry.startsWith(OURS) && entry.endsWith(CLASS);
    }

    private static void load(String entry) {
        String name = entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
        try {
            Class.forName(name, false, Training.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError left) {
            System.err.println("not loaded: " + left);
        }
    }

    /// The way to a container runtime, as far as it goes where there is none.
    private static void askNobody(Path folder) {
        try (var runtime = new CriRuntime(folder.resolve("nobody.sock"), Clock.system())) {
            runtime.version();
        } catch (ContainerRuntimeException asExpected) {
            // The classes are loaded.
        }
    }

    private static void live(Path folder) throws IOException {
        Clock clock = Clock.system();
        Path kubeconfig = folder.resolve("kubeconfig");
        var options = new ControlPlane.Options(
                folder,
                "rocksdb",
                0,
                ControllerList.parse("*"),
                2,
                kubeconfig,
                "127.0.0.1",
                false,
                ClusterNetwork.DEFAULT,
                Patience.USUAL,
                Hardening.NONE);
        try (var _ = ControlPlane.start(options, clock, Randomness.system())) {
            Path lesson = Files.writeString(folder.resolve("lesson.yaml"), LESSON);
            var kubectl = new Kubectl(
                    Console.system(), Map.of("KUBECONFIG", kubeconfig.toString()), new HttpConnector(), clock);
            kubectl.run(List.of("apply", "-f", lesson.toString()));
            kubectl.run(List.of("rollout", "status", "deployment/lesson", "--timeout=30s"));
            kubectl.run(List.of("get", "all,nodes", "-A", "-o", "wide"));
            kubectl.run(List.of("scale", "deployment/lesson", "--replicas=1"));
            kubectl.run(List.of("delete", "-f", lesson.toString()));
        }
    }
}
