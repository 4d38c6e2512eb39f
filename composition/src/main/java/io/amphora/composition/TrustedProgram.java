package io.amphora.composition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A program beside files that somebody has handed over, which will run as the user of this process, root mostly:
/// whoever can change it, what lies beside it for it to read, or a folder on the way, is that user.
final class TrustedProgram {
    private static final int WRITABLE_BY_ALL = 02;
    private static final int WRITABLE_BY_GROUP = 020;

    private TrustedProgram() {}

    /// @param folder that was handed over
    /// @param program below it
    /// @throws UserError when it or anything beside it is somebody else's, or could be changed by others, or is a
    ///     link to the outside of the folder
    static void require(Path folder, Path program) {
        try {
            Path root = folder.toRealPath();
            Path real = program.toRealPath();
            requireBelow(root, real, program);
            try (Stream<Path> beside = Files.walk(real.getParent())) {
                for (Path path : (Iterable<Path>) beside::iterator) requireBelow(root, path, path);
            }
        } catch (IOException failure) {
            throw new UserError("cannot look at " + program + ": " + failure.getMessage());
        } catch (UncheckedIOException failure) {
            throw new UserError("cannot look at what lies beside " + program + ": " + failure.getMessage());
        }
    }

    /// The path itself, which may be a link, and what it leads to, with all folders on the way.
    private static void requireBelow(Path root, Path path, Path shown) throws IOException {
        Path real = path.toRealPath();
        if (!real.startsWith(root)) throw new UserError(shown + " is not used: it is a link out of " + root);
        if (Files.isSymbolicLink(path)) requireOwner(path);
        for (Path each = real; each != null && each.startsWith(root); each = each.getParent()) requireOwn(each);
    }

    private static void requireOwn(Path path) throws IOException {
        int owner = attribute(path, "uid");
        int mode = attribute(path, "mode");
        // a group of one's own has the number of its only member
        boolean others =
                (mode & WRITABLE_BY_ALL) != 0 || (mode & WRITABLE_BY_GROUP) != 0 && attribute(path, "gid") != owner;
        if (others) throw new UserError(path + " can be changed by others, and what it leads to would run as root");
        requireOwner(path);
    }

    private static void requireOwner(Path path) throws IOException {
        if (!callers().contains(attribute(path, "uid")))
            throw new UserError(path + " belongs to another user, and what it leads to would run as root");
    }

    private static int attribute(Path path, String name) throws IOException {
        return (int) Files.getAttribute(path, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    /// Root, the user of this process, and the one who called it by sudo.
    private static Set<Integer> callers() throws IOException {
        var callers = new HashSet<Integer>(List.of(0));
        callers.add((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        String sudo = System.getenv("SUDO_UID");
        if (sudo != null && sudo.matches("[0-9]{1,9}")) callers.add(Integer.parseInt(sudo));
        return callers;
    }
}
