package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.http.HttpServer;
import io.amphora.kubectl.Console;
import io.amphora.kubectl.HttpConnector;
import io.amphora.kubectl.Kubectl;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kubectl get -w` against a server in this process: what no recording shows, since it has no end.
final class WatchedTableTest {
    @TempDir
    private Path folder;

    @Test
    void each_change_is_a_row_under_the_same_columns() throws Exception {
        try (RecordedCluster cluster = RecordedCluster.start("api");
                HttpServer listening = cluster.listen()) {
            String server = "--server=http://127.0.0.1:" + listening.port();
            var rows = new ByteArrayOutputStream();
            Thread watching = Thread.ofVirtual()
                    .start(() -> kubectl(cluster, rows, server, "get", "cm", "-w", "-l", "watched=yes"));
            try {
                run(cluster, server, "create", "cm", "first-of-them");
                run(cluster, server, "label", "cm", "first-of-them", "watched=yes");
                await().untilAsserted(() -> assertThat(lines(rows)).hasSize(2));
                run(cluster, server, "patch", "cm", "first-of-them", "-p", "{\"data\":{\"a\":\"b\"}}");
                await().untilAsserted(() -> assertThat(lines(rows)).hasSize(3));
                assertThat(lines(rows).stream().map(line -> line.replaceFirst("\\S+$", "")))
                        .containsExactly(
                                "NAME            DATA   ", "first-of-them   0      ", "first-of-them   1      ");
            } finally {
                watching.interrupt();
                watching.join();
            }
        }
    }

    private static List<String> lines(ByteArrayOutputStream text) {
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void run(RecordedCluster cluster, String... words) {
        var said = new ByteArrayOutputStream();
        assertThat(kubectl(cluster, said, words))
                .as(said.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    private int kubectl(RecordedCluster cluster, ByteArrayOutputStream said, String... words) {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        var kubectl = new Kubectl(
                new Console(InputStream.nullInputStream(), out, out),
                Map.of("HOME", folder.toString()),
                folder,
                new HttpConnector(),
                cluster.clock());
        var all = new ArrayList<>(List.of(words));
        all.add("--token=" + RecordedCluster.TOKEN);
        return kubectl.run(all);
    }
}
