package io.amphora.apiserver.discovery;

import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Serves what is about the server itself: `/` and `/version`.
public final class ServerPaths implements PathHandler {
    private final Registry registry;
    private final ObjectTree version;
    private final List<String> others;

    /// @param version such as `v1.36.0`
    /// @param others paths that `/` names besides those of the kinds
    public ServerPaths(Registry registry, String version, List<String> others) {
        this.registry = registry;
        this.version = version(version);
        this.others = List.copyOf(others);
    }

    private static ObjectTree version(String version) {
        String[] numbers = version.substring(1).split("[.+-]");
        return ObjectTree.of(
                "major", numbers[0],
                "minor", numbers[1],
                "gitVersion", version,
                "gitCommit", "",
                "gitTreeState", "",
                "buildDate", "",
                "goVersion", "",
                "compiler", "javac",
                "platform", "linux/" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64"));
    }

    @Override
    public Optional<Reply> answer(Call call) {
        String path = call.info().path();
        if (path.equals("/")) return Optional.of(Reply.Document.ok(root()));
        if (path.equals("/version") || path.equals("/version/")) {
            requireGet(call);
            return Optional.of(Reply.Document.ok(version));
        }
        return Optional.empty();
    }

    private static void requireGet(Call call) {
        if (!call.request().method().equals("GET")) throw Refusals.methodNotAllowed();
    }

    private ObjectTree root() {
        var paths = new TreeSet<>(List.of("/api", "/apis", "/openapi/v2", "/openapi/v3", "/version"));
        paths.addAll(others);
        registry.all().forEach(kind -> {
            if (kind.group().isEmpty()) paths.add("/api/" + kind.version());
            else {
                paths.add("/apis/" + kind.group());
                paths.add("/apis/" + kind.gvk().apiVersion());
            }
        });
        return ObjectTree.of("paths", ListTree.from(List.copyOf(paths)));
    }
}
