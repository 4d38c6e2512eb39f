package io.amphora.api.validation;

import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the kinds share that keep Pods running which they make from a template and find by a selector.
public final class Workloads {
    private Workloads() {}

    /// A selector there has to be, and one that chooses: an empty one would take all Pods.
    ///
    /// @param kind how the message names the kind
    public static void selector(Tree selector, String kind, FieldPath at, FieldErrors errors) {
        if (selector.isNull()) {
            errors.required(at, "");
            return;
        }
        Labels.selector(io.amphora.api.meta.v1.LabelSelector.of(selector.object()), at, errors);
        notEmpty(selector, kind, at, errors);
    }

    public static void notEmpty(Tree selector, String kind, FieldPath at, FieldErrors errors) {
        if (!selector.isNull() && Labels.isEmpty(io.amphora.api.meta.v1.LabelSelector.of(selector.object())))
            errors.invalid(at, selector, "empty selector is invalid for " + kind);
    }

    /// The selector as it works, if it can be read.
    public static Optional<LabelSelector> readable(Tree selector) {
        try {
            return Optional.of(LabelSelector.of(selector));
        } catch (SelectorException unreadable) {
            return Optional.empty();
        }
    }

    /// Pods that a workload makes it must also find.
    public static void matches(LabelSelector selector, PodTemplateSpec template, FieldPath at, FieldErrors errors) {
        ObjectTree metadata = template.metadata().tree();
        if (!selector.matches(metadata.object("labels")))
            errors.invalid(
                    at.child("metadata").child("labels"),
                    metadata.get("labels"),
                    "`selector` does not match template `labels`");
    }

    /// Pods that are kept running are started again when they end, and given no end.
    ///
    /// @param kind how the message names the kind
    public static void runsOn(PodTemplateSpec template, String kind, FieldPath at, FieldErrors errors) {
        FieldPath spec = at.child("spec");
        String policy = template.spec().restartPolicy();
        if (!policy.equals("Always")) errors.notSupported(spec.child("restartPolicy"), policy, List.of("Always"));
        if (template.spec().findActiveDeadlineSeconds().isPresent())
            errors.forbidden(
                    spec.child("activeDeadlineSeconds"), "activeDeadlineSeconds in " + kind + " is not Supported");
    }

    /// Counts of a status, which only ever count up from zero.
    public static void counts(ObjectTree status, List<String> names, FieldPath at, FieldErrors errors) {
        for (String name : names) Checks.notNegative(status.whole(name), at.child(name), errors);
    }

    public static void atMost(
            String all, List<String> some, String why, ObjectTree status, FieldPath at, FieldErrors errors) {
        for (String name : some)
            if (status.whole(name) > status.whole(all)) errors.invalid(at.child(name), status.whole(name), why);
    }

    /// Each collision of names gives the next name; going back would find the old ones again.
    public static void collisions(ObjectTree status, ObjectTree stored, FieldPath at, FieldErrors errors) {
        long now = status.whole("collisionCount");
        if (stored.has("collisionCount") && now < stored.whole("collisionCount"))
            errors.invalid(at.child("collisionCount"), now, "cannot be decremented");
    }

    /// Names of workloads become parts of names of Pods, and those host names.
    public static List<String> nameWarnings(String name) {
        List<String> problems = Names.isDNS1123Label(name);
        return problems.isEmpty()
                ? List.of()
                : List.of("metadata.name: this is used in Pod names and hostnames, which can result in surprising "
                        + "behavior; a DNS label is recommended: "
                        + problems.stream().collect(Collectors.joining(" ", "[", "]")));
    }
}
