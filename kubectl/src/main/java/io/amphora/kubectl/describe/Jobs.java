package io.amphora.kubectl.describe;

import io.amphora.api.HumanDuration;
import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;

/// A Job and its template.
final class Jobs implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree job = found.object();
        ObjectTree metadata = job.object("metadata");
        ObjectTree spec = job.object("spec");
        ObjectTree status = job.object("status");
        Describer.named(found, page);
        if (spec.has("selector"))
            page.field("Selector", LabelSelector.of(spec.get("selector")).toString());
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.fieldUnlessEmpty("Controlled By", Look.controller(job));
        if (spec.has("parallelism")) page.field("Parallelism", spec.whole("parallelism"));
        page.field("Completions", Page.orUnset(spec.get("completions")));
        page.fieldUnlessEmpty("Completion Mode", spec.text("completionMode"));
        if (spec.has("suspend")) page.field("Suspend", Boolean.toString(spec.bool("suspend")));
        if (spec.has("backoffLimit")) page.field("Backoff Limit", spec.whole("backoffLimit"));
        if (spec.has("ttlSecondsAfterFinished"))
            page.field("TTL Seconds After Finished", spec.whole("ttlSecondsAfterFinished"));
        String start = status.text("startTime");
        String end = status.text("completionTime");
        page.fieldUnlessEmpty("Start Time", Page.time(start));
        page.fieldUnlessEmpty("Completed At", Page.time(end));
        if (!start.isEmpty() && !end.isEmpty())
            page.field("Duration", HumanDuration.of(Duration.between(Instant.parse(start), Instant.parse(end))));
        if (spec.has("activeDeadlineSeconds"))
            page.field("Active Deadline Seconds", spec.whole("activeDeadlineSeconds") + "s");
        page.field(
                "Pods Statuses",
                status.whole("active") + " Active"
                        + (status.has("ready") ? " (" + status.whole("ready") + " Ready)" : "") + " / "
                        + status.whole("succeeded") + " Succeeded / " + status.whole("failed") + " Failed");
        if (spec.text("completionMode").equals("Indexed"))
            page.field("Completed Indexes", Page.orNone(shortened(status.text("completedIndexes"))));
        PodTemplates.describe(page, spec.object("template"));
        look.events(found, page);
    }

    private static String shortened(String indexes) {
        if (indexes.length() <= 50) return indexes;
        int comma = indexes.lastIndexOf(',', 49);
        return indexes.substring(0, comma + 1) + "...";
    }
}
