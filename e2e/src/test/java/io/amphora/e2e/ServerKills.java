package io.amphora.e2e;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Kills the control plane at random moments while a client writes, another watches, and Pods serve.
///
/// @param acknowledged  writes that the server said yes to
/// @param missing       those of them that are not there in the end
/// @param astray        what the watcher saw that is not what became of it, or not in order, or not at all
/// @param load          what the one that asked the Service all the time says: `failed 0 of 900 (600 a second)`
/// @param restarts      containers that were restarted, by Pod
/// @param ready         how long after each kill a write succeeded again
record ServerKills(
        int acknowledged,
        Set<String> missing,
        List<String> astray,
        String load,
        Map<String, Long> restarts,
        List<Duration> ready) {
    private static final Clock CLOCK = Clock.system();
    private static final int LONGEST_PAUSE_MILLIS = 5_000;
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// @param service that Pods stand behind
    static ServerKills run(TestMachine machine, TestCluster cluster, String service, int kills, long seed)
            throws IOException, InterruptedException {
        var random = Randomness.seeded(seed);
        Map<String, Long> before = restarts(cluster);
        Process load = Load.start(machine, cluster.clusterIp(service));
        String kubeconfig = machine.data().resolve("admin.kubeconfig").toString();
        Process watching = machine.start(machine.java(Watching.class, kubeconfig), Map.of());
        var events = new Printed(watching.inputReader());
        events.awaitMore(1);
        Process writing = machine.start(machine.java(Writing.class, kubeconfig), Map.of());
        var acknowledged = new Printed(writing.inputReader());
        var ready = new ArrayList<Duration>();
        try {
            for (int kill = 0; kill < kills; kill++) {
                acknowledged.awaitMore(1);
                CLOCK.sleep(Duration.ofMillis(random.below(LONGEST_PAUSE_MILLIS)));
                String pid = machine.pid("server.pid");
                machine.run("kill", "-9", pid).ok();
                Instant killed = CLOCK.now();
                while (machine.pid("server.pid").equals(pid)) CLOCK.sleep(LOOK);
                mustLive(writing);
                mustLive(watching);
                acknowledged.awaitMore(2); // what the one that was killed had said has long been read
                ready.add(Duration.between(killed, CLOCK.now()));
            }
            writing.getOutputStream().write('\n');
            writing.getOutputStream().close();
            acknowledged.awaitEnd();
            Map<String, Long> written = written(cluster);
            events.await(written.size() + 1, PATIENCE);
            watching.getOutputStream().close();
            events.awaitEnd();
            Set<String> missing = new TreeSet<>(acknowledged.lines());
            missing.removeAll(written.keySet());
            Map<String, Long> restarts = restarts(cluster);
            restarts.entrySet().removeIf(each -> each.getValue().equals(before.get(each.getKey())));
            return new ServerKills(
                    acknowledged.lines().size(),
                    missing,
                    astray(events.lines().stream().skip(1).toList(), written),
                    Load.end(load),
                    restarts,
                    ready);
        } finally {
            List.of(writing, watching, load).forEach(Process::destroy);
        }
    }

    private static void mustLive(Process client) throws IOException {
        if (!client.isAlive())
            throw new AssertionError(
                    "a client ended: " + new String(client.getErrorStream().readAllBytes()));
    }

    /// The revision of each ConfigMap of the writer. They are created and never changed, so the past of each is one
    /// event, at that revision.
    private static Map<String, Long> written(TestCluster cluster) {
        return cluster.list("configmaps").stream()
                .filter(map -> TestCluster.name(map).startsWith(Writing.PREFIX))
                .collect(Collectors.toMap(TestCluster::name, ServerKills::revision));
    }

    private static long revision(ObjectTree object) {
        return Long.parseLong(object.object("metadata").text("resourceVersion"));
    }

    /// @param events as [Watching] prints them
    private static List<String> astray(List<String> events, Map<String, Long> written) {
        var astray = new ArrayList<String>();
        var unseen = new HashMap<>(written);
        long last = 0;
        for (String event : events) {
            String[] words = event.split(" ", 3);
            boolean isAddition = words[1].equals("ADDED") && words[2].startsWith(Writing.PREFIX);
            if (!isAddition || !unseen.remove(words[2], Long.valueOf(words[0]))) astray.add(event);
            else if (Long.parseLong(words[0]) <= last) astray.add(event + " after " + last);
            else last = Long.parseLong(words[0]);
        }
        unseen.forEach((name, revision) -> astray.add(name + " of " + revision + " was not seen"));
        return astray;
    }

    private static Map<String, Long> restarts(TestCluster cluster) {
        return cluster.list("pods").stream().collect(Collectors.toMap(TestCluster::name, TestCluster::restarts));
    }

    @Override
    public String toString() {
        long[] millis = ready.stream().mapToLong(Duration::toMillis).sorted().toArray();
        return ("%d kills, %d acknowledged writes, %d missing; a watcher saw %d otherwise; the Service: %s; restarted: %s; "
                        + "a write again after %d ms (median), %d ms (most)")
                .formatted(
                        millis.length,
                        acknowledged,
                        missing.size(),
                        astray.size(),
                        load,
                        new HashSet<>(restarts.keySet()),
                        millis[millis.length / 2],
                        millis[millis.length - 1]);
    }
}
