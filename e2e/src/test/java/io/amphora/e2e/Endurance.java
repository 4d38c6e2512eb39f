package io.amphora.e2e;

import io.amphora.machinery.random.Randomness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What takes too long for a test: a program that does it many times and prints what came of it; `e2e/endurance`
/// runs it. Of each there is a short version in [HoldsTest].
public final class Endurance {
    private static final int LONGEST_UP_MILLIS = 14_000;

    private Endurance() {}

    /// @param arguments what, how often, and the seed of chance or how many seconds
    public static void main(String[] arguments) throws Exception {
        int times = Integer.parseInt(arguments[1]);
        long number = Long.parseLong(arguments[2]);
        System.out.println(String.join(" ", arguments));
        boolean done = false;
        try (TestMachine machine = TestMachine.start()) {
            try {
                System.out.println(
                        switch (arguments[0]) {
                            case "server-kills" -> serverKills(machine, times, number);
                            case "interrupted-ups" -> interruptedUps(machine, times, number);
                            case "network-cuts" -> networkCuts(machine, times, Duration.ofSeconds(number));
                            default ->
                                throw new IllegalArgumentException(
                                        "server-kills, interrupted-ups or network-cuts, not " + arguments[0]);
                        });
                done = true;
            } finally {
                if (!done) System.out.println(machine.logs());
            }
        }
        System.exit(0);
    }

    private static void up(TestMachine machine, String... more) {
        var arguments = new ArrayList<>(List.of(
                "up",
                "--data",
                machine.data().toString(),
                "-f",
                TestMachine.REPOSITORY.resolve("examples/event-bus").toString()));
        arguments.addAll(List.of(more));
        machine.amphora(arguments.toArray(String[]::new)).ok();
    }

    private static ServerKills serverKills(TestMachine machine, int times, long seed) throws Exception {
        up(machine);
        return ServerKills.run(machine, new TestCluster(machine), "service-1", times, seed);
    }

    /// Cuts a node off, by turns without a link and without packets; with the grace period and the tolerations that
    /// clusters have that say nothing of them, but for the five minutes until Pods are given up.
    private static String networkCuts(TestMachine machine, int times, Duration length) throws Exception {
        up(machine, "--default-unreachable-toleration-seconds", "30", "--default-not-ready-toleration-seconds", "30");
        var cluster = new TestCluster(machine);
        int pods = cluster.list("pods").size();
        var kinds = NetworkCut.Kind.values();
        for (int time = 0; time < times; time++) {
            NetworkCut.Kind kind = kinds[time % kinds.length];
            new NetworkCut(machine, cluster, "node-2", kind, pods).run(length);
            System.out.printf("%2d %s for %d s: all well again%n", time + 1, kind, length.toSeconds());
        }
        return times + " cuts, no Pod twice, none lost";
    }

    /// Interrupts `up` at random moments, by Ctrl-C or kill -9, and takes the cluster down: nothing may be left.
    ///
    /// @return how many left something
    private static String interruptedUps(TestMachine machine, int times, long seed) throws Exception {
        var random = Randomness.seeded(seed);
        String clean = machine.traces();
        int dirty = 0;
        for (int time = 0; time < times; time++) {
            int millis = random.below(LONGEST_UP_MILLIS);
            boolean hard = random.below(2) == 0;
            interruptUp(machine, millis, hard);
            machine.amphora("down").ok();
            boolean left = !isEventually(machine, clean);
            System.out.printf(
                    "%2d %s after %5d ms: %s%n", time + 1, hard ? "KILL" : "INT ", millis, left ? "LEFT" : "clean");
            if (left) dirty++;
        }
        return dirty + " of " + times + " left something behind";
    }

    /// Starts `up` and interrupts it.
    ///
    /// @param hard by SIGKILL instead of SIGINT
    static void interruptUp(TestMachine machine, int afterMillis, boolean hard)
            throws IOException, InterruptedException {
        Process up = machine.start(
                List.of(
                        TestMachine.REPOSITORY.resolve("amphora").toString(),
                        "up",
                        "--data",
                        machine.data().toString()),
                Map.of());
        if (up.waitFor(afterMillis, TimeUnit.MILLISECONDS)) return;
        new ProcessBuilder("kill", hard ? "-KILL" : "-INT", Long.toString(up.pid()))
                .start()
                .waitFor();
        up.waitFor();
    }

    /// The kernel takes a moment to take a namespace's links away.
    private static boolean isEventually(TestMachine machine, String traces) throws InterruptedException {
        for (int look = 0; look < 50; look++) {
            if (machine.traces().equals(traces)) return true;
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return false;
    }
}
