package io.amphora.apiserver.testing;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Replays recorded conversations with a real Kubernetes against another server.
public final class GoldenCases {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    private GoldenCases() {}

    /// All cases below a folder, by id, sorted.
    public static List<GoldenCase> below(Path folder) {
        var cases = new TreeMap<String, GoldenCase>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                String id = folder.relativize(file).toString().replace(".json", "");
                cases.put(id, GoldenCase.read(id, Files.readAllBytes(file)));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.copyOf(cases.values());
    }

    /// With the patience that the recordings had, and all results at the end, by id.
    public static Map<String, List<String>> replay(
            List<GoldenCase> cases, RawServer server, Clock clock, Consumer<String> prepare) {
        var results = new LinkedHashMap<String, List<String>>();
        replay(cases, server, clock, Duration.ofSeconds(30), prepare, results::put);
        return results;
    }

    /// Replays cases one after the other, each in a namespace of its own.
    ///
    /// @param patience as in [GoldenCase#replay]
    /// @param prepare is told each namespace once it is there, to do what a controller would (the default
    ///     ServiceAccount)
    /// @param report is told of each case, as it ends, its id and what was different; an empty list for one
    ///     that passed
    public static void replay(
            Iterable<GoldenCase> cases,
            RawServer server,
            Clock clock,
            Duration patience,
            Consumer<String> prepare,
            BiConsumer<String, List<String>> report) {
        int number = 0;
        for (GoldenCase each : cases) {
            String namespace = "g%08x".formatted(0x1d5a_0000 + number++);
            create(server, namespace);
            prepare.accept(namespace);
            report.accept(each.id(), each.replay(server, namespace, clock, patience));
            server.call("DELETE", "/api/v1/namespaces/" + namespace, Map.of(), new byte[0]);
        }
    }

    private static void create(RawServer server, String namespace) {
        ObjectTree object =
                ObjectTree.of("apiVersion", "v1", "kind", "Namespace", "metadata", ObjectTree.of("name", namespace));
        server.call("POST", "/api/v1/namespaces", JSON, Json.bytes(object));
    }
}
