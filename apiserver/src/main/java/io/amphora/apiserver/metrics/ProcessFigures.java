package io.amphora.apiserver.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Exposition.Type;
import io.amphora.machinery.metrics.MetricSource;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the process takes: `process_…` as every program tells it, `jvm_…` as those on a JVM do.
public final class ProcessFigures implements MetricSource {
    private static final Path MEMORY = Path.of("/proc/self/statm");
    private static final int PAGE = 4096;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    @Override
    public void writeTo(Exposition out) {
        memory(out);
        out.family("jvm_gc_collection_seconds_total", Type.COUNTER, "Time spent in a given JVM garbage collector.");
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans())
            out.sample(each.getCollectionTime() / MILLIS, "gc", each.getName());
        out.family("jvm_threads_current", Type.GAUGE, "Current thread count of a JVM.")
                .sample(ManagementFactory.getThreadMXBean().getThreadCount());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)
            process(out, system);
        out.family(
                        "process_start_time_seconds",
                        Type.GAUGE,
                        "[STABLE] Start time of the process since unix epoch in seconds.")
                .sample(ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
    }

    private static void memory(Exposition out) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        out.family("jvm_memory_committed_bytes", Type.GAUGE, "Committed (bytes) of a given JVM memory area.")
                .sample(heap.getCommitted(), "area", "heap")
                .sample(other.getCommitted(), "area", "nonheap");
        out.family("jvm_memory_max_bytes", Type.GAUGE, "Max (bytes) of a given JVM memory area.")
                .sample(heap.getMax(), "area", "heap")
                .sample(other.getMax(), "area", "nonheap");
        out.family("jvm_memory_used_bytes", Type.GAUGE, "Used bytes of a given JVM memory area.")
                .sample(heap.getUsed(), "area", "heap")
                .sample(other.getUsed(), "area", "nonheap");
    }

    private static void process(Exposition out, UnixOperatingSystemMXBean system) {
        out.family(
                        "process_cpu_seconds_total",
                        Type.COUNTER,
                        "[STABLE] Total user and system CPU time spent in seconds.")
                .sample(system.getProcessCpuTime() / NANOS);
        out.family("process_max_fds", Type.GAUGE, "[STABLE] Maximum number of open file descriptors.")
                .sample(system.getMaxFileDescriptorCount());
        out.family("process_open_fds", Type.GAUGE, "[STABLE] Number of open file descriptors.")
                .sample(system.getOpenFileDescriptorCount());
        out.family("process_resident_memory_bytes", Type.GAUGE, "[STABLE] Resident memory size in bytes.")
                .sample(pages(1) * PAGE);
        out.family("process_virtual_memory_bytes", Type.GAUGE, "[STABLE] Virtual memory size in bytes.")
                .sample(pages(0) * PAGE);
    }

    /// A column of what Linux tells of this process's memory; 0 elsewhere.
    private static double pages(int column) {
        try {
            return Double.parseDouble(Files.readString(MEMORY).split(" ")[column]);
        } catch (IOException untold) {
            return 0;
        }
    }
}
