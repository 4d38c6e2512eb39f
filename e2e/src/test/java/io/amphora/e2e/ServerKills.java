package io.amphora.e2e;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Kills the control plane at random moments while a client writes and Pods serve.
///
/// @param acknowledged  writes that the server said yes to
/// @param missing       those of them that are not there in the end
/// @param load          what the one that asked the Service all the time says: `failed 0 of 900 (600 a second)`
/// @param restarts      containers that were restarted, by Pod
/// @param ready         how long after each kill a write succeeded again
record ServerKills(
        int acknowledged, Set<String> missing, String load, Map<String, Long> restarts, List<Duration> ready) {
    private static final Clock CLOCK = Clock.system();
    private static final int LONGEST_PAUSE_MILLIS = 5_000;
    private static final Duration LOOK = Duration.ofMillis(200);

    /// @param service that Pods stand behind
    static ServerKills run(TestMachine machine, TestCluster cluster, String service, int kills, long seed)
            throws IOException, InterruptedException {
        var random = Randomness.seeded(seed);
        Map<String, Long> before = restarts(cluster);
        Process load = Load.start(machine, cluster.clusterIp(service));
        String kubeconfig = machine.data().resolve("admin.kubeconfig").toString();
        Process writing = machine.start(machine.java(Writing.class, kubeconfig), Map.of());
        var acknowledged = new Acknowledged(writing.inputReader());
        var ready = new ArrayList<Duration>();
        for (int kill = 0; kill < kills; kill++) {
            acknowledged.awaitMore(1);
            CLOCK.sleep(Duration.ofMillis(random.below(LONGEST_PAUSE_MILLIS)));
            String pid = machine.pid("server.pid");
            machine.run("kill", "-9", pid).ok();
            Instant killed = CLOCK.now();
            while (machine.pid("server.pid").equals(pid)) CLOCK.sleep(LOOK);
            if (!writing.isAlive())
                throw new AssertionError("the writer ended: "
                        + new String(writing.getErrorStream().readAllBytes()));
            acknowledged.awaitMore(2); // what the one that was killed had said has long been read
            ready.add(Duration.between(killed, CLOCK.now()));
        }
        writing.getOutputStream().write('\n');
        writing.getOutputStream().close();
        writing.waitFor();
        acknowledged.awaitEnd();
        Set<String> missing = new TreeSet<>(acknowledged.names);
        missing.removeAll(cluster.kubectl("get", "configmaps", "-o", "name").ok().lines().stream()
                .map(name -> name.replace("configmap/", ""))
                .collect(Collectors.toSet()));
        Map<String, Long> restarts = restarts(cluster);
        restarts.entrySet().removeIf(each -> each.getValue().equals(before.get(each.getKey())));
        return new ServerKills(acknowledged.names.size(), missing, Load.end(load), restarts, ready);
    }

    private static Map<String, Long> restarts(TestCluster cluster) {
        return cluster.list("pods").stream()
                .collect(Collectors.toMap((ObjectTree pod) -> TestCluster.name(pod), TestCluster::restarts));
    }

    /// What the writing process has printed.
    private static final class Acknowledged {
        private final Set<String> names = ConcurrentHashMap.newKeySet();
        private final Thread reading;

        Acknowledged(BufferedReader lines) {
            reading = Thread.ofVirtual().start(() -> lines.lines().forEach(this::add));
        }

        private synchronized void add(String name) {
            names.add(name);
            notifyAll();
        }

        /// Waits for so many more than there are now.
        synchronized void awaitMore(int count) throws InterruptedException {
            int wanted = names.size() + count;
            while (names.size() < wanted && reading.isAlive()) wait(1_000);
        }

        void awaitEnd() throws InterruptedException {
            reading.join();
        }
    }

    @Override
    public String toString() {
        long[] millis = ready.stream().mapToLong(Duration::toMillis).sorted().toArray();
        return "%d kills, %d acknowledged writes, %d missing; the Service: %s; restarted: %s; a write again after %d ms (median), %d ms (most)"
                .formatted(
                        millis.length,
                        acknowledged,
                        missing.size(),
                        load,
                        new HashSet<>(restarts.keySet()),
                        millis[millis.length / 2],
                        millis[millis.length - 1]);
    }
}
