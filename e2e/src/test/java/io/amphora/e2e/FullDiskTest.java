package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.e2e.TestMachine.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The disk of the control plane fills up: writers are told, readers notice nothing, and nothing is lost.
@Tag("containers")
final class FullDiskTest {
    private static final int MOST = 200;

    private TestMachine machine;
    private TestCluster cluster;
    private Process server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(TestMachine.isPossible(), "needs root");
        machine = TestMachine.start();
        cluster = new TestCluster(machine);
        machine.run("mkdir", "-p", machine.data().toString()).ok();
        machine.run(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=100m",
                        "none",
                        machine.data().toString())
                .ok();
        server = server();
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) server.destroyForcibly().waitFor();
        if (machine != null) machine.close();
    }

    private Process server() throws IOException {
        Process started = machine.start(
                List.of(
                        TestMachine.REPOSITORY.resolve("amphora").toString(),
                        "server",
                        "--data",
                        machine.data().toString(),
                        "--kubeconfig",
                        machine.data().resolve("admin.kubeconfig").toString()),
                Map.of("AMPHORA_SERVER_HEAP", "300m"));
        assertThat(started.inputReader().readLine()).startsWith("ready at ");
        return started;
    }

    @Test
    void writers_are_told_that_the_disk_is_full_and_nothing_is_lost() throws Exception {
        Path content = machine.file("content", "x".repeat(900_000));
        Path filler = machine.data().resolve("filler");
        machine.run("dd", "if=/dev/zero", "of=" + filler, "bs=1M"); // until there is no room
        var acknowledged = new TreeSet<String>();
        Result refused = null;
        for (int number = 0; number < MOST && refused == null; number++) {
            Result result = write("full-" + number, content);
            if (result.code() == 0) acknowledged.add("full-" + number);
            else refused = result;
        }
        assertThat(refused).isNotNull();
        assertThat(refused.err()).contains("Internal error occurred: ").contains("there is no room in ");
        assertThat(names()).isEqualTo(acknowledged);

        machine.run("rm", filler.toString()).ok();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> write("healed", content).code() == 0);
        acknowledged.add("healed");

        machine.run("kill", "-9", Long.toString(server.pid())).ok();
        server.waitFor();
        server = server();
        assertThat(names()).isEqualTo(acknowledged);
    }

    private Result write(String name, Path content) {
        return cluster.kubectl("create", "configmap", name, "--from-file=" + content);
    }

    private Set<String> names() {
        var names = new TreeSet<>(
                cluster.list("configmaps").stream().map(TestCluster::name).toList());
        names.remove("kube-root-ca.crt");
        return names;
    }
}
