package io.amphora.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Folders with all that is in them, and what is mounted there. Who owns a container may put links and mounts
/// into its volumes at any moment, so nothing here goes by a path a second time.
public final class FileTrees {
    private static final Logger LOG = LoggerFactory.getLogger(FileTrees.class);

    private FileTrees() {}

    /// Deletes a folder and all in it; fine when there is none. Links are deleted, never followed, also when
    /// they take a folder's place meanwhile.
    ///
    /// @throws IOException also, before anything is deleted, when something is mounted inside
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
        List<String> mounts = mountsUnder(folder);
        if (!mounts.isEmpty()) throw new IOException(folder + " is not deleted: there are mounts at " + mounts);
        Path parent = folder.toAbsolutePath().getParent();
        try (var stream = Files.newDirectoryStream(parent)) {
            SecureDirectoryStream<Path> above = secure(stream);
            if (isFolder(above, folder.getFileName())) new Deletion(above, folder.getFileName()).run();
            else above.deleteFile(folder.getFileName());
        }
    }

    /// Deletes one folder. Every level that is open takes a descriptor and some stack, so what lies deeper
    /// than a few levels is first moved up.
    private static final class Deletion {
        private static final int DEEPEST = 64;

        private final SecureDirectoryStream<Path> above;
        private final Path name;
        private int moved;

        Deletion(SecureDirectoryStream<Path> above, Path name) {
            this.above = above;
            this.name = name;
        }

        void run() throws IOException {
            boolean more = true;
            while (more) {
                try (var top = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    more = empty(top, top, 0);
                }
            }
            above.deleteDirectory(name);
        }

        /// Whether something was moved to `top`, which is therefore not empty.
        private boolean empty(SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> folder, int depth)
                throws IOException {
            for (Path entry : folder) {
                Path inner = entry.getFileName();
                try {
                    if (!isFolder(folder, inner)) {
                        folder.deleteFile(inner);
                        continue;
                    }
                    if (depth == DEEPEST) {
                        folder.move(inner, top, Path.of(".moved-up-" + moved++));
                        return true;
                    }
                    try (var stream = folder.newDirectoryStream(inner, LinkOption.NOFOLLOW_LINKS)) {
                        if (empty(top, stream, depth + 1)) return true;
                    }
                    folder.deleteDirectory(inner);
                } catch (NoSuchFileException gone) {
                    LOG.debug("{} is gone already", inner);
                }
            }
            return false;
        }
    }

    private static boolean isFolder(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        BasicFileAttributes attributes = parent.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        return attributes.isDirectory();
    }

    /// On Linux every folder can be opened so.
    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
        if (stream instanceof SecureDirectoryStream<Path> secure) return secure;
        throw new IllegalStateException("folders cannot be walked safely on this system");
    }

    /// Unmounts whatever is mounted on a folder or under it.
    public static void unmountUnder(Path folder) throws IOException {
        for (String point : mountsUnder(folder).reversed()) {
            var result = Processes.run("umount", "-l", point);
            if (!result.ok()) LOG.warn("{}", result.errors().strip());
        }
    }

    /// Where something is mounted on a folder or under it, in the order in which that happened.
    private static List<String> mountsUnder(Path folder) throws IOException {
        String prefix = folder.toAbsolutePath().normalize().toString();
        var mounts = new ArrayList<String>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String point = unescaped(line.split(" ")[4]);
            if (point.equals(prefix) || point.startsWith(prefix + "/")) mounts.add(point);
        }
        return mounts;
    }

    /// mountinfo writes blanks and the like as three octal digits (proc(5)).
    private static String unescaped(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
