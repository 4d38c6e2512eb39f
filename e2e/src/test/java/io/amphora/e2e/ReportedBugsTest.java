package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Scripts made of reports in public trackers, each of which ends with 0 where Kubernetes' answer is right. They run
/// against the shipped server with simulated nodes. The list of those that do not pass yet may only shrink.
final class ReportedBugsTest {
    /// Beside the repository; not part of it.
    private static final Path SCRIPTS = Path.of("../../shared/golden/reports").toAbsolutePath();

    private static final Path FAILING = Path.of("golden/reports-failing.txt");
    private static final List<String> TOOLS = List.of("bash", "curl", "jq", "base64", "kubectl");
    private static final int SIDE_BY_SIDE = 4;

    /// Scripts that race with a pause of their own (`sleep 2` beside a command that waits): they run alone, as a
    /// command
    /// that takes as long to start would be their fault and not the server's.
    private static final Set<String> ALONE = Set.of("21-kubectl-wait");
    private static final int LONGEST_SECONDS = 240;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(SIDE_BY_SIDE);

    private record Outcome(int code, String said) {
        String wrong() {
            List<String> lines =
                    said.lines().filter(line -> line.startsWith("WRONG")).toList();
            return lines.isEmpty() ? said : String.join("\n", lines);
        }
    }

    @TestFactory
    Stream<DynamicTest> theScriptOf() throws Exception {
        assumeTrue(Files.isDirectory(SCRIPTS), "the scripts lie beside the repository, and do not here");
        for (String tool : TOOLS) assumeTrue(TestMachine.find(tool) != null, "needs " + tool);
        Set<String> failing = new HashSet<>(Files.readAllLines(FAILING));
        failing.remove("");
        List<String> names = names();
        assertThat(names)
                .as("the list of scripts that fail names those that are there")
                .containsAll(failing);
        Path kubeconfig = startServer();
        var outcomes = new LinkedHashMap<String, Future<Outcome>>();
        for (String name : names)
            if (!ALONE.contains(name)) outcomes.put(name, workers.submit(() -> run(name, kubeconfig)));
        for (Future<Outcome> outcome : List.copyOf(outcomes.values())) await(outcome);
        for (String name : ALONE) outcomes.put(name, workers.submit(() -> run(name, kubeconfig)));
        return outcomes.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getKey(), () -> judge(await(each.getValue()), failing.contains(each.getKey()))));
    }

    private static void judge(Outcome outcome, boolean listed) {
        if (listed)
            assertThat(outcome.code()).as("passes, so leaves " + FAILING).isNotZero();
        else assertThat(outcome.code()).as(outcome.wrong()).isZero();
    }

    private static Outcome await(Future<Outcome> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause());
        }
    }

    private static List<String> names() throws IOException {
        try (Stream<Path> below = Files.list(SCRIPTS)) {
            return below.filter(each -> Files.isRegularFile(each.resolve("run.sh")))
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /// @return its kubeconfig, when it is ready
    private Path startServer() throws IOException {
        Path kubeconfig = folder.resolve("admin.kubeconfig");
        Process server = launched(program(
                        TestMachine.REPOSITORY.resolve("amphora").toString(),
                        "server",
                        "--store=memory",
                        "--port=0",
                        "--simulated-nodes=3",
                        "--data=" + folder.resolve("data"),
                        "--kubeconfig=" + kubeconfig)
                .redirectError(folder.resolve("server.log").toFile()));
        String line = server.inputReader().readLine();
        assertThat(line).startsWith("ready");
        return kubeconfig;
    }

    private Outcome run(String name, Path kubeconfig) throws IOException, InterruptedException {
        Path said = folder.resolve(name + ".txt");
        Process script =
                launched(program("bash", SCRIPTS.resolve(name).resolve("run.sh").toString(), kubeconfig.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile()));
        if (!script.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            return new Outcome(-1, "takes longer than " + LONGEST_SECONDS + " s");
        }
        return new Outcome(script.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }

    private ProcessBuilder program(String... command) {
        var builder = new ProcessBuilder(command);
        Path repository = TestMachine.REPOSITORY;
        builder.environment()
                .putAll(Map.of(
                        "AMPHORA_JAR",
                        repository.resolve("composition/target/amphora.jar").toString(),
                        "KUBECTL",
                        repository.resolve("amphora") + " kubectl",
                        "HOME",
                        folder.toString()));
        return builder;
    }

    private Process launched(ProcessBuilder program) throws IOException {
        Process process = program.start();
        synchronized (started) {
            started.add(process);
        }
        return process;
    }

    @AfterEach
    void stop() throws Exception {
        workers.shutdownNow();
        synchronized (started) {
            for (Process process : started) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        }
        for (Process process : started) process.waitFor();
    }
}
