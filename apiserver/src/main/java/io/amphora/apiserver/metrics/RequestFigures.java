package io.amphora.apiserver.metrics;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Exposition.Type;
import io.amphora.machinery.metrics.MetricSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Counts requests by what they were about. Finding the counters of a request takes no lock and makes no object: a
/// table that is read as it is, and replaced when it grows.
///
/// Only what the server knows is counted apart, so that clients cannot make it grow by names that they invent.
public final class RequestFigures implements MetricSource {
    private static final Set<String> PATHS = Set.of("/healthz", "/livez", "/readyz");
    private static final Set<String> VERBS =
            Set.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");
    private static final int MOST = 1 << 14;

    private final Predicate<RequestInfo> known;
    private volatile @Nullable RequestSeries[] table = new @Nullable RequestSeries[256];
    private int size;

    /// @param known whether a request is about a resource that there is
    public RequestFigures(Predicate<RequestInfo> known) {
        this.known = known;
    }

    /// @return null for a request that is not counted
    public @Nullable RequestSeries of(RequestInfo info, ApiRequest request) {
        boolean apply = info.verb().equals("patch")
                && request.body() != null
                && request.body().contentType().startsWith("application/apply-patch");
        boolean dryRun = request.query().containsKey("dryRun");
        RequestSeries found = find(table, info, apply, dryRun);
        return found != null ? found : isCounted(info) ? add(info, apply, dryRun) : null;
    }

    private static @Nullable RequestSeries find(
            @Nullable RequestSeries[] table, RequestInfo info, boolean apply, boolean dryRun) {
        int at = place(RequestLabels.hash(info), table);
        for (RequestSeries each = table[at]; each != null; each = table[at]) {
            if (each.labels().fits(info, apply, dryRun)) return each;
            at = (at + 1) & (table.length - 1);
        }
        return null;
    }

    private static int place(int hash, @Nullable RequestSeries[] table) {
        return (hash ^ hash >>> 16) & (table.length - 1);
    }

    private boolean isCounted(RequestInfo info) {
        if (!VERBS.contains(info.verb())) return false;
        return info.isResource() ? known.test(info) : PATHS.contains(info.path());
    }

    private synchronized @Nullable RequestSeries add(RequestInfo info, boolean apply, boolean dryRun) {
        RequestSeries found = find(table, info, apply, dryRun);
        if (found != null || size == MOST) return found;
        var added = new RequestSeries(RequestLabels.of(info, apply, dryRun));
        @Nullable RequestSeries[] now = table;
        var next = new @Nullable RequestSeries[2 * size >= now.length ? 2 * now.length : now.length];
        for (RequestSeries each : now) if (each != null) put(next, each);
        put(next, added);
        size++;
        table = next;
        return added;
    }

    private static void put(@Nullable RequestSeries[] table, RequestSeries series) {
        int at = place(series.labels().hash(), table);
        while (table[at] != null) at = (at + 1) & (table.length - 1);
        table[at] = series;
    }

    @Override
    public void writeTo(Exposition out) {
        List<RequestSeries> all = Arrays.stream(table)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(
                        series -> String.join("/", series.labels().withDryRun())))
                .toList();
        out.family(
                "apiserver_longrunning_requests",
                Type.GAUGE,
                "[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version,"
                        + " resource, scope and component. Not all requests are tracked this way.");
        for (RequestSeries series : all) series.writeRunning(out);
        out.family(
                "apiserver_request_duration_seconds",
                Type.HISTOGRAM,
                "[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version,"
                        + " resource, subresource, scope and component.");
        for (RequestSeries series : all) series.writeDurations(out);
        out.family(
                "apiserver_request_total",
                Type.COUNTER,
                "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version,"
                        + " resource, scope, component, and HTTP response code.");
        for (RequestSeries series : all) series.writeTotals(out);
    }
}
