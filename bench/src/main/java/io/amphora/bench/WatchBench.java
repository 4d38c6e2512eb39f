package io.amphora.bench;

import com.sun.management.OperatingSystemMXBean;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Measures how changes reach many watchers, in the same process: the lag from the acknowledgement of a write
/// until the last watcher has it, and how many events a second there are at most. Argument: the seconds for each
/// figure (5). What sockets, TLS and the clients add is measured from outside, see docs/performance.md.
public final class WatchBench {
    private static final Clock CLOCK = Clock.system();
    private static final String PATH = "/api/v1/namespaces/default/configmaps";

    private static final int BURST = 500;

    private final Transport transport;
    private final Duration length;
    private volatile CountDownLatch missing = new CountDownLatch(0);
    private int count;

    private WatchBench(Transport transport, Duration length) {
        this.transport = transport;
        this.length = length;
    }

    public static void main(String[] arguments) throws Exception {
        var length = Duration.ofSeconds(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5);
        try (var store = new MemoryStore();
                var server = ApiServer.start(store, ApiServerConfig.standard())) {
            var bench = new WatchBench(server.transport(User.ADMIN), length);
            bench.call(
                    "POST",
                    PATH,
                    "application/json",
                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map\"}}");
            System.out.printf(
                    "%8s %8s %12s %12s %12s %12s%n",
                    "watchers", "at once", "events/s", "CPU/event", "lag, median", "lag, 99th");
            for (int watchers : List.of(1, 100, 1_000, 5_000)) {
                bench.measure(watchers, 1);
                bench.measure(watchers, BURST);
            }
        }
    }

    /// Changes the object again and again, waiting after each burst until every watcher has all of it.
    private void measure(int watchers, int burst) throws InterruptedException {
        var open = new ArrayList<Transport.Subscription>();
        var lags = new ArrayList<Duration>();
        for (int i = 0; i < watchers; i++) open.add(watch());
        try {
            burst(watchers, burst); // warms up
            Instant began = CLOCK.now();
            long cpu = cpu();
            while (CLOCK.now().isBefore(began.plus(length))) lags.add(burst(watchers, burst));
            long events = (long) lags.size() * watchers * burst;
            print(watchers, burst, events, Duration.between(began, CLOCK.now()), cpu() - cpu, lags);
        } finally {
            open.forEach(Transport.Subscription::close);
        }
    }

    private Transport.Subscription watch() {
        String now = call("GET", PATH, "", null).object("metadata").text("resourceVersion");
        var query = Map.of("watch", List.of("true"), "resourceVersion", List.of(now));
        return transport.watch(
                new ApiRequest("GET", PATH, query, Map.of(), null), event -> missing.countDown(), () -> {});
    }

    /// @return how long after the last acknowledgement the last watcher had the last change
    private Duration burst(int watchers, int changes) throws InterruptedException {
        missing = new CountDownLatch(watchers * changes);
        for (int i = 0; i < changes; i++)
            call(
                    "PATCH",
                    PATH + "/map",
                    "application/merge-patch+json",
                    "{\"data\":{\"change\":\"" + count++ + "\",\"text\":\"" + "0123456789abcdef".repeat(50) + "\"}}");
        Instant acknowledged = CLOCK.now();
        missing.await();
        return Duration.between(acknowledged, CLOCK.now());
    }

    private ObjectTree call(String method, String path, String type, @Nullable String body) {
        var bytes = body == null ? null : new ApiRequest.Body.Bytes(type, body.getBytes(StandardCharsets.UTF_8));
        return transport.call(new ApiRequest(method, path, Map.of(), Map.of(), bytes));
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void print(int watchers, int burst, long events, Duration time, long cpu, List<Duration> lags) {
        long[] sorted = lags.stream().mapToLong(Duration::toNanos).sorted().toArray();
        System.out.printf(
                "%8d %8d %,12.0f %,9.2f µs %,9.2f ms %,9.2f ms%n",
                watchers,
                burst,
                events * 1e9 / time.toNanos(),
                cpu / 1e3 / events,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length - 1 - sorted.length / 100] / 1e6);
    }
}
