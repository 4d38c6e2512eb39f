package io.amphora.api.batch.v1;

import static java.time.Duration.between;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.HumanDuration;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.api.core.v1.PodWarnings;
import io.amphora.api.validation.Labels;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs Pods until so many of them have done their work.
public final class Jobs {
    public static final ResourceDefinition<Job> DEFINITION = ResourceDefinition.of("batch/v1", "Job", Job::of)
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<Job>builder()
                    .name()
                    .text("Status", "How far it is.", Jobs::state)
                    .text("Completions", "Pods that are done, of how many are to be.", Jobs::completions)
                    .add(
                            new Columns.Column("Duration", "string", "", "How long it has been running.", 0),
                            Jobs::duration)
                    .age()
                    .wide(
                            "Containers",
                            "Names of the containers.",
                            job -> Cells.containerNames(job.spec().template().spec()))
                    .wide(
                            "Images",
                            "Images of the containers.",
                            job -> Cells.containerImages(job.spec().template().spec()))
                    .wide(
                            "Selector",
                            "How it finds its Pods.",
                            job -> Cells.selector(job.spec().tree().get("selector")))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath TEMPLATE = SPEC.child("template");
    private static final String UID = "batch.kubernetes.io/controller-uid";
    private static final String NAME = "batch.kubernetes.io/job-name";

    /// Labels of the same meaning from before labels had a prefix; many still look for them.
    private static final String OLD_UID = "controller-uid";

    private static final String OLD_NAME = "job-name";

    private Jobs() {}

