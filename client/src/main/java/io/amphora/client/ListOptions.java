package io.amphora.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a list or a watch asks for, as query parameters. Immutable; start from [#ALL].
public record ListOptions(Map<String, List<String>> query) {
    /// Everything, at the latest revision.
    public static final ListOptions ALL = new ListOptions(Map.of());

    public ListOptions {
        query = Map.copyOf(query);
    }

    /// The text form of a label selector, `app=web,tier!=db`.
    public ListOptions withLabels(String selector) {
        return with("labelSelector", selector);
    }

    /// The text form of a field selector, `spec.nodeName=node-0`.
    public ListOptions withFields(String selector) {
        return with("fieldSelector", selector);
    }

    public ListOptions withLimit(int items) {
        return with("limit", items == 0 ? "" : Integer.toString(items));
    }

    public ListOptions withContinue(String token) {
        return with("continue", token);
    }

    public ListOptions withResourceVersion(String version) {
        return with("resourceVersion", version);
    }

    public ListOptions withBookmarks() {
        return with("allowWatchBookmarks", "true");
    }

    /// How long the server keeps a watch open.
    public ListOptions withTimeoutSeconds(int seconds) {
        return with("timeoutSeconds", Integer.toString(seconds));
    }

    /// Any other parameter; an empty value removes it.
    public ListOptions with(String name, String value) {
        var changed = new LinkedHashMap<>(query);
        if (value.isEmpty()) changed.remove(name);
        else changed.put(name, List.of(value));
        return new ListOptions(changed);
    }
}
