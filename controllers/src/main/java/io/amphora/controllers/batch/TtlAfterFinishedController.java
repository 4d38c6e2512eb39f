package io.amphora.controllers.batch;

import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.JobCondition;
import io.amphora.api.batch.v1.Jobs;
import io.amphora.client.DeleteOptions;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Instant;

/// Deletes finished Jobs, and what they own, when their `ttlSecondsAfterFinished` is over.
public final class TtlAfterFinishedController implements Controller<Job> {
    @Override
    public String name() {
        return "ttl-after-finished-controller";
    }

    @Override
    public Watches<Job> watches() {
        return Watches.of(Jobs.DEFINITION);
    }

    @Override
    public Plan plan(Job job, Seen seen, Instant now) {
        var ttl = job.spec().findTtlSecondsAfterFinished();
        if (ttl.isEmpty() || job.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        return job.status().conditions().stream()
                .filter(JobEnd::isTerminal)
                .flatMap((JobCondition condition) -> condition.findLastTransitionTime().stream())
                .findFirst()
                .map(finished -> finished.plusSeconds(ttl.getAsInt()))
                .map(end -> end.isAfter(now)
                        ? Plan.lookAgainAt(end)
                        : Plan.of(Action.delete(Jobs.DEFINITION, job, DeleteOptions.foreground())))
                .orElse(Plan.NOTHING);
    }
}
