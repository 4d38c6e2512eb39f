package io.amphora.controllers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.batch.v1.CronJob;
import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.Jobs;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CronJobControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:07:30Z");

    private final CronJobController controller = new CronJobController();

    @Test
    void the_last_of_many_missed_times_is_made_up_for() {
        Plan plan = plan(cron("'*/5 * * * *'", ""), List.of());
        assertThat(reasons(plan)).containsExactly("TooManyMissedTimes");
        assertThat(then(plan).actions()).singleElement().isInstanceOfSatisfying(Action.Create.class, create -> {
            long minute = Instant.parse("2026-03-05T10:05:00Z").getEpochSecond() / 60;
            assertThat(create.object().name()).isEqualTo("c-" + minute);
            assertThat(create.object().metadata().annotations())
                    .containsEntry("batch.kubernetes.io/cronjob-scheduled-timestamp", "2026-03-05T10:05:00Z");
        });
        assertThat(plan.lookAgain()).isEqualTo(Instant.parse("2026-03-05T10:10:00Z"));
    }

    @Test
    void the_time_of_a_job_is_written_in_the_zone_of_its_schedule() {
        Plan plan = plan(cron("'0 0 1 1 *'", "timeZone: Australia/Lord_Howe"), List.of());
        assertThat(plan.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Create.class,
                        create -> assertThat(create.object().metadata().annotations())
                                .containsEntry(
                                        "batch.kubernetes.io/cronjob-scheduled-timestamp",
                                        "2026-01-01T00:00:00+11:00"));
    }

    @Test
    void the_time_that_was_due_is_the_last_schedule_time() {
        Plan made = plan(cron("'0 0 1 1 *'", ""), List.of());
        var create = (Action.Create) made.actions().getFirst();
        Plan told = made.then()
                .apply(List.of(new Outcome.Done(create, create.object().tree())));
        assertThat(told.actions().getLast())
                .isInstanceOfSatisfying(
                        Action.Update.class,
                        update -> assertThat(
                                        update.object().tree().object("status").text("lastScheduleTime"))
                                .isEqualTo("2026-01-01T00:00:00Z"));
    }

    @Test
    void a_time_that_never_comes_is_an_invalid_schedule() {
        assertThat(reasons(plan(cron("'0 0 30 2 *'", ""), List.of()))).containsExactly("InvalidSchedule");
    }

    @Test
    void a_yearly_time_that_was_missed_is_made_up_for() {
        assertThat(plan(cron("'0 0 1 1 *'", ""), List.of()).actions()).hasSize(1);
    }

    @Test
    void beyond_the_starting_deadline_nothing_is_started() {
        assertThat(plan(cron("'0 0 1 1 *'", "startingDeadlineSeconds: 10"), List.of())
                        .actions())
                .isEmpty();
    }

    @Test
    void a_suspended_cronjob_starts_nothing() {
        assertThat(plan(cron("'* * * * *'", "suspend: true"), List.of()).isNothing())
                .isTrue();
    }

    @Test
    void an_unknown_time_zone_is_told_of_also_while_it_is_suspended() {
        assertThat(reasons(plan(cron("'* * * * *'", "suspend: true\n  timeZone: No/Where"), List.of())))
                .containsExactly("UnknownTimeZone");
    }

    @Test
    void where_overlap_is_forbidden_a_running_job_keeps_the_next_from_starting() {
        CronJob cron = active(cron("'0 0 1 1 *'", "concurrencyPolicy: Forbid"), "c-1");
        assertThat(reasons(plan(cron, List.of(job(cron, "c-1", ""))))).containsExactly("JobAlreadyActive");
    }

    @Test
    void where_jobs_are_replaced_only_active_ones_are_deleted() {
        CronJob cron = active(cron("'0 0 1 1 *'", "concurrencyPolicy: Replace"), "c-1");
        Plan plan = then(plan(cron, List.of(job(cron, "c-1", ""), job(cron, "by-hand", ""))));
        assertThat(plan.actions())
                .map(action -> ((Action.Delete) action).name())
                .containsExactly("c-1");
    }

    @Test
    void a_job_made_by_hand_keeps_none_from_starting() {
        CronJob cron = cron("'0 0 1 1 *'", "concurrencyPolicy: Forbid");
        Plan plan = plan(cron, List.of(job(cron, "by-hand", "")));
        assertThat(reasons(plan)).containsExactly("UnexpectedJob");
        assertThat(then(plan).actions()).singleElement().isInstanceOf(Action.Create.class);
    }

    @Test
    void finished_jobs_beyond_the_limit_are_deleted_oldest_first() {
        CronJob cron = cron("'* * * * *'", "failedJobsHistoryLimit: 1");
        List<Job> jobs = List.of(
                job(cron, "c-1", "2026-03-05T10:01:00Z"),
                job(cron, "c-3", "2026-03-05T10:03:00Z"),
                job(cron, "c-2", "2026-03-05T10:02:00Z"));
        assertThat(plan(cron, jobs).actions())
                .map(action -> ((Action.Delete) action).name())
                .containsExactly("c-1", "c-2");
    }

    private Plan plan(CronJob cron, List<Job> jobs) {
        return controller.plan(cron, Seen.of(controller.watches(), Map.of(Jobs.DEFINITION, jobs)), NOW);
    }

    private static Plan then(Plan plan) {
        return plan.then()
                .apply(plan.actions().stream()
                        .<Outcome>map(action -> new Outcome.Done(action, ObjectTree.EMPTY))
                        .toList());
    }

    private static List<String> reasons(Plan plan) {
        return plan.actions().stream()
                .map(action -> ((Action.Event) action).reason())
                .toList();
    }

    private static CronJob active(CronJob cron, String job) {
        ListTree active = ListTree.of(ObjectTree.of("name", job, "uid", job));
        return CronJob.of(cron.tree().withAt(active, "status", "active"));
    }

    private static CronJob cron(String schedule, String more) {
        return CronJob.of(Yaml.read("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: c, namespace: ns, uid: u}
                spec:
                  schedule: %s
                  %s
                  jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}
                status: {lastScheduleTime: "2020-01-01T00:00:00Z"}
                """.formatted(schedule, more)).object());
    }

    private static Job job(CronJob cron, String name, String failed) {
        ObjectTree metadata = ObjectTree.of(
                "name", name, "namespace", "ns", "uid", name, "ownerReferences", ListTree.of(Owners.reference(cron)));
        ObjectTree job = Job.EMPTY.tree().with("metadata", metadata);
        if (failed.isEmpty()) return Job.of(job);
        var condition = ObjectTree.of("type", "Failed", "status", "True");
        return Job.of(job.with("status", ObjectTree.of("startTime", failed, "conditions", ListTree.of(condition))));
    }
}
