package io.amphora.kubelet.node;

import io.amphora.runtime.Container.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cgroups of Pods, into which the runtime puts their containers: what holds for a Pod as a whole is set
/// there.
/// Works with version 2 (one hierarchy) and version 1 (one per controller, also beside an unused version 2).
public final class Cgroups {
    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final List<String> ENABLED = List.of("cpu", "memory", "pids");

    private final Path mount;
    private final boolean v2;

    private Cgroups(Path mount) {
        this.mount = mount;
        this.v2 = Files.exists(mount.resolve("cgroup.controllers"));
    }

    /// This machine's.
    public static Cgroups ofMachine() {
        return new Cgroups(Path.of("/sys/fs/cgroup"));
    }

    /// Those under another folder, for tests.
    public static Cgroups at(Path mount) {
        return new Cgroups(mount);
    }

    public boolean isV2() {
        return v2;
    }

    /// Makes a cgroup, those above it included, and sets what it may use.
    ///
    /// @param path such as `/kubepods/burstable/pod…`
    public void create(String path, Resources resources) throws IOException {
        if (v2) createV2(path, resources);
        else createV1(path, resources);
    }

    private void createV2(String path, Resources resources) throws IOException {
        Path folder = mount;
        for (String part : path.substring(1).split("/")) {
            for (String controller : ENABLED) set(folder, "cgroup.subtree_control", "+" + controller);
            folder = folder.resolve(part);
            Files.createDirectories(folder);
        }
        set(folder, "cpu.weight", weight(resources.cpuShares()));
        if (resources.cpuQuotaMicros() > 0)
            set(folder, "cpu.max", resources.cpuQuotaMicros() + " " + resources.cpuPeriodMicros());
        if (resources.memoryLimitBytes() > 0) set(folder, "memory.max", Long.toString(resources.memoryLimitBytes()));
    }

    private void createV1(String path, Resources resources) throws IOException {
        Path cpu = v1Folder("cpu", path);
        set(cpu, "cpu.shares", Long.toString(resources.cpuShares()));
        if (resources.cpuQuotaMicros() > 0) {
            set(cpu, "cpu.cfs_period_us", Long.toString(resources.cpuPeriodMicros()));
            set(cpu, "cpu.cfs_quota_us", Long.toString(resources.cpuQuotaMicros()));
        }
        Path memory = v1Folder("memory", path);
        if (resources.memoryLimitBytes() > 0)
            set(memory, "memory.limit_in_bytes", Long.toString(resources.memoryLimitBytes()));
    }

    /// A controller that this machine has not got gets no folder.
    private Path v1Folder(String controller, String path) throws IOException {
        Path folder = mount.resolve(controller).resolve(path.substring(1));
        if (Files.isDirectory(mount.resolve(controller))) Files.createDirectories(folder);
        return folder;
    }

    /// Removes a cgroup and all below it under every controller; what still has processes in it stays.
    public void remove(String path) throws IOException {
        for (Path folder : folders(path)) {
            if (!Files.isDirectory(folder)) continue;
            try (var all = Files.walk(folder)) {
                for (Path group : all.filter(Files::isDirectory)
                        .sorted(Comparator.reverseOrder())
                        .toList()) removeIfEmpty(group);
            } catch (UncheckedIOException goneMeanwhile) {
                LOG.debug("{}", goneMeanwhile.getMessage());
            }
        }
    }

    private static void removeIfEmpty(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException busy) {
            LOG.debug("cgroup {} stays: {}", group, busy.getMessage());
        }
    }

    private List<Path> folders(String path) throws IOException {
        String relative = path.substring(1);
        if (v2) return List.of(mount.resolve(relative));
        var folders = new ArrayList<Path>();
        if (!Files.isDirectory(mount)) return folders;
        try (var controllers = Files.list(mount)) {
            for (Path controller : controllers.toList()) folders.add(controller.resolve(relative));
        }
        return folders;
    }

    private static void set(Path folder, String file, String value) {
        if (!Files.isDirectory(folder)) return;
        try {
            Files.writeString(folder.resolve(file), value);
        } catch (IOException refused) {
            LOG.debug("{} = {}: {}", folder.resolve(file), value, refused.getMessage());
        }
    }

    /// Shares (2 to 262144) as a weight (1 to 10000), by the formula that runc and Kubernetes use.
    static String weight(long shares) {
        return Long.toString(1 + (Math.clamp(shares, 2, 262_144) - 2) * 9_999L / 262_142);
    }
}
