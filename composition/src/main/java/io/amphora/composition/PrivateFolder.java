package io.amphora.composition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Folders that hold keys, Secrets and sockets: nobody but their owner gets in.
final class PrivateFolder {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /// Makes a folder with those above it that are missing, or closes one that is there to others.
    ///
    /// @throws UserError when it belongs to somebody else
    static Path make(Path folder) {
        try {
            if (!Files.exists(folder)) {
                Path parent = folder.toAbsolutePath().getParent();
                if (parent != null) Files.createDirectories(parent);
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
            if (Files.isSymbolicLink(folder)) return make(folder.toRealPath());
            if (!isOurs(folder))
                throw new UserError(folder + " belongs to another user ("
                        + Files.getOwner(folder).getName() + "), who could read and change the whole cluster there");
            Files.setPosixFilePermissions(folder, PRIVATE);
            return folder;
        } catch (IOException failure) {
            throw new UserError("cannot make " + folder + ": " + failure.getMessage());
        }
    }

    /// Whether it belongs to the user whom this process runs as.
    private static boolean isOurs(Path folder) throws IOException {
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
}
