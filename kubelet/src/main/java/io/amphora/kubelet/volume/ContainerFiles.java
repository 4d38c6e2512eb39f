package io.amphora.kubelet.volume;

import io.amphora.kubelet.volume.Kernel.Opened;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Opens files that containers write, such as termination messages and logs. Where something else has been put in
/// place of one, opening it must neither wait (a pipe), nor do anything (a device), nor lead elsewhere (a link): so
/// what lies there is held by its place first, looked at, and only then opened, by what is held.
public final class ContainerFiles {
    private ContainerFiles() {}

    /// To be read.
    ///
    /// @throws java.nio.file.NoSuchFileException where nothing is
    public static FileChannel open(Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (Opened parent = Kernel.open(folder.toString());
                Opened found = Kernel.openEntry(parent, file.getFileName().toString())) {
            Path held = Path.of(found.path());
            if (!Files.isRegularFile(held)) throw new FileSystemException(file.toString(), null, "not a regular file");
            return FileChannel.open(held);
        }
    }
}
