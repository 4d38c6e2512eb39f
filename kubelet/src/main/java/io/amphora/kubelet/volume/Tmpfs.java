package io.amphora.kubelet.volume;

import io.amphora.runtime.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// File systems in memory: for emptyDir volumes that ask for it, and for what must not reach a disk (Secrets,
/// tokens).
final class Tmpfs {
    private Tmpfs() {}

    /// Mounts one, unless there is one already.
    ///
    /// @param bytes its size; 0 for the kernel's default, half of the memory
    static void mount(Path folder, long bytes) throws IOException {
        Files.createDirectories(folder);
        if (isMounted(folder)) return;
        String options = "mode=0755" + (bytes > 0 ? ",size=" + bytes : "");
        Processes.check("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
    }

    private static boolean isMounted(Path folder) throws IOException {
        String point = folder.toAbsolutePath().normalize().toString();
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.anyMatch(line -> line.split(" ")[4].equals(point));
        }
    }
}
