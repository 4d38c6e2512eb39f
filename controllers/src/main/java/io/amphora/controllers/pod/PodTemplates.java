package io.amphora.controllers.pod;

import io.amphora.api.ApiObject;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.controllers.Owners;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Makes Pods of templates.
public final class PodTemplates {
    private PodTemplates() {}

    /// A Pod of the template that `owner` controls; its name is given by the server.
    public static Pod podOf(PodTemplateSpec template, ApiObject owner) {
        ObjectTree metadata = metadataOf(template, owner).with("generateName", owner.name() + "-");
        return podOf(template, metadata);
    }

    /// A Pod of the template that `owner` controls, by this name.
    public static Pod podOf(PodTemplateSpec template, ApiObject owner, String name) {
        return podOf(template, metadataOf(template, owner).with("name", name));
    }

    private static Pod podOf(PodTemplateSpec template, ObjectTree metadata) {
        return Pod.of(Pod.EMPTY
                .tree()
                .with("metadata", metadata)
                .with("spec", template.tree().object("spec")));
    }

    private static ObjectTree metadataOf(PodTemplateSpec template, ApiObject owner) {
        ObjectTree from = template.tree().object("metadata");
        var metadata = ObjectTree.builder()
                .put("namespace", owner.namespace())
                .put("ownerReferences", ListTree.of(Owners.reference(owner)));
        for (String kept : List.of("labels", "annotations", "finalizers"))
            if (from.has(kept)) metadata.put(kept, from.get(kept));
        return metadata.build();
    }
}
