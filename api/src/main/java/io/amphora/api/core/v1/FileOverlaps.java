package io.amphora.api.core.v1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Which files of a volume hide one another: they have the same path, or one is where the other has a folder. The
/// files so far are kept as a tree of folders, so that each new one finds those it meets on its way and below it.
final class FileOverlaps {
    /// Overlaps that are told of one volume.
    private static final int MOST = 100;

    private static final class Folder {
        final Map<String, Folder> inner = new HashMap<>();
        final List<Integer> files = new ArrayList<>();
    }

    private final Folder root = new Folder();
    private final List<String> told = new ArrayList<>();

    private FileOverlaps() {}

    /// Texts such as `"a/b" with "a"`, each file with those that stand before it.
    static List<String> of(List<VolumeFile> files) {
        var overlaps = new FileOverlaps();
        for (int i = 0; i < files.size() && overlaps.told.size() < MOST; i++) overlaps.add(i, files);
        return overlaps.told;
    }

    private void add(int index, List<VolumeFile> files) {
        var met = new TreeSet<Integer>();
        Folder at = root;
        for (String segment : files.get(index).path().split("/", -1)) {
            at = at.inner.computeIfAbsent(segment, name -> new Folder());
            collect(at.files, met);
        }
        below(at, met);
        at.files.add(index);
        for (int other : met) if (told.size() < MOST) told.add(files.get(index) + " with " + files.get(other));
    }

    private static void collect(List<Integer> files, TreeSet<Integer> met) {
        for (int i = 0; i < files.size() && met.size() < MOST; i++) met.add(files.get(i));
    }

    /// Every folder leads to a file, so that this ends soon after there are enough.
    private static void below(Folder top, TreeSet<Integer> met) {
        var open = new ArrayList<>(top.inner.values());
        while (!open.isEmpty() && met.size() < MOST) {
            Folder folder = open.removeLast();
            collect(folder.files, met);
            open.addAll(folder.inner.values());
        }
    }
}
