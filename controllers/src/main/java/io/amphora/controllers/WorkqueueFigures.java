package io.amphora.controllers;

import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Exposition.Type;
import io.amphora.machinery.metrics.Histogram;
import io.amphora.machinery.metrics.MetricSource;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How the controllers' queues fare, by Kubernetes' names.
public final class WorkqueueFigures implements Metrics, MetricSource {
    private static final double[] BOUNDS = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000};

    private final Map<String, Queue> queues = new ConcurrentHashMap<>();

    private static final class Queue {
        private final Histogram work = new Histogram(BOUNDS);
        private final LongAdder retries = new LongAdder();
        private volatile int waiting;
    }

    private Queue queue(String controller) {
        Queue known = queues.get(controller);
        return known != null ? known : queues.computeIfAbsent(controller, any -> new Queue());
    }

    @Override
    public void worked(String controller, Duration took, boolean failed) {
        Queue queue = queue(controller);
        queue.work.observe(took.toNanos());
        if (failed) queue.retries.increment();
    }

    @Override
    public void queued(String controller, int waiting) {
        queue(controller).waiting = waiting;
    }

    @Override
    public void writeTo(Exposition out) {
        var byName = new TreeMap<>(queues);
        out.family("workqueue_depth", Type.GAUGE, "[ALPHA] Current depth of workqueue");
        byName.forEach((name, queue) -> out.sample(queue.waiting, "name", name));
        out.family("workqueue_retries_total", Type.COUNTER, "[ALPHA] Total number of retries handled by workqueue");
        byName.forEach((name, queue) -> out.sample(queue.retries.sum(), "name", name));
        out.family(
                "workqueue_work_duration_seconds",
                Type.HISTOGRAM,
                "[ALPHA] How long in seconds processing an item from workqueue takes.");
        byName.forEach((name, queue) -> out.histogram(queue.work, "name", name));
    }
}
