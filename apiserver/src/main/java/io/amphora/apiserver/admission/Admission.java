package io.amphora.apiserver.admission;

import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// All plugins, in their order.
public record Admission(List<AdmissionPlugin> plugins) {
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        ObjectTree changed = object;
        for (AdmissionPlugin plugin : plugins) changed = plugin.mutate(request, changed);
        return changed;
    }

    public void validate(AdmissionRequest request, ObjectTree object) {
        for (AdmissionPlugin plugin : plugins) plugin.validate(request, object);
    }
}
