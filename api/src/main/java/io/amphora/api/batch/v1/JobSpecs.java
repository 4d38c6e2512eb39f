package io.amphora.api.batch.v1;

import io.amphora.api.core.v1.Container;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.PodTemplates;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Whether what a Job says, or a template of Jobs, makes sense.
final class JobSpecs {
    private static final int MANAGED_BY_LIMIT = 63;
    private static final int INDEXED_LIMIT = 100_000;

    /// Many indexes are allowed only with few failures, as failed ones are kept in the status.
    private static final int MANY = 100_000;

    private static final int OF_MANY_PARALLEL = 10_000;
    private static final int OF_MANY_FAILED = 10_000;
    private static final int RULES = 20;
    private static final int EXIT_CODES = 255;
    private static final int INDEXES_LENGTH = 64 * 1024;

    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");

    private final JobSpec spec;
    private final FieldPath at;
    private final FieldErrors errors;

    private JobSpecs(JobSpec spec, FieldPath at, FieldErrors errors) {
        this.spec = spec;
        this.at = at;
        this.errors = errors;
    }

    static void validate(JobSpec spec, FieldPath at, FieldErrors errors) {
        var check = new JobSpecs(spec, at, errors);
        check.numbers();
        check.completionMode();
        spec.findPodFailurePolicy().ifPresent(check::podFailurePolicy);
        spec.findSuccessPolicy().ifPresent(check::successPolicy);
        check.podReplacementPolicy();
        PodTemplates.validate(spec.template(), at.child("template"), errors);
        check.restartPolicy();
    }

    private boolean isIndexed() {
        return spec.completionMode().equals("Indexed");
    }

    private void numbers() {
        Checks.notNegative(spec.parallelism(), at.child("parallelism"), errors);
        Checks.notNegative(spec.completions(), at.child("completions"), errors);
        Checks.notNegative(spec.activeDeadlineSeconds(), at.child("activeDeadlineSeconds"), errors);
        Checks.notNegative(spec.backoffLimit(), at.child("backoffLimit"), errors);
        Checks.notNegative(spec.ttlSecondsAfterFinished(), at.child("ttlSecondsAfterFinished"), errors);
        FieldPath perIndex = at.child("backoffLimitPerIndex");
        Checks.notNegative(spec.backoffLimitPerIndex(), perIndex, errors);
        if (spec.findMaxFailedIndexes().isPresent()) {
            Checks.notNegative(spec.maxFailedIndexes(), at.child("maxFailedIndexes"), errors);
            if (spec.findBackoffLimitPerIndex().isEmpty())
                errors.required(perIndex, "when maxFailedIndexes is specified");
        }
        spec.findManagedBy().ifPresent(by -> {
            Names.isDomainPrefixedPath(at.child("managedBy"), by, errors);
            if (by.length() > MANAGED_BY_LIMIT) errors.tooLong(at.child("managedBy"), MANAGED_BY_LIMIT);
        });
    }

    private void completionMode() {
        if (spec.findCompletionMode().isPresent())
            Checks.supported(
                    spec.completionMode(), List.of("NonIndexed", "Indexed"), at.child("completionMode"), errors);
        FieldPath failed = at.child("maxFailedIndexes");
        if (isIndexed()) {
            indexed(failed);
        } else if (spec.completionMode().isEmpty() || spec.completionMode().equals("NonIndexed")) {
            spec.findBackoffLimitPerIndex()
                    .ifPresent(limit -> errors.invalid(
                            at.child("backoffLimitPerIndex"), limit, "requires indexed completion mode"));
            spec.findMaxFailedIndexes()
                    .ifPresent(limit -> errors.invalid(failed, limit, "requires indexed completion mode"));
        }
    }

