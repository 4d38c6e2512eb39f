package io.amphora.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How a create, update or patch is done, as query parameters. Immutable; start from [#PLAIN].
public record WriteOptions(Map<String, List<String>> query) {
    public static final WriteOptions PLAIN = new WriteOptions(Map.of());

    public WriteOptions {
        query = Map.copyOf(query);
    }

    /// Everything but storing.
    public WriteOptions dryRun() {
        return with("dryRun", "All");
    }

    /// The name under which the fields are owned; without one the server takes it from the user agent.
    public WriteOptions withFieldManager(String name) {
        return with("fieldManager", name);
    }

    /// `Strict`, `Warn` or `Ignore`.
    public WriteOptions withFieldValidation(String how) {
        return with("fieldValidation", how);
    }

    /// Apply: takes fields away from other managers.
    public WriteOptions force() {
        return with("force", "true");
    }

    public WriteOptions with(String name, String value) {
        var changed = new LinkedHashMap<>(query);
        changed.put(name, List.of(value));
        return new WriteOptions(changed);
    }
}
