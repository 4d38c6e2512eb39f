package io.amphora.scheduler.plugin;

import io.amphora.api.meta.v1.LabelSelector;
import java.util.Map;

/// Label selectors of the API against labels.
final class Selectors {
    private Selectors() {}

    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        return io.amphora.machinery.select.LabelSelector.of(selector.tree()).matches(labels);
    }
}
