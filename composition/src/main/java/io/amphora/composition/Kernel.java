package io.amphora.composition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a node needs of its kernel. Said before anything is done, since later it would fail in words of others.
final class Kernel {
    private static final Path FILE_SYSTEMS = Path.of("/proc/filesystems");
    private static final String OVERLAY = "overlay";

    private Kernel() {}

    /// @throws UserError when the kernel lacks something, and no module of its own helps
    static void check() {
        try {
            if (!has(OVERLAY, Files.readString(FILE_SYSTEMS))) Shell.attempt("sh", "-c", "modprobe " + OVERLAY);
            missing(Files.readString(FILE_SYSTEMS), Shell.attempt("nft", "list", "tables"))
                    .ifPresent(sentence -> {
                        throw new UserError(sentence);
                    });
        } catch (IOException failure) {
            throw new UserError("cannot read " + FILE_SYSTEMS + ": is /proc mounted?");
        }
    }

    /// @param fileSystems as in proc(5)
    /// @param nft what became of a look at the packet filter
    static Optional<String> missing(String fileSystems, Shell.Result nft) {
        if (!has(OVERLAY, fileSystems))
            return Optional.of("this kernel has no overlayfs, of which containers' file systems are made: load it"
                    + " (modprobe overlay), or boot a kernel with CONFIG_OVERLAY_FS");
        if (!nft.ok())
            return Optional.of("this kernel has no nftables, by which Services are reached: load it (modprobe"
                    + " nf_tables), or boot a kernel with CONFIG_NF_TABLES (nft says: " + firstLine(nft.err()) + ")");
        return Optional.empty();
    }

    private static boolean has(String name, String fileSystems) {
        return fileSystems
                .lines()
                .anyMatch(line -> List.of(line.split("\\s+")).getLast().equals(name));
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("nothing");
    }
}
