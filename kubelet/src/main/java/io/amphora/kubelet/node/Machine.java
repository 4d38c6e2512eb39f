package io.amphora.kubelet.node;

import io.amphora.runtime.OciImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// This machine: what it is, and what it has.
///
/// @param memory, storage bytes
public record Machine(
        String machineId,
        String systemUuid,
        String bootId,
        String kernel,
        String osImage,
        String architecture,
        int cpus,
        long memory,
        long storage) {

    /// @param folder on the file system whose size counts as the node's ephemeral storage
    public static Machine read(Path folder) throws IOException {
        return new Machine(
                text("/etc/machine-id"),
                text("/sys/class/dmi/id/product_uuid"),
                text("/proc/sys/kernel/random/boot_id"),
                text("/proc/sys/kernel/osrelease"),
                prettyName(),
                OciImage.hostArchitecture(),
                Runtime.getRuntime().availableProcessors(),
                memoryBytes(),
                Files.getFileStore(folder).getTotalSpace());
    }

    /// @param pods how many Pods may run
    public Map<String, String> capacity(int pods) {
        return Map.of(
                "cpu",
                Integer.toString(cpus),
                "memory",
                memory / 1024 + "Ki",
                "ephemeral-storage",
                storage / 1024 + "Ki",
                "pods",
                Integer.toString(pods),
                "hugepages-1Gi",
                "0",
                "hugepages-2Mi",
                "0");
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException absent) {
            return "";
        }
    }

    private static String prettyName() {
        for (String line : text("/etc/os-release").lines().toList())
            if (line.startsWith("PRETTY_NAME="))
                return line.substring("PRETTY_NAME=".length()).replace("\"", "");
        return "Linux";
    }

    private static long memoryBytes() {
        for (String line : text("/proc/meminfo").lines().toList())
            if (line.startsWith("MemTotal:")) return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        return 0;
    }
}
