package io.amphora.apiserver.request;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The texts of an answer's Warning headers, each once, in the order in which they arose. One request, one
/// thread.
public final class Warnings {
    private final Set<String> texts = new LinkedHashSet<>();

    public void add(String text) {
        texts.add(text);
    }

    public void addAll(Collection<String> more) {
        texts.addAll(more);
    }

    public List<String> texts() {
        return List.copyOf(texts);
    }
}
