package io.amphora.apiserver.discovery;

import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/// Serves what is about the server itself: `/`, `/version`, and whether it is well (`/healthz`, `/livez`,
/// `/readyz`, each check also alone below these).
public final class ServerPaths implements PathHandler {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Registry registry;
    private final ObjectTree version;
    private final Map<String, BooleanSupplier> checks;

    /// @param version such as `v1.36.0`
    /// @param checks by name, in order; each says whether its part is well
    public ServerPaths(Registry registry, String version, Map<String, BooleanSupplier> checks) {
        this.registry = registry;
        this.version = version(version);
        var all = new LinkedHashMap<String, BooleanSupplier>();
        all.put("ping", () -> true);
        all.put("log", () -> true);
        all.putAll(checks);
        this.checks = all;
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
        for (String kind : List.of("healthz", "livez", "readyz")) {
            if (path.equals("/" + kind) || path.equals("/" + kind + "/")) return Optional.of(health(call, kind));
            if (path.startsWith("/" + kind + "/")) return Optional.of(check(path.substring(kind.length() + 2)));
        }
        return Optional.empty();
    }

    private static void requireGet(Call call) {
        if (!call.request().method().equals("GET")) throw Refusals.methodNotAllowed();
    }

    private ObjectTree root() {
        var paths = new TreeSet<>(
                List.of("/api", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"));
        registry.all().forEach(kind -> {
            if (kind.group().isEmpty()) paths.add("/api/" + kind.version());
            else {
                paths.add("/apis/" + kind.group());
                paths.add("/apis/" + kind.gvk().apiVersion());
            }
        });
        return ObjectTree.of("paths", ListTree.from(List.copyOf(paths)));
    }

    private Reply health(Call call, String kind) {
        List<String> excluded = call.request().query().getOrDefault("exclude", List.of());
        var lines = new StringBuilder();
        boolean well = true;
        for (var check : checks.entrySet()) {
            boolean good = excluded.contains(check.getKey()) || check.getValue().getAsBoolean();
            well &= good;
            lines.append(good ? "[+]" : "[-]")
                    .append(check.getKey())
                    .append(good ? " ok\n" : " failed: reason withheld\n");
        }
        if (!well) return text(500, lines + kind + " check failed\n");
        return text(200, call.request().query().containsKey("verbose") ? lines + kind + " check passed\n" : "ok");
    }

    private Reply check(String name) {
        BooleanSupplier check = checks.get(name);
        if (check == null) throw PlainRefusal.pageNotFound();
        return check.getAsBoolean() ? text(200, "ok") : text(500, "internal server error: failed\n");
    }

    private static Reply text(int code, String text) {
        return new Reply.Bytes(code, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
}
