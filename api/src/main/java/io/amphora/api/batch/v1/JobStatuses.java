package io.amphora.api.batch.v1;

import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the status of a Job may say: once it is over it stays so, and only what goes together is said together
/// (KEP-4368). What was wrong before may stay: checks of a part apply when that part changes.
final class JobStatuses {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath CONDITIONS = STATUS.child("conditions");
    private static final FieldPath COMPLETED = STATUS.child("completedIndexes");
    private static final FieldPath FAILED = STATUS.child("failedIndexes");

    private final Job job;
    private final JobStatus status;
    private final JobStatus stored;
    private final FieldErrors errors;

    private JobStatuses(Job job, Job stored, FieldErrors errors) {
        this.job = job;
        this.status = job.status();
        this.stored = stored.status();
        this.errors = errors;
    }

    static boolean is(JobStatus status, String condition) {
        for (JobCondition each : status.conditions())
            if (each.type().equals(condition) && each.status().equals("True")) return true;
        return false;
    }

    static boolean isFinished(JobStatus status) {
        return is(status, "Complete") || is(status, "Failed");
    }

    static void validate(Job updated, Job stored, FieldErrors errors) {
        var check = new JobStatuses(updated, stored, errors);
        Workloads.counts(
                check.status.tree(), List.of("active", "succeeded", "failed", "ready", "terminating"), STATUS, errors);
        check.uncounted();
        check.completion();
        check.finish();
        check.indexes();
        check.pods();
        check.contradictions();
        check.transition();
    }

    private boolean changed(String name) {
        return !status.tree().get(name).equals(stored.tree().get(name));
    }

    private void condition(String why) {
        errors.invalid(CONDITIONS, FieldErrors.OMITTED, why);
    }

    private void uncounted() {
        var seen = new HashSet<String>();
        var pods = status.uncountedTerminatedPods();
        FieldPath path = STATUS.child("uncountedTerminatedPods");
        uids(pods.succeeded(), seen, path.child("succeeded"));
        uids(pods.failed(), seen, path.child("failed"));
    }

    private void uids(List<String> uids, Set<String> seen, FieldPath path) {
        for (int i = 0; i < uids.size(); i++) {
            if (uids.get(i).isEmpty()) errors.invalid(path.index(i), "", "must not be empty");
            else if (!seen.add(uids.get(i))) errors.duplicate(path.index(i), uids.get(i));
        }
    }

    private void completion() {
        boolean complete = is(status, "Complete");
        FieldPath path = STATUS.child("completionTime");
        Tree time = status.tree().get("completionTime");
        if (complete && is(status, "Failed")) condition("cannot set Complete=True and Failed=true conditions");
        if (complete && is(status, "FailureTarget"))
            condition("cannot set Complete=True and FailureTarget=true conditions");
        if (!time.isNull() && !complete)
            errors.invalid(path, time, "cannot set completionTime when there is no Complete=True condition");
        if (time.isNull() && complete) errors.required(path, "completionTime is required for Complete jobs");
        status.findStartTime()
                .ifPresent(start -> status.findCompletionTime()
                        .filter(end -> end.isBefore(start))
                        .ifPresent(end -> errors.invalid(path, time, "completionTime cannot be set before startTime")));
        if (is(status, "Failed") && !is(status, "FailureTarget"))
            condition("cannot set Failed=True condition without the FailureTarget=true condition");
        if (complete && !is(status, "SuccessCriteriaMet"))
            condition("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
    }

    private void finish() {
        if (!isFinished(status)) return;
        if (status.active() > 0)
            errors.invalid(STATUS.child("active"), status.active(), "active>0 is invalid for finished job");
        if (status.findStartTime().isEmpty())
            errors.required(STATUS.child("startTime"), "startTime is required for finished job");
        var pods = status.uncountedTerminatedPods();
        if (!pods.succeeded().isEmpty() || !pods.failed().isEmpty())
            errors.invalid(STATUS.child("uncountedTerminatedPods"), pods.tree(), "must be empty for finished job");
    }

    private void indexes() {
        JobSpec spec = job.spec();
        String completed = status.completedIndexes();
        boolean counted = spec.findCompletions().isPresent();
        boolean perIndex = spec.findBackoffLimitPerIndex().isPresent();
        if (counted && changed("completedIndexes")) parse(completed, COMPLETED, "completedIndexes");
        if (counted && perIndex && changed("failedIndexes")) parse(status.failedIndexes(), FAILED, "failedIndexes");
        if (!completed.isEmpty() && !spec.completionMode().equals("Indexed"))
            errors.invalid(
                    COMPLETED, completed, "cannot set non-empty completedIndexes when non-indexed completion mode");
        status.findFailedIndexes().ifPresent(failed -> {
            if (!perIndex)
                errors.invalid(FAILED, failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
            if (counted && !completed.isEmpty() && !failed.isEmpty()) overlap(completed, failed);
        });
    }

    private void parse(String indexes, FieldPath path, String name) {
        try {
            JobIndexes.parse(indexes, job.spec().completions());
        } catch (JobIndexes.Unreadable unreadable) {
            errors.invalid(path, indexes, "error parsing " + name + ": " + unreadable.getMessage());
        }
    }

    private void overlap(String completed, String failed) {
        int completions = job.spec().completions();
        int common = JobIndexes.readable(completed, completions).common(JobIndexes.readable(failed, completions));
        if (common >= 0)
            errors.invalid(FAILED, failed, "failedIndexes and completedIndexes overlap at index: " + common);
    }

    private void pods() {
        if (status.terminating() > 0 && isFinished(status))
            errors.invalid(
                    STATUS.child("terminating"), status.terminating(), "terminating>0 is invalid for finished job");
        if (status.ready() > status.active())
            errors.invalid(STATUS.child("ready"), status.ready(), "cannot set more ready pods than active");
    }

    private void contradictions() {
        if (is(status, "SuccessCriteriaMet") && is(status, "Failed"))
            condition("cannot set SuccessCriteriaMet=True and Failed=true conditions");
        if (is(status, "SuccessCriteriaMet") && is(status, "FailureTarget"))
            condition("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        if (job.spec().findSuccessPolicy().isPresent() && is(status, "Complete") && !is(status, "SuccessCriteriaMet"))
            condition("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }

    private void transition() {
        for (String type : List.of("Failed", "Complete", "FailureTarget"))
            if (is(stored, type) && !is(status, type))
                condition("cannot disable the terminal " + type + "=True condition");
        if (status.failed() < stored.failed())
            errors.invalid(STATUS.child("failed"), status.failed(), "cannot decrease the failed counter");
        if (status.succeeded() < stored.succeeded())
            errors.invalid(STATUS.child("succeeded"), status.succeeded(), "cannot decrease the succeeded counter");
        ObjectTree tree = status.tree();
        ObjectTree old = stored.tree();
        if (tree.has("completionTime") && old.has("completionTime") && changed("completionTime"))
            errors.invalid(STATUS.child("completionTime"), tree.get("completionTime"), "field is immutable");
        boolean resumed = is(stored, "Suspended");
        if (old.has("startTime") && changed("startTime") && !job.spec().suspend() && !resumed)
            errors.required(STATUS.child("startTime"), "startTime cannot be removed for unsuspended job");
        if (is(stored, "SuccessCriteriaMet") && !is(status, "SuccessCriteriaMet"))
            condition("cannot disable the SuccessCriteriaMet=True condition");
        if (is(stored, "Complete") && !is(stored, "SuccessCriteriaMet") && is(status, "SuccessCriteriaMet"))
            condition("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }
}
