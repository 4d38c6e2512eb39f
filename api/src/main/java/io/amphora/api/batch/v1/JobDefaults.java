package io.amphora.api.batch.v1;

import io.amphora.api.Defaults;
import io.amphora.api.core.v1.PodDefaults;
import io.amphora.machinery.tree.ObjectTree;

/// What a Job has when it does not say. Of these, a template of Jobs has those of [#template] only: the rest
/// comes when
/// the Job is made.
final class JobDefaults {
    private static final int RETRIES = 6;

    private JobDefaults() {}

    static ObjectTree job(ObjectTree spec) {
        ObjectTree tree = spec;
        if (tree.get("completions").isNull() && tree.get("parallelism").isNull()) tree = tree.with("completions", 1);
        tree = Defaults.absent(tree, "parallelism", 1);
        boolean perIndex = !tree.get("backoffLimitPerIndex").isNull();
        tree = Defaults.absent(tree, "backoffLimit", perIndex ? Integer.MAX_VALUE : RETRIES);
        tree = Defaults.absent(tree, "completionMode", "NonIndexed");
        tree = Defaults.absent(tree, "suspend", false);
        boolean policy = !tree.get("podFailurePolicy").isNull();
        tree = Defaults.absent(tree, "podReplacementPolicy", policy ? "Failed" : "TerminatingOrFailed");
        tree = Defaults.absent(tree, "manualSelector", false);
        return template(tree);
    }

    static ObjectTree template(ObjectTree spec) {
        ObjectTree tree = Defaults.in(
                spec,
                "podFailurePolicy",
                policy -> Defaults.each(
                        policy,
                        "rules",
                        rule -> Defaults.each(
                                rule, "onPodConditions", condition -> Defaults.empty(condition, "status", "True"))));
        return Defaults.inNew(tree, "template", PodDefaults::template);
    }
}
