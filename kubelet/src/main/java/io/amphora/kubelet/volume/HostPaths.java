package io.amphora.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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
                if (!Files.exists(place)) Files.createDirectories(place);
                require(Files.isDirectory(place), path, "a directory");
            }
            case "Directory" -> require(Files.isDirectory(place), path, "a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(place))
                    Files.createFile(
                            place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
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

    private static boolean isOf(Path place, int format) throws IOException {
        return Files.exists(place) && ((int) Files.getAttribute(place, "unix:mode") & FORMAT_BITS) == format;
    }

    private static void require(boolean holds, String path, String what) throws IOException {
        if (!holds) throw new IOException("hostPath type check failed: " + path + " is not " + what);
    }
}
