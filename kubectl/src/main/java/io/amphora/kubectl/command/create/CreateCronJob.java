package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create cronjob`
final class CreateCronJob extends Creator {
    CreateCronJob() {
        super(
                "cronjob",
                "Create a cron job with the specified name",
                "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]");
    }

    @Override
    public List<String> aliases() {
        return List.of("cj");
    }

    @Override
    String failing() {
        return "failed to create cronjob: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("image", "schedule", "restart").require("image", "schedule");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        ObjectTree job =
                CreateJob.spec(name, flags.text("image"), flags.afterDashes(), flags.text("restart", "OnFailure"));
        return Objects.of("batch/v1", "CronJob", name)
                .with(
                        "spec",
                        ObjectTree.of(
                                "jobTemplate",
                                ObjectTree.of("metadata", ObjectTree.of("name", name), "spec", job),
                                "schedule",
                                flags.text("schedule")))
                .with("status", ObjectTree.EMPTY);
    }
}
