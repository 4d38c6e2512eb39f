package io.amphora.kubelet.volume;

import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Replaces all files of a folder at one instant, so that who reads them sees either all old ones or all new
/// ones.
///
/// ```
/// folder/
///   ..2026_01_01_00_00_00.123/   the files themselves
///   ..data -> ..2026_01_01_…     replaced by a rename: this is the instant
///   config.yaml -> ..data/config.yaml
///   certs -> ..data/certs        one link per first part of a path
/// ```
final class AtomicWriter {
    private static final String DATA = "..data";

    /// What a Pod's group may do with every file.
    private static final int GROUP_READS = 0440;

    private AtomicWriter() {}

    /// @param mode of the file, such as 0644
    /// @param owner a uid; 0 for that of this process
    record Payload(byte[] content, int mode, long owner) {
        Payload(byte[] content, int mode) {
            this(content, mode, 0);
        }

        Payload sharedWithGroup() {
            return new Payload(content, mode | GROUP_READS, owner);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Payload(var bytes, var otherMode, var otherOwner)
                    && mode == otherMode
                    && owner == otherOwner
                    && Arrays.equals(content, bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(content) + mode;
        }
    }

    /// Makes `files` (by relative path) the folder's content; does nothing when they are already.
    ///
    /// @param version names this content's folder: must differ from the one before
    /// @param group owns the files, if given
    static void write(Path folder, Map<String, Payload> files, String version, OptionalLong group) throws IOException {
        Path data = folder.resolve(DATA);
        Path old = current(folder);
        if (old != null && read(old).equals(files)) return;
        Path fresh = folder.resolve(".." + version);
        FileTrees.delete(fresh);
        Files.createDirectories(fresh);
        Permissions.set(fresh, folderMode(group), group);
        for (var file : files.entrySet()) {
            Path target = fresh.resolve(file.getKey()).normalize();
            if (!target.startsWith(fresh)
                    || target.equals(fresh)
                    || file.getKey().startsWith(".."))
                throw new IOException("path " + file.getKey() + " leaves its volume");
            makeParents(fresh, target, group);
            Files.write(target, file.getValue().content());
            if (file.getValue().owner() != 0)
                Permissions.setOwner(target, file.getValue().owner());
            Permissions.set(target, file.getValue().mode(), group);
        }
        Path next = folder.resolve("..data_tmp");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, fresh.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(folder, files);
        if (old != null && !old.equals(fresh)) FileTrees.delete(old);
    }

    /// The folder that is shown now; null where there is none that this writer could have made. A link is no
    /// more than a name here: what it leads to outside is nobody's to read or delete.
    private static @Nullable Path current(Path folder) throws IOException {
        Path data = folder.resolve(DATA);
        if (!Files.isSymbolicLink(data)) return null;
        Path target = Files.readSymbolicLink(data);
        boolean ours = target.getNameCount() == 1
                && !target.isAbsolute()
                && target.toString().length() > 2
                && target.toString().startsWith("..");
        Path old = folder.resolve(target);
        return ours && Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS) ? old : null;
    }

    private static void makeParents(Path root, Path target, OptionalLong group) throws IOException {
        var missing = new ArrayList<Path>();
        for (Path parent = target.getParent(); parent != null && !parent.equals(root); parent = parent.getParent())
            if (!Files.exists(parent)) missing.add(parent);
        for (Path parent : missing.reversed()) {
            Files.createDirectory(parent);
            Permissions.set(parent, folderMode(group), group);
        }
    }

    private static void linkNames(Path folder, Map<String, Payload> files) throws IOException {
        var wanted = new TreeSet<String>();
        for (String path : files.keySet()) wanted.add(Path.of(path).getName(0).toString());
        for (String name : wanted) {
            Path link = folder.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) Files.createSymbolicLink(link, Path.of(DATA, name));
        }
        try (var all = Files.list(folder)) {
            for (Path one : all.toList()) {
                String name = one.getFileName().toString();
                if (!name.startsWith("..") && !wanted.contains(name)) Files.deleteIfExists(one);
            }
        }
    }

    /// What is made in a folder of the Pod's group is the group's.
    private static int folderMode(OptionalLong group) {
        return group.isPresent() ? 0755 | Permissions.SET_GROUP_ID : 0755;
    }

    private static Map<String, Payload> read(Path folder) throws IOException {
        var files = new HashMap<String, Payload>();
        long own = Permissions.owner(folder);
        try (var all = Files.walk(folder)) {
            for (Path one : all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList())
                files.put(
                        folder.relativize(one).toString(),
                        new Payload(
                                Files.readAllBytes(one),
                                Permissions.mode(one),
                                Permissions.owner(one) == own ? 0 : Permissions.owner(one)));
        }
        return files;
    }
}
