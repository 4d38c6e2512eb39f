package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A user fills a server until it takes no more, and the server is killed: with the same heap it starts again, answers
/// readers, and has its room back when things are deleted.
@Timeout(300)
class FilledServerAttacksTest {
    private static final String HEAP = "-Xmx160m";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String FULL = "state-capacity failed: writes that need more room are refused";

    @TempDir
    private Path folder;

    private Process server;
    private HttpTransport client;

    @AfterEach
    void stop() throws InterruptedException {
        if (client != null) client.close();
        if (server != null) server.destroyForcibly().waitFor();
    }

    @Test
    void a_server_that_was_full_when_it_was_killed_starts_with_the_same_heap_and_is_emptied() throws Exception {
        start();
        var made = new LinkedHashMap<String, Integer>();
        for (int kibibytes : List.of(1_000, 30)) fill(kibibytes, made);
        assertThat(made).hasSizeGreaterThan(20);
        assertThat(Connections.troubles(kubeconfig()))
                .singleElement()
                .asString()
                .startsWith(FULL);

        client.close();
        server.destroyForcibly().waitFor();
        start();
        assertThat(names()).containsAll(made.keySet());
        String some = made.keySet().iterator().next();
        assertThat(call("GET", MAPS + "/" + some, null).object("data").text("a"))
                .hasSize(made.get(some));
        assertThatThrownBy(() -> call("POST", MAPS, map("more", 1_000 << 10)))
                .satisfies(FilledServerAttacksTest::isFull);
        assertThat(Connections.troubles(kubeconfig()))
                .singleElement()
                .asString()
                .startsWith(FULL);

        for (String name : List.copyOf(made.keySet()).subList(0, 5)) call("DELETE", MAPS + "/" + name, null);
        assertThat(Connections.troubles(kubeconfig())).isEmpty();
        call("POST", MAPS, map("more", 1_000 << 10));
    }

    private void start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path options = Path.of("src/main/resources/io/amphora/composition/server.jvm");
        server = new ProcessBuilder(
                        java,
                        "@" + options.toAbsolutePath(),
                        HEAP,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "server",
                        "--data",
                        folder.resolve("data").toString(),
                        "--port",
                        "0",
                        "--kubeconfig",
                        kubeconfig().toString())
                .redirectError(folder.resolve("log").toFile())
                .start();
        assertThat(server.inputReader().readLine())
                .as(() -> text(folder.resolve("log")))
                .startsWith("ready at ");
        client = new HttpTransport(Kubeconfig.read(kubeconfig()).connection(""));
    }

    private Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException none) {
            return String.valueOf(none.getMessage());
        }
    }

    private void fill(int kibibytes, Map<String, Integer> made) {
        while (true) {
            String name = "m" + made.size();
            try {
                call("POST", MAPS, map(name, kibibytes << 10));
            } catch (ApiException refused) {
                isFull(refused);
                return;
            }
            made.put(name, kibibytes << 10);
        }
    }

    private static void isFull(Throwable refused) {
        assertThat(refused).hasMessageContaining("there is no room for more");
        assertThat(((ApiException) refused).code()).isEqualTo(507);
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        for (var item : call("GET", MAPS, null).list("items"))
            names.add(item.object().object("metadata").text("name"));
        return names;
    }

    private ObjectTree call(String method, String path, ObjectTree body) {
        ApiRequest.Body sent = body == null ? null : new ApiRequest.Body.Value("application/json", body);
        return client.call(new ApiRequest(method, path, Map.of(), Map.of(), sent));
    }

    private static ObjectTree map(String name, int bytes) {
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                ObjectTree.of("name", name, "namespace", "default"),
                "data",
                ObjectTree.of("a", "x".repeat(bytes)));
    }
}
