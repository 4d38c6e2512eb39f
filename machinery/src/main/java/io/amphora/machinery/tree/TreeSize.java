package io.amphora.machinery.tree;

import java.util.ArrayDeque;
import java.util.Iterator;

/// How large a tree is, as JSON text. Trees share what they have in common, so a small heap may hold one
/// whose text is without end: nothing here looks further than it must.
public final class TreeSize {
    /// Quotes, a colon and a comma around a name; brackets or a comma around anything else.
    private static final int AROUND_NAME = 4;

    private static final int AROUND_VALUE = 2;

    private final long mostBytes;
    private final int deepest;
    /// What is still to be looked at, innermost first. No recursion, for the tree may be deeper than a stack.
    private final ArrayDeque<Iterator<Tree>> open = new ArrayDeque<>();

    private long bytes;

    private TreeSize(long mostBytes, int deepest) {
        this.mostBytes = mostBytes;
        this.deepest = deepest;
    }

    /// The bytes of its text, about; where there are more than `most`, a number larger than that.
    public static long bytes(Tree tree, long most) {
        var size = new TreeSize(most, Integer.MAX_VALUE);
        size.measure(tree);
        return size.bytes;
    }

    /// Whether it has more than `mostBytes` of text or more than `deepest` levels.
    public static boolean exceeds(Tree tree, long mostBytes, int deepest) {
        return !new TreeSize(mostBytes, deepest).measure(tree);
    }

    /// False as soon as it is too large.
    private boolean measure(Tree tree) {
        enter(tree);
        while (!open.isEmpty() && bytes <= mostBytes && open.size() <= deepest) {
            Iterator<Tree> innermost = open.peek();
            if (innermost.hasNext()) enter(innermost.next());
            else open.pop();
        }
        return open.isEmpty() && bytes <= mostBytes;
    }

    private void enter(Tree tree) {
        bytes += AROUND_VALUE;
        switch (tree) {
            case ObjectTree object -> {
                for (int i = 0; i < object.size(); i++)
                    bytes += object.nameAt(i).length() + AROUND_NAME;
                open.push(object.values().iterator());
            }
            case ListTree list -> open.push(list.iterator());
            case Tree.Text(var text) -> bytes += text.length();
            default -> bytes += 1;
        }
    }
}
