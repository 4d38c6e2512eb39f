package io.amphora.kubelet.server;

import io.amphora.kubelet.container.Labels;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntime.ContainerStats;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What containers use: `/stats/summary` (JSON) and `/metrics/resource` (Prometheus' text form).
final class Figures {
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final String nodeName;

    Figures(ContainerRuntime runtime, Clock clock, String nodeName) {
        this.runtime = runtime;
        this.clock = clock;
        this.nodeName = nodeName;
    }

    /// stats/v1alpha1 Summary, as far as the runtime knows.
    ObjectTree summary() {
        String now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        var pods = new ArrayList<ObjectTree>();
        byPod().forEach((uid, stats) -> {
            var labels = stats.getFirst().labels();
            var containers = stats.stream()
                    .map(one -> ObjectTree.of(
                            "name",
                            one.labels().getOrDefault(Labels.CONTAINER, ""),
                            "cpu",
                            ObjectTree.of("time", now, "usageCoreNanoSeconds", one.cpuNanos()),
                            "memory",
                            ObjectTree.of(
                                    "time",
                                    now,
                                    "usageBytes",
                                    one.usageBytes(),
                                    "workingSetBytes",
                                    one.workingSetBytes(),
                                    "rssBytes",
                                    one.rssBytes()),
                            "rootfs",
                            ObjectTree.of(
                                    "time",
                                    now,
                                    "usedBytes",
                                    one.writableLayer().usedBytes())))
                    .toList();
            pods.add(ObjectTree.of(
                    "podRef",
                    ObjectTree.of(
                            "name",
                            labels.getOrDefault(Labels.POD_NAME, ""),
                            "namespace",
                            labels.getOrDefault(Labels.POD_NAMESPACE, ""),
                            "uid",
                            uid),
                    "containers",
                    ListTree.from(containers),
                    "cpu",
                    ObjectTree.of("time", now, "usageCoreNanoSeconds", cpu(stats)),
                    "memory",
                    ObjectTree.of("time", now, "workingSetBytes", memory(stats))));
        });
        return ObjectTree.of("node", ObjectTree.of("nodeName", nodeName), "pods", ListTree.from(pods));
    }

    String metrics() {
        var text = new StringBuilder();
        var pods = byPod();
        header(
                text,
                "container_cpu_usage_seconds_total",
                "counter",
                "Cumulative cpu time consumed by the container in core-seconds");
        pods.values()
                .forEach(stats -> stats.forEach(
                        one -> line(text, "container_cpu_usage_seconds_total", container(one), one.cpuNanos() / 1e9)));
        header(text, "container_memory_working_set_bytes", "gauge", "Current working set of the container in bytes");
        pods.values()
                .forEach(stats -> stats.forEach(one ->
                        line(text, "container_memory_working_set_bytes", container(one), one.workingSetBytes())));
        header(
                text,
                "pod_cpu_usage_seconds_total",
                "counter",
                "Cumulative cpu time consumed by the pod in core-seconds");
        pods.values()
                .forEach(stats -> line(text, "pod_cpu_usage_seconds_total", pod(stats.getFirst()), cpu(stats) / 1e9));
        header(text, "pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes");
        pods.values()
                .forEach(stats -> line(text, "pod_memory_working_set_bytes", pod(stats.getFirst()), memory(stats)));
        return text.toString();
    }

    private Map<String, List<ContainerStats>> byPod() {
        var pods = new LinkedHashMap<String, List<ContainerStats>>();
        for (var one : runtime.stats()) {
            String uid = one.labels().getOrDefault(Labels.POD_UID, "");
            if (!uid.isEmpty())
                pods.computeIfAbsent(uid, unused -> new ArrayList<>()).add(one);
        }
        return pods;
    }

    private static long cpu(List<ContainerStats> stats) {
        return stats.stream().mapToLong(ContainerStats::cpuNanos).sum();
    }

    private static long memory(List<ContainerStats> stats) {
        return stats.stream().mapToLong(ContainerStats::workingSetBytes).sum();
    }

    private static String container(ContainerStats one) {
        return "{container=\"%s\",%s".formatted(one.labels().getOrDefault(Labels.CONTAINER, ""), pod(one).substring(1));
    }

    private static String pod(ContainerStats one) {
        return "{namespace=\"%s\",pod=\"%s\"}"
                .formatted(
                        one.labels().getOrDefault(Labels.POD_NAMESPACE, ""),
                        one.labels().getOrDefault(Labels.POD_NAME, ""));
    }

    private static void header(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, double value) {
        text.append(name)
                .append(labels)
                .append(' ')
                .append("%.6f".formatted(value).replaceFirst("\\.?0+$", ""))
                .append('\n');
    }
}
