package io.amphora.apiserver.discovery;

import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Exposition.Type;
import io.amphora.machinery.metrics.MetricSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Serves whether the server is well (`/healthz`, `/livez`, `/readyz`, each check also alone below these).
public final class HealthPaths implements PathHandler, MetricSource {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<String, String> SAFE = Map.of("x-content-type-options", "nosniff");
    private static final List<String> AT_START = List.of(
            "poststarthook/rbac/bootstrap-roles",
            "poststarthook/scheduling/bootstrap-system-priority-classes",
            "poststarthook/bootstrap-controller",
            "poststarthook/crd-informer-synced");

    private final Map<String, List<HealthCheck>> endpoints = new LinkedHashMap<>();

    /// @param etcd why the store cannot be read; empty when it can
    /// @param full why writes are refused that make the state grow; empty when none is. Whoever reads or deletes is
    ///     answered all the same, so a server that is full stays ready.
    /// @param started whether all is there that a server needs to begin with
    public HealthPaths(Supplier<Optional<String>> etcd, Supplier<Optional<String>> full, BooleanSupplier started) {
        Supplier<Optional<String>> start =
                () -> started.getAsBoolean() ? Optional.empty() : Optional.of("not finished");
        for (String kind : List.of("healthz", "livez", "readyz")) {
            boolean ready = kind.equals("readyz");
            var checks = new ArrayList<HealthCheck>();
            checks.add(HealthCheck.always("ping"));
            checks.add(HealthCheck.always("log"));
            checks.add(new HealthCheck("etcd", etcd));
            if (ready) checks.add(new HealthCheck("etcd-readiness", etcd));
            if (ready) checks.add(new HealthCheck("informer-sync", start));
            for (String name : AT_START) checks.add(new HealthCheck(name, start));
            if (ready) checks.add(HealthCheck.told("state-capacity", full));
            if (ready) checks.add(HealthCheck.always("shutdown"));
            endpoints.put(kind, List.copyOf(checks));
        }
    }

    @Override
    public Optional<Reply> answer(Call call) {
        String path = call.info().path();
        for (var endpoint : endpoints.entrySet()) {
            String root = "/" + endpoint.getKey();
            if (path.equals(root) || path.equals(root + "/"))
                return Optional.of(all(call, endpoint.getKey(), endpoint.getValue()));
            if (path.startsWith(root + "/"))
                return Optional.of(alone(path.substring(root.length() + 1), endpoint.getValue()));
        }
        return Optional.empty();
    }

    private static Reply all(Call call, String kind, List<HealthCheck> checks) {
        var excluded = new TreeSet<>(call.request().query().getOrDefault("exclude", List.of()));
        var lines = new StringBuilder();
        boolean well = true;
        for (HealthCheck check : checks) {
            if (excluded.remove(check.name())) {
                lines.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            Optional<String> failure = check.lookAndCount();
            well &= failure.isEmpty() || !check.decides();
            lines.append(failure.isEmpty() ? "[+]" : "[-]").append(check.name());
            if (failure.isEmpty()) lines.append(" ok\n");
            else
                lines.append(" failed: ")
                        .append(check.decides() ? "reason withheld" : failure.get())
                        .append('\n');
        }
        if (!excluded.isEmpty())
            lines.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(excluded.stream().map(GoText::quote).collect(Collectors.joining(", ")))
                    .append('\n');
        if (!well) return text(500, lines + kind + " check failed\n");
        return text(200, call.request().query().containsKey("verbose") ? lines + kind + " check passed\n" : "ok");
    }

    private static Reply alone(String name, List<HealthCheck> checks) {
        for (HealthCheck check : checks)
            if (check.name().equals(name))
                return check.look()
                        .map(why -> text(500, "internal server error: " + why + "\n"))
                        .orElseGet(() -> text(200, "ok"));
        throw PlainRefusal.pageNotFound();
    }

    private static Reply text(int code, String text) {
        return new Reply.Bytes(code, TEXT, text.getBytes(StandardCharsets.UTF_8), SAFE);
    }

    /// How the checks went, for those who judge a service by that.
    @Override
    public void writeTo(Exposition out) {
        out.family(
                "kubernetes_healthcheck",
                Type.GAUGE,
                "[STABLE] This metric records the result of a single healthcheck.");
        endpoints.forEach((type, checks) -> checks.forEach(check -> check.writeState(out, type)));
        out.family(
                "kubernetes_healthchecks_total",
                Type.COUNTER,
                "[STABLE] This metric records the results of all healthcheck.");
        endpoints.forEach((type, checks) -> checks.forEach(check -> check.writeTotals(out, type)));
    }

    /// The paths of all of it.
    public List<String> paths() {
        var paths = new ArrayList<String>();
        endpoints.forEach((kind, checks) -> {
            paths.add("/" + kind);
            checks.forEach(check -> paths.add("/" + kind + "/" + check.name()));
        });
        return paths;
    }
}
