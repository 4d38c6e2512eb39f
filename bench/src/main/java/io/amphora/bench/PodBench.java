package io.amphora.bench;

import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.Deployments;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.transport.Transport;
import io.amphora.client.Client;
import io.amphora.client.DeleteOptions;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.client.ListOptions;
import io.amphora.client.Resource;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Measures a running cluster with real containers, from a client's side: how long Pods take from their creation until
/// a watcher sees them running, in a burst; how soon a deleted Pod of a Deployment is replaced by one that is ready,
/// and how soon a killed container runs again. Kills processes by their argument, so it runs on the nodes' machine.
///
/// Arguments: the kubeconfig, an image with `sleep` that the nodes have, the Pods of a burst (20), rounds (5).
public final class PodBench {
    private static final Clock CLOCK = Clock.system();
    private static final String NAMESPACE = "default";
    /// Nodes still have work with Pods that are gone, and it is not to be measured with the next ones.
    private static final Duration CLEANING = Duration.ofSeconds(5);

    private final Client client;
    private final Resource<Pod> pods;
    private final String image;
    /// Makes the processes of this run known by their argument.
    private final long mark = 100_000_000 + ProcessHandle.current().pid();

    private PodBench(Client client, String image) {
        this.client = client;
        this.pods = client.resource(Pods.DEFINITION).inNamespace(NAMESPACE);
        this.image = image;
    }

    public static void main(String[] arguments) throws Exception {
        int burst = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
        var connection = Kubeconfig.read(Path.of(arguments[0])).connection("");
        try (var client = new Client(new HttpTransport(connection), "bench")) {
            var bench = new PodBench(client, arguments[1]);
            System.out.printf("%-28s %6s %10s %10s %10s%n", "", "of", "p50", "p99", "most");
            var starts = new ArrayList<Duration>();
            for (int round = 0; round < rounds; round++) starts.addAll(bench.burst("bench-" + round, burst));
            print("create -> Running, burst", starts);
            var alone = new ArrayList<Duration>();
            for (int round = 0; round < rounds; round++) alone.addAll(bench.burst("bench-one-" + round, 1));
            print("create -> Running, one", alone);
            print("delete -> another is ready", bench.replaced(rounds));
            print("kill -> runs again", bench.restarted(rounds));
        }
    }

    /// Creates Pods at once and waits until all run; then takes them away.
    private List<Duration> burst(String name, int count) throws InterruptedException {
        var created = new Instant[count];
        var running = new Instant[count];
        try (var seen = new Seen(pods, "bench=" + name)) {
            for (int i = 0; i < count; i++) {
                created[i] = CLOCK.now();
                pods.create(Pod.of(pod(name + "-" + i, name, mark)));
            }
            for (int i = 0; i < count; i++) {
                String each = name + "-" + i;
                running[i] = seen.await(
                        pod -> pod.name().equals(each) && pod.status().phase().equals("Running"));
            }
            delete(name);
            seen.awaitNone();
            CLOCK.sleep(CLEANING);
        }
        var took = new ArrayList<Duration>();
        for (int i = 0; i < count; i++) took.add(Duration.between(created[i], running[i]));
        return took;
    }

    private List<Duration> replaced(int rounds) throws InterruptedException {
        var took = new ArrayList<Duration>();
        var deployments = client.resource(Deployments.DEFINITION).inNamespace(NAMESPACE);
        ObjectTree template = pod("", "replaced", mark);
        deployments.create(Deployment.of(ObjectTree.of(
                "metadata",
                ObjectTree.of("name", "bench-replaced"),
                "spec",
                ObjectTree.of(
                        "replicas",
                        1,
                        "selector",
                        ObjectTree.of("matchLabels", ObjectTree.of("bench", "replaced")),
                        "template",
                        ObjectTree.of(
                                "metadata",
                                ObjectTree.of("labels", ObjectTree.of("bench", "replaced")),
                                "spec",
                                template.object("spec"))))));
        try (var seen = new Seen(pods, "bench=replaced")) {
            seen.await(PodBench::isReady);
            for (int round = 0; round < rounds; round++) {
                String old = seen.first(PodBench::isReady);
                Instant began = CLOCK.now();
                pods.delete(old);
                Instant ready = seen.await(pod -> !pod.name().equals(old) && isReady(pod));
                took.add(Duration.between(began, ready));
            }
            deployments.delete("bench-replaced", DeleteOptions.background());
            seen.awaitNone();
        }
        return took;
    }

    /// Each time in a Pod of its own, as the second crash of a container is held back.
    private List<Duration> restarted(int rounds) throws InterruptedException {
        var took = new ArrayList<Duration>();
        for (int round = 0; round < rounds; round++) {
            String name = "bench-restarted-" + round;
            long argument = mark + 1_000_000 + round;
            try (var seen = new Seen(pods, "bench=" + name)) {
                pods.create(Pod.of(pod(name, name, argument)));
                seen.await(pod -> pod.status().phase().equals("Running"));
                ProcessHandle victim = ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .commandLine()
                                .filter(line -> line.endsWith("sleep " + argument))
                                .isPresent())
                        .findFirst()
                        .orElseThrow();
                Instant began = CLOCK.now();
                victim.destroyForcibly();
                Instant again = seen.await(pod -> pod.status().containerStatuses().stream()
                        .anyMatch(status -> status.restartCount() == 1
                                && status.state().tree().has("running")));
                took.add(Duration.between(began, again));
                delete(name);
                seen.awaitNone();
                CLOCK.sleep(CLEANING);
            }
        }
        return took;
    }

    private void delete(String label) {
        pods.deleteCollection(DeleteOptions.PLAIN, ListOptions.ALL.withLabels("bench=" + label));
    }

    private ObjectTree pod(String name, String label, long argument) {
        return Yaml.read("""
                apiVersion: v1
                kind: Pod
                metadata: {name: "%s", labels: {bench: "%s"}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - {name: main, image: "%s", command: [busybox, sleep, "%d"]}
                """.formatted(name, label, image, argument)).object();
    }

    private static boolean isReady(Pod pod) {
        return pod.metadata().tree().get("deletionTimestamp").text() == null
                && pod.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status().equals("True"));
    }

    /// The Pods with a label, as a watcher sees them.
    private static final class Seen implements AutoCloseable {
        private final Map<String, Pod> now = new TreeMap<>();
        private final Transport.Subscription watch;

        Seen(Resource<Pod> pods, String labels) {
            watch = pods.watch(
                    ListOptions.ALL.withLabels(labels), event -> seen(event.type(), Pod.of(event.object())), () -> {});
        }

        private synchronized void seen(String type, Pod pod) {
            if (type.equals("DELETED")) now.remove(pod.name());
            else now.put(pod.name(), pod);
            notifyAll();
        }

        /// @return when a Pod is seen to be so
        synchronized Instant await(Predicate<Pod> condition) throws InterruptedException {
            while (now.values().stream().noneMatch(condition)) wait();
            return CLOCK.now();
        }

        synchronized void awaitNone() throws InterruptedException {
            while (!now.isEmpty()) wait();
        }

        synchronized String first(Predicate<Pod> condition) {
            return now.values().stream()
                    .filter(condition)
                    .findFirst()
                    .orElseThrow()
                    .name();
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    private static void print(String what, List<Duration> took) {
        long[] sorted = took.stream().mapToLong(Duration::toMillis).sorted().toArray();
        System.out.printf(
                "%-28s %6d %7d ms %7d ms %7d ms%n",
                what,
                sorted.length,
                sorted[sorted.length / 2],
                sorted[sorted.length - 1 - sorted.length / 100],
                sorted[sorted.length - 1]);
    }
}
