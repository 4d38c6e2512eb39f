package io.amphora.store.testing;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.RocksDbStore;
import io.amphora.store.Store;
import io.amphora.store.testing.Victim.Acknowledgement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Kills a process that writes to a [RocksDbStore] with SIGKILL, opens what it left, and checks it against what
/// was acknowledged; then again, in the same directory:
///
/// - each acknowledged write is there, at its revision and with its value, in the history and in the state;
/// - revisions have no gap, and of writes that weren't acknowledged there are no more than there were writers;
/// - the state is what the changes lead to.
///
/// A killed process leaves the operating system's cache alone. That the sync before an acknowledgement reaches
/// the disk itself is for RocksDB and the machine to keep.
public final class KillLoop {
    private static final int WRITERS = 8;
    private static final int MOST_ACKNOWLEDGEMENTS = 3000;

    private final Path directory;
    private final Randomness random;
    private final long seed;
    private final Map<String, Acknowledgement> live = new HashMap<>(); // what must be in the store when a round begins
    private long revision;
    private long acknowledged;

    public KillLoop(Path directory, long seed) {
        this.directory = directory;
        this.random = Randomness.seeded(seed);
        this.seed = seed;
    }

    /// Arguments: an empty directory, how many rounds, and a seed.
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) throw new IllegalArgumentException("usage: KillLoop DIRECTORY ROUNDS SEED");
        int rounds = Integer.parseInt(arguments[1]);
        var loop = new KillLoop(Path.of(arguments[0]), Long.parseLong(arguments[2]));
        loop.run(rounds, System.out::println);
        System.out.println(rounds + " rounds, " + loop.acknowledged + " acknowledged writes, none lost");
    }

    /// @throws AssertionError when something acknowledged is lost, or something is there that nobody wrote
    public void run(int rounds, Consumer<String> log) throws Exception {
        for (int round = 1; round <= rounds; round++) {
            var acknowledgements = killedAmidWriting(round);
            acknowledged += acknowledgements.size();
            var began = Clock.system().now();
            try (var store = RocksDbStore.open(directory, Clock.system())) {
                var opened = Duration.between(began, Clock.system().now());
                int unacknowledged = check(store, acknowledgements);
                log.accept("round " + round + ": " + acknowledgements.size() + " acknowledged, " + unacknowledged
                        + " more were written; revision " + revision + ", " + live.size() + " keys, opened in "
                        + opened.toMillis() + " ms");
            }
        }
    }

    /// Kills after a random number of acknowledgements; those still in the pipe count, for they were given.
    private TreeMap<Long, Acknowledgement> killedAmidWriting(int round) throws Exception {
        var process = victim(round);
        var acknowledgements = new TreeMap<Long, Acknowledgement>();
        int enough = 1 + random.below(MOST_ACKNOWLEDGEMENTS);
        try (var output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (var line = wholeLine(output); line != null; line = wholeLine(output)) {
                var acknowledgement = Acknowledgement.parse(line);
                require(
                        acknowledgements.put(acknowledgement.revision(), acknowledgement) == null,
                        "revision %d was given twice",
                        acknowledgement.revision());
                // not by the process' own method, which closes the pipe
                if (acknowledgements.size() == enough) process.toHandle().destroyForcibly();
            }
        } finally {
            process.destroyForcibly();
        }
        int exit = process.waitFor();
        require(exit == 128 + 9, "the victim ended by itself with exit status %d", exit);
        return acknowledgements;
    }

    private Process victim(int round) throws IOException {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                directory.toString(),
                Integer.toString(WRITERS),
                Long.toString(seed + round));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// Null at the end, and for a line that was cut off by it.
    private static @Nullable String wholeLine(BufferedReader reader) throws IOException {
        var line = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n') return line.toString();
            line.append((char) c);
        }
        return null;
    }

    private int check(Store store, TreeMap<Long, Acknowledgement> acknowledgements) {
        long last = store.revision();
        require(
                acknowledgements.isEmpty() || acknowledgements.lastKey() <= last,
                "revision %s was acknowledged, but the last is %d",
                acknowledgements.lastEntry(),
                last);
        var history = history(store);
        int unacknowledged = 0;
        for (long at = revision + 1; at <= last; at++) {
            var promised = acknowledgements.get(at);
            var found = history.get(at);
            require(found != null || at <= store.compactedTo(), "revision %d is missing", at);
            require(
                    promised == null || found == null || promised.equals(found),
                    "acknowledged was %s, found is %s",
                    promised,
                    found);
            if (promised == null) unacknowledged++;
            var change = promised != null ? promised : found;
            if (change == null)
                throw new AssertionError("revision " + at + " was compacted away before it was acknowledged");
            apply(change);
        }
        revision = last;
        require(unacknowledged <= WRITERS, "%d writes that nobody can have begun", unacknowledged);
        require(live.equals(state(store)), "the state isn't what the changes lead to");
        return unacknowledged;
    }

    private void apply(Acknowledgement change) {
        if (change.sum() < 0) live.remove(change.key());
        else live.put(change.key(), change);
    }

    private static Map<Long, Acknowledgement> history(Store store) {
        var history = new HashMap<Long, Acknowledgement>();
        store.watch("", store.compactedTo(), changes -> {
                    for (var change : changes) {
                        history.put(
                                change.revision(),
                                new Acknowledgement(
                                        change.revision(), change.key(), Acknowledgement.sumOf(change.value())));
                    }
                })
                .close();
        return history;
    }

    private static Map<String, Acknowledgement> state(Store store) {
        var state = new HashMap<String, Acknowledgement>();
        for (var entry : store.list("", 0).entries()) {
            state.put(
                    entry.key(),
                    new Acknowledgement(entry.revision(), entry.key(), Acknowledgement.sumOf(entry.value())));
        }
        return state;
    }

    private static void require(boolean holds, String otherwise, @Nullable Object... details) {
        if (!holds) throw new AssertionError(otherwise.formatted(details));
    }
}