    private static String state(Job job) {
        if (JobStatuses.is(job.status(), "Complete")) return "Complete";
        if (JobStatuses.is(job.status(), "Failed")) return "Failed";
        if (job.metadata().findDeletionTimestamp().isPresent()) return "Terminating";
        for (String condition : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet"))
            if (JobStatuses.is(job.status(), condition)) return condition;
        return "Running";
    }

    private static String completions(Job job) {
        JobSpec spec = job.spec();
        int succeeded = job.status().succeeded();
        if (spec.findCompletions().isPresent()) return succeeded + "/" + spec.completions();
        return spec.parallelism() > 1 ? succeeded + "/1 of " + spec.parallelism() : succeeded + "/1";
    }

    private static String duration(Job job, Instant now) {
        return job.status()
                .findStartTime()
                .map(start -> HumanDuration.of(
                        between(start, job.status().findCompletionTime().orElse(now))))
                .orElse("");
    }

    private static final class Rules extends SpecAndStatus<Job> {
        Rules() {
            super(Job::of);
        }

        @Override
        public Job withDefaults(Job job) {
            ObjectTree tree = Defaults.inNew(job.tree(), "spec", JobDefaults::job);
            return Job.of(job.metadata().uid().isEmpty() ? tree : withLabels(tree));
        }

        @Override
        public Job prepareForCreate(Job job) {
            ObjectTree tree = super.prepareForCreate(job).tree();
            return Job.of(withLabels(job.spec().manualSelector() ? tree : withSelector(tree, job)));
        }

        /// A Job without labels of its own has those of its Pods.
        private static ObjectTree withLabels(ObjectTree tree) {
            ObjectTree labels =
                    tree.object("spec").object("template").object("metadata").object("labels");
            return labels.isEmpty() || !tree.object("metadata").object("labels").isEmpty()
                    ? tree
                    : tree.withAt(labels, "metadata", "labels");
        }

        /// The uid as a label makes the Pods its own. Where a client has set one of the labels, it stays, for
        /// validation to refuse.
        private static ObjectTree withSelector(ObjectTree tree, Job job) {
            String uid = job.metadata().uid();
            ObjectTree template = tree.object("spec").object("template");
            ObjectTree labels = template.object("metadata").object("labels");
            for (String name : List.of(NAME, OLD_NAME)) labels = Defaults.absent(labels, name, job.name());
            for (String name : List.of(UID, OLD_UID)) labels = Defaults.absent(labels, name, uid);
            ObjectTree selector = tree.object("spec").object("selector");
            ObjectTree exact = Defaults.absent(selector.object("matchLabels"), UID, uid);
            return tree.withAt(labels, "spec", "template", "metadata", "labels")
                    .withAt(exact, "spec", "selector", "matchLabels");
        }

        @Override
        public void validate(Job job, FieldErrors errors) {
            generatedSelector(job, errors);
            spec(job.spec(), errors);
            JobSpec spec = job.spec();
            if (!spec.completionMode().equals("Indexed") || spec.completions() <= 0) return;
            String hostname = job.name() + "-" + (spec.completions() - 1);
            if (!Names.isDNS1123Label(hostname).isEmpty())
                errors.invalid(
                        FieldPath.of("metadata").child("name"),
                        job.name(),
                        "will not able to create pod with invalid DNS label: " + hostname);
        }

        private static void spec(JobSpec spec, FieldErrors errors) {
            JobSpecs.validate(spec, SPEC, errors);
            Tree selector = spec.tree().get("selector");
            if (selector.isNull()) errors.required(SPEC.child("selector"), "");
            Labels.selector(spec.findSelector(), SPEC.child("selector"), errors);
            Workloads.readable(selector)
                    .ifPresent(readable -> Workloads.matches(readable, spec.template(), TEMPLATE, errors));
        }

        private static void generatedSelector(Job job, FieldErrors errors) {
            if (job.spec().manualSelector() || job.spec().findSelector().isEmpty()) return;
            var expected = Map.of(
                    OLD_UID, job.metadata().uid(), UID, job.metadata().uid(), OLD_NAME, job.name(), NAME, job.name());
            PodTemplateSpec template = job.spec().template();
            FieldPath labels = TEMPLATE.child("metadata").child("labels");
            for (String name : List.of(OLD_UID, OLD_NAME, UID, NAME))
                label(template.metadata().labels(), name, expected.getOrDefault(name, ""), labels, errors);
            Tree selector = job.spec().tree().get("selector");
            Workloads.readable(selector)
                    .filter(readable -> !readable.matches(expected))
                    .ifPresent(
                            wrong -> errors.invalid(SPEC.child("selector"), selector, "`selector` not auto-generated"));
        }

        private static void label(
                Map<String, String> labels, String name, String expected, FieldPath at, FieldErrors errors) {
            String actual = labels.get(name);
            if (actual == null) errors.required(at.key(name), "must be '" + expected + "'");
            else if (!actual.equals(expected)) errors.invalid(at.key(name), labels, "must be '" + expected + "'");
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        /// The spec is checked once with the Job as a whole and once as a change, so what is wrong with it
        /// appears
        /// twice.
        @Override
        public void validateUpdate(Job updated, Job stored, FieldErrors errors) {
            validate(updated, errors);
            spec(updated.spec(), errors);
            JobUpdates.validate(updated, stored, errors);
        }

        @Override
        public void validateUpdate(String subresource, Job updated, Job stored, FieldErrors errors) {
            JobStatuses.validate(updated, stored, errors);
        }

        @Override
        public List<String> warnings(Job job) {
            var warnings = new ArrayList<>(Workloads.nameWarnings(job.name()));
            warnings.addAll(Jobs.warnings(job.spec(), SPEC));
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(Job updated, Job stored) {
            return changesGeneration(updated, stored) ? Jobs.warnings(updated.spec(), SPEC) : List.of();
        }

        @Override
        public String defaultPropagation() {
            return "orphan";
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("status.successful");
        }

        @Override
        public Map<String, String> selectableFields(Job job) {
            return Map.of("status.successful", Integer.toString(job.status().succeeded()));
        }
    }

    /// Warnings about a Job's spec, also in a template of Jobs.
    static List<String> warnings(JobSpec spec, FieldPath at) {
        var warnings = new ArrayList<String>();
        if (spec.completions() > 100_000 && spec.parallelism() > 10_000)
            warnings.add("In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than "
                    + "10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        warnings.addAll(PodWarnings.ofTemplate(spec.template(), at.child("template")));
        return warnings;
    }
}