    private void indexed(FieldPath failed) {
        FieldPath parallel = at.child("parallelism");
        boolean counted = spec.findCompletions().isPresent();
        if (!counted) errors.required(at.child("completions"), "when completion mode is Indexed");
        if (spec.parallelism() > INDEXED_LIMIT)
            errors.invalid(
                    parallel,
                    spec.parallelism(),
                    "must be less than or equal to " + INDEXED_LIMIT + " when completion mode is Indexed");
        if (counted && spec.maxFailedIndexes() > spec.completions())
            errors.invalid(failed, spec.maxFailedIndexes(), "must be less than or equal to completions");
        if (spec.maxFailedIndexes() > INDEXED_LIMIT)
            errors.invalid(failed, spec.maxFailedIndexes(), "must be less than or equal to " + INDEXED_LIMIT);
        if (spec.completions() <= MANY || spec.findBackoffLimitPerIndex().isEmpty()) return;
        if (spec.findMaxFailedIndexes().isEmpty())
            errors.required(failed, "must be specified when completions is above " + MANY);
        ofMany(parallel, spec.parallelism(), OF_MANY_PARALLEL);
        ofMany(failed, spec.maxFailedIndexes(), OF_MANY_FAILED);
    }

    private void ofMany(FieldPath field, int value, int limit) {
        if (value > limit)
            errors.invalid(
                    field,
                    value,
                    "must be less than or equal to " + limit + " when completions are above " + MANY
                            + " and used with backoff limit per index");
    }

    private void podFailurePolicy(PodFailurePolicy policy) {
        FieldPath path = at.child("podFailurePolicy").child("rules");
        var rules = policy.rules();
        if (rules.size() > RULES) errors.tooMany(path, rules.size(), RULES);
        var pod = spec.template().spec();
        Set<String> names = Stream.concat(pod.containers().stream(), pod.initContainers().stream())
                .map(Container::name)
                .collect(Collectors.toSet());
        for (int i = 0; i < rules.size(); i++) failureRule(rules.get(i), names, path.index(i));
    }

