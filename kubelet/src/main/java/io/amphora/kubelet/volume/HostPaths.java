package io.amphora.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// Paths of this node that a Pod asks for: there as they are said to be, or made.
final class HostPaths {
    private static final int FORMAT_BITS = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private HostPaths() {}

    static Path check(String path, String type) throws IOException {
        Path place = Path.of(path);
        switch (type) {
            case "DirectoryOrCreate" -> {
                makeFolders(place);
                require(Files.isDirectory(place), path, "a directory");
            }
            case "Directory" -> require(Files.isDirectory(place), path, "a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(place)) {
                    Files.createFile(place);
                    Permissions.set(place, 0644, OptionalLong.empty());
                }
                require(Files.isRegularFile(place), path, "a file");
            }
            case "File" -> require(Files.isRegularFile(place), path, "a file");
            case "Socket" -> require(isOf(place, SOCKET), path, "a socket file");
            case "CharDevice" -> require(isOf(place, CHARACTER_DEVICE), path, "a character device");
            case "BlockDevice" -> require(isOf(place, BLOCK_DEVICE), path, "a block device");
            default -> {} // "" promises nothing: the runtime makes a folder where there is nothing
        }
        return place;
    }

    /// With the mode that the kubelet gives them, whatever the umask is.
    private static void makeFolders(Path place) throws IOException {
        if (Files.exists(place)) return;
        if (place.getParent() != null) makeFolders(place.getParent());
        Files.createDirectory(place);
        Permissions.set(place, 0755, OptionalLong.empty());
    }

    private static boolean isOf(Path place, int format) throws IOException {
        return Files.exists(place) && ((int) Files.getAttribute(place, "unix:mode") & FORMAT_BITS) == format;
    }

    private static void require(boolean holds, String path, String what) throws IOException {
        if (!holds) throw new IOException("hostPath type check failed: " + path + " is not " + what);
    }
}
