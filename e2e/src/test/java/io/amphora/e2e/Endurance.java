package io.amphora.e2e;

import io.amphora.machinery.random.Randomness;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What takes too long for a test: a program that does it many times and prints what came of it. Of each there is a
/// short version in [HoldsTest]. In this folder:
///
/// ```
/// mvn -q -o test-compile exec:java -Dexec.mainClass=io.amphora.e2e.Endurance -Dexec.args="server-kills 50 1"
/// mvn -q -o test-compile exec:java -Dexec.mainClass=io.amphora.e2e.Endurance -Dexec.args="interrupted-ups 20 1"
/// ```
public final class Endurance {
    private static final int LONGEST_UP_MILLIS = 14_000;

    private Endurance() {}

    /// @param arguments what, how often, and the seed of chance
    public static void main(String[] arguments) throws Exception {
        int times = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        System.out.println(String.join(" ", arguments));
        try (TestMachine machine = TestMachine.start()) {
            switch (arguments[0]) {
                case "server-kills" -> System.out.println(serverKills(machine, times, seed));
                case "interrupted-ups" -> System.out.println(interruptedUps(machine, times, seed));
                default -> throw new IllegalArgumentException("server-kills or interrupted-ups, not " + arguments[0]);
            }
        }
        System.exit(0);
    }

    private static ServerKills serverKills(TestMachine machine, int times, long seed) throws Exception {
        String example = TestMachine.REPOSITORY.resolve("examples/event-bus").toString();
        machine.amphora("up", "--data", machine.data().toString(), "-f", example)
                .ok();
        return ServerKills.run(machine, new TestCluster(machine), "service-1", times, seed);
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
