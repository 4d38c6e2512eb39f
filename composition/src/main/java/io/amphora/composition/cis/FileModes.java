package io.amphora.composition.cis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Judges who can reach files: by their own modes, or because a folder above them lets nobody else in.
final class FileModes {
    private static final int OTHERS = 077;

    private FileModes() {}

    static Verdict closed(List<Path> files) throws IOException {
        if (files.isEmpty()) return Verdict.fail("there are none on this machine to look at");
        var open = new ArrayList<String>();
        String seen = "";
        for (Path file : files) {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return Verdict.fail("there is no " + file);
            seen = way(file);
            if (seen.isEmpty()) open.add(file + " is " + mode(file));
        }
        return open.isEmpty() ? Verdict.pass(seen) : Verdict.fail(String.join(", ", open));
    }

    /// All belong to the user who runs the cluster.
    static Verdict owned(List<Path> files) throws IOException {
        if (files.isEmpty()) return Verdict.fail("there are none on this machine to look at");
        Object owner = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        for (Path file : files) {
            Object found = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (!found.equals(owner)) return Verdict.fail(file + " belongs to user " + found);
        }
        return Verdict.pass("belongs to user " + owner + " (" + files.size() + " looked at)");
    }

    static List<Path> below(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .toList();
        }
    }

    /// How others are kept away; "" when they are not.
    private static String way(Path file) throws IOException {
        for (Path each = file; each != null; each = each.getParent())
            if ((bits(each) & OTHERS) == 0) return each + " is " + mode(each);
        return "";
    }

    private static String mode(Path file) throws IOException {
        return "0" + Integer.toOctalString(bits(file));
    }

    private static int bits(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }
}
