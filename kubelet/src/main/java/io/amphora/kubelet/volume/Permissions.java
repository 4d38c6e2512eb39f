package io.amphora.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;

/// Modes and owners of files, as Linux counts them.
final class Permissions {
    private static final int ALL_BITS = 07777;
    static final int SET_GROUP_ID = 02000;

    private Permissions() {}

    static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & ALL_BITS;
    }

    static long owner(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
    }

    static void setOwner(Path path, long owner) throws IOException {
        Files.setAttribute(path, "unix:uid", (int) owner, LinkOption.NOFOLLOW_LINKS);
    }

    static void set(Path path, int mode, OptionalLong group) throws IOException {
        if (group.isPresent()) Files.setAttribute(path, "unix:gid", (int) group.getAsLong(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:mode", mode); // after the group: changing that clears the set-id bits
    }
}
