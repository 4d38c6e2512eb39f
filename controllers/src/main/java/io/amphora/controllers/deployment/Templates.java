package io.amphora.controllers.deployment;

import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.controllers.pod.SpelledHash;
import io.amphora.machinery.tree.ObjectTree;

/// Templates and the hashes by which ReplicaSets are told apart. Two templates are the same when they differ in
/// nothing but the hash's label.
final class Templates {
    static final String HASH_LABEL = "pod-template-hash";

    private Templates() {}

    static boolean areSame(PodTemplateSpec left, PodTemplateSpec right) {
        return normal(left).equals(normal(right));
    }

    /// @param collisions how often the hash has met another template's; gives another hash each time
    static String hash(PodTemplateSpec template, int collisions) {
        return SpelledHash.of(normal(template), collisions);
    }

    static PodTemplateSpec withHash(PodTemplateSpec template, String hash) {
        ObjectTree metadata = template.tree().object("metadata");
        ObjectTree labels = metadata.object("labels").with(HASH_LABEL, hash);
        return new PodTemplateSpec(template.tree().with("metadata", metadata.with("labels", labels)));
    }

    private static ObjectTree normal(PodTemplateSpec template) {
        ObjectTree metadata = template.tree().object("metadata");
        metadata = metadata.with("labels", metadata.object("labels").without(HASH_LABEL));
        metadata = metadata.map((name, value) -> value.isNull() || value.equals(ObjectTree.EMPTY) ? null : value);
        return template.tree().with("metadata", metadata);
    }
}
