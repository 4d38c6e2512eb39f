package io.amphora.kubelet.volume;

import io.amphora.kubelet.volume.Kernel.Opened;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Parts of volumes that containers mount (`subPath`).
///
/// Who owns a container of the Pod may change the volume at any moment, and a link in the right instant would
/// show him any file of the node (CVE-2021-25741). So a part is opened beneath its volume in one step, and what
/// is open is mounted below the Pod's own folder, which no container sees; the runtime gets that place.
///
/// ```
/// <pods>/<uid>/volume-subpaths/<volume>/<container>/<index of the mount>
/// ```
final class SubPaths {
    /// Of the volume's mode, what folders that are made in it have as well.
    private static final int INHERITED = 0777 | Permissions.SET_GROUP_ID;

    private SubPaths() {}

    /// @param volume where the volume lies
    /// @param sub relative; made as folders where nothing is there
    /// @param target where it will be mounted
    static void mount(Path volume, String sub, Path target) throws IOException {
        try (Opened root = Kernel.open(volume.toString());
                Opened part = opened(root, sub, Permissions.mode(volume.toRealPath()) & INHERITED)) {
            Kernel.unmount(target.toString()); // of the container's last run
            prepare(target, Files.isDirectory(Path.of(part.path())));
            Kernel.bind(part, target.toString());
        }
    }

    private static Opened opened(Opened root, String sub, int mode) throws IOException {
        try {
            return Kernel.openBeneath(root, sub);
        } catch (NoSuchFileException missing) {
            make(root, Path.of(sub), mode);
            return Kernel.openBeneath(root, sub);
        }
    }

    /// Makes the folders of a path that are missing, each in one that is open.
    private static void make(Opened root, Path sub, int mode) throws IOException {
        for (int count = 1; count <= sub.getNameCount(); count++) {
            Path parent = sub.getNameCount() > 1 && count > 1 ? sub.subpath(0, count - 1) : Path.of(".");
            try (Opened folder = Kernel.openBeneath(root, parent.toString())) {
                Kernel.makeFolder(folder, sub.getName(count - 1).toString(), mode);
                try (Opened made =
                        Kernel.openBeneath(folder, sub.getName(count - 1).toString())) {
                    Files.setAttribute(Path.of(made.path()), "unix:mode", mode); // whatever the umask says
                }
            } catch (FileAlreadyExistsException there) {
                continue;
            }
        }
    }

    private static void prepare(Path target, boolean folder) throws IOException {
        Files.createDirectories(folder ? target : target.getParent());
        if (!folder && !Files.exists(target)) Files.createFile(target);
    }
}