    private void failureRule(PodFailurePolicyRule rule, Set<String> containers, FieldPath path) {
        boolean codes = rule.findOnExitCodes().isPresent();
        boolean conditions = !rule.onPodConditions().isEmpty();
        if (rule.action().equals("FailIndex")) {
            if (spec.findBackoffLimitPerIndex().isEmpty())
                errors.invalid(path.child("action"), rule.action(), "requires the backoffLimitPerIndex to be set");
        } else {
            oneOf(rule.action(), ACTIONS, path.child("action"));
        }
        if (codes) exitCodes(rule.onExitCodes(), containers, path.child("onExitCodes"));
        if (conditions) podConditions(rule.onPodConditions(), path.child("onPodConditions"));
        if (codes && conditions)
            errors.invalid(
                    path, FieldErrors.OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported");
        if (!codes && !conditions)
            errors.invalid(path, FieldErrors.OMITTED, "specifying one of OnExitCodes and OnPodConditions is required");
    }

    private void oneOf(String value, List<String> values, FieldPath path) {
        if (value.isEmpty())
            errors.required(
                    path,
                    "valid values: " + values.stream().map(GoText::quote).collect(Collectors.joining(" ", "[", "]")));
        else Checks.supported(value, values, path, errors);
    }

    private void podConditions(List<PodFailurePolicyOnPodConditionsPattern> patterns, FieldPath path) {
        if (patterns.size() > RULES) errors.tooMany(path, patterns.size(), RULES);
        for (int i = 0; i < patterns.size(); i++) {
            Checks.qualifiedName(patterns.get(i).type(), path.index(i).child("type"), errors);
            oneOf(patterns.get(i).status(), STATUSES, path.index(i).child("status"));
        }
    }

    private void exitCodes(PodFailurePolicyOnExitCodesRequirement codes, Set<String> containers, FieldPath path) {
        oneOf(codes.operator(), OPERATORS, path.child("operator"));
        codes.findContainerName()
                .filter(name -> !containers.contains(name))
                .ifPresent(name -> errors.invalid(
                        path.child("containerName"),
                        name,
                        "must be one of the container or initContainer names in the pod template"));
        FieldPath at = path.child("values");
        ListTree values = codes.tree().list("values");
        if (values.isEmpty()) errors.invalid(at, codes.tree().get("values"), "at least one value is required");
        if (values.size() > EXIT_CODES) errors.tooMany(at, values.size(), EXIT_CODES);
        var seen = new HashSet<Long>();
        boolean ordered = true;
        IntFunction<Long> value = i -> Checks.number(values.get(i));
        for (int i = 0; i < values.size(); i++) {
            long code = value.apply(i);
            if (code == 0 && codes.operator().equals("In"))
                errors.invalid(at.index(i), code, "must not be 0 for the In operator");
            if (!seen.add(code)) errors.duplicate(at.index(i), code);
            ordered &= i == 0 || value.apply(i - 1) <= code;
        }
        if (!ordered) errors.invalid(at, values, "must be ordered");
    }

    private void successPolicy(SuccessPolicy policy) {
        FieldPath path = at.child("successPolicy");
        if (!isIndexed()) {
            errors.invalid(path, policy.tree(), "requires indexed completion mode");
            return;
        }
        var rules = policy.rules();
        if (rules.isEmpty())
            errors.required(
                    path.child("rules"), "at least one rules must be specified when the successPolicy is specified");
        if (rules.size() > RULES) errors.tooMany(path.child("rules"), rules.size(), RULES);
        for (int i = 0; i < rules.size(); i++)
            successRule(rules.get(i), path.child("rules").index(i));
    }

    private void successRule(SuccessPolicyRule rule, FieldPath path) {
        boolean indexed = rule.findSucceededIndexes().isPresent();
        if (!indexed && rule.findSucceededCount().isEmpty())
            errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
        int total = 0;
        if (indexed) {
            FieldPath indexes = path.child("succeededIndexes");
            if (rule.succeededIndexes().length() > INDEXES_LENGTH) errors.tooLong(indexes, INDEXES_LENGTH);
            try {
                total = JobIndexes.parse(rule.succeededIndexes(), spec.completions())
                        .count();
            } catch (JobIndexes.Unreadable unreadable) {
                errors.invalid(
                        indexes, rule.succeededIndexes(), "error parsing succeededIndexes: " + unreadable.getMessage());
            }
        }
        if (rule.findSucceededCount().isEmpty()) return;
        FieldPath count = path.child("succeededCount");
        Checks.notNegative(rule.succeededCount(), count, errors);
        atMost(rule.succeededCount(), spec.completions(), "the number of specified completions", count);
        if (indexed)
            atMost(
                    rule.succeededCount(),
                    total,
                    "the number of indexes in the specified succeededIndexes field",
                    count);
    }

    private void atMost(int count, int limit, String what, FieldPath path) {
        if (count > limit) errors.invalid(path, count, "must be less than or equal to " + limit + " (" + what + ")");
    }

    private void podReplacementPolicy() {
        var values =
                spec.findPodFailurePolicy().isPresent() ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed");
        spec.findPodReplacementPolicy()
                .ifPresent(policy -> Checks.supported(policy, values, at.child("podReplacementPolicy"), errors));
    }

    /// A Pod that is to end must not be restarted whatever it does, which is what Pods have by default.
    private void restartPolicy() {
        FieldPath path = at.child("template").child("spec").child("restartPolicy");
        String policy = spec.template().spec().restartPolicy();
        switch (policy) {
            case "", "Always" -> errors.required(path, "valid values: \"OnFailure\", \"Never\"");
            case "OnFailure", "Never" -> {
                if (spec.findPodFailurePolicy().isPresent() && !policy.equals("Never"))
                    errors.invalid(path, policy, "only \"Never\" is supported when podFailurePolicy is specified");
            }
            default -> errors.notSupported(path, policy, List.of("OnFailure", "Never"));
        }
    }
}
