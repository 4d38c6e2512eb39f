package io.amphora.kubectl.command.create;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create job`
final class CreateJob extends Creator {
    CreateJob() {
        super(
                "job",
                "Create a job with the specified name",
                "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]");
    }

    @Override
    String failing() {
        return "failed to create job: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("image", "from");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        String from = flags.text("from");
        if (from.isEmpty() == flags.text("image").isEmpty())
            throw Failure.error("either --image or --from must be specified");
        if (!from.isEmpty() && !flags.afterDashes().isEmpty()) throw Failure.error("cannot specify --from and command");
        if (!from.isEmpty()) return ofCronJob(session, name, from);
        return Objects.of("batch/v1", "Job", name)
                .with("spec", spec(name, flags.text("image"), flags.afterDashes(), "Never"))
                .with("status", ObjectTree.EMPTY);
    }

    static ObjectTree spec(String name, String image, List<String> command, String restart) {
        ObjectTree pod = ObjectTree.of(
                "containers", ListTree.of(PodSpecs.container(name, image, command)), "restartPolicy", restart);
        return ObjectTree.of("template", ObjectTree.of("metadata", ObjectTree.EMPTY, "spec", pod));
    }

    private static ObjectTree ofCronJob(Session session, String name, String from) {
        String[] parts = from.split("/", 2);
        Kind kind = session.kinds().named(parts.length == 2 ? parts[0] : "cronjobs");
        if (!kind.plural().equals("cronjobs")) throw Failure.error("from must be an existing cronjob");
        ObjectTree cron = session.resource(kind, session.namespace())
                .get(parts[parts.length - 1])
                .tree();
        ObjectTree template = cron.object("spec").object("jobTemplate");
        ObjectTree annotations =
                template.object("metadata").object("annotations").with("cronjob.kubernetes.io/instantiate", "manual");
        ObjectTree metadata = ObjectTree.of(
                "name",
                name,
                "annotations",
                annotations,
                "ownerReferences",
                ListTree.of(ObjectTree.of(
                        "apiVersion",
                        "batch/v1",
                        "kind",
                        "CronJob",
                        "name",
                        cron.object("metadata").text("name"),
                        "uid",
                        cron.object("metadata").text("uid"),
                        "controller",
                        true)));
        if (!template.object("metadata").object("labels").isEmpty())
            metadata = metadata.with("labels", template.object("metadata").object("labels"));
        ObjectTree spec = template.object("spec");
        if (!spec.object("template").has("metadata")) spec = spec.withAt(ObjectTree.EMPTY, "template", "metadata");
        return ObjectTree.of(
                "apiVersion",
                "batch/v1",
                "kind",
                "Job",
                "metadata",
                metadata,
                "spec",
                spec,
                "status",
                ObjectTree.EMPTY);
    }
}
