package io.amphora.apiserver.request;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The texts of an answer's Warning headers, each once, in the order in which they arose. When all of them together
/// are longer than [#LIMIT], each is cut, and what still has no room is left out, as Kubernetes does it. One request,
/// one thread.
public final class Warnings {
    /// Characters of all headers together.
    private static final int LIMIT = 4 << 10;
    /// Characters of one of too many.
    private static final int CUT = 256;
    /// So many that no more of them can be told, each being at least a character.
    private static final int MOST = LIMIT;

    private final Set<String> texts = new LinkedHashSet<>();

    public void add(String text) {
        if (texts.size() < MOST && !text.isEmpty()) texts.add(text);
    }

    public void addAll(Collection<String> more) {
        more.forEach(this::add);
    }

    public List<String> texts() {
        long length = texts.stream().mapToLong(Warnings::length).sum();
        return length <= LIMIT ? List.copyOf(texts) : cut();
    }

    private List<String> cut() {
        var told = new ArrayList<String>();
        int room = LIMIT;
        for (String text : texts) {
            String cut = length(text) <= CUT ? text : text.substring(0, text.offsetByCodePoints(0, CUT));
            room -= length(cut);
            if (room < 0) break;
            told.add(cut);
        }
        return told;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
