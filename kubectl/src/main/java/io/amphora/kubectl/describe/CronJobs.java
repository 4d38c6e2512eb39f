package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// A CronJob and the template of its Jobs.
final class CronJobs implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        ObjectTree status = found.object().object("status");
        Describer.head(found, page);
        page.field("Schedule", spec.text("schedule"));
        page.fieldUnlessEmpty("Time Zone", spec.text("timeZone"));
        page.field("Concurrency Policy", spec.text("concurrencyPolicy"));
        page.field("Suspend", spec.has("suspend") ? Page.yes(spec.bool("suspend")) : "<unset>");
        page.field("Successful Job History Limit", Page.orUnset(spec.get("successfulJobsHistoryLimit")));
        page.field("Failed Job History Limit", Page.orUnset(spec.get("failedJobsHistoryLimit")));
        page.field(
                "Starting Deadline Seconds",
                spec.has("startingDeadlineSeconds") ? spec.whole("startingDeadlineSeconds") + "s" : "<unset>");
        ObjectTree job = spec.object("jobTemplate").object("spec");
        page.field(
                "Selector",
                job.has("selector") ? LabelSelector.of(job.get("selector")).toString() : "<unset>");
        page.field("Parallelism", Page.orUnset(job.get("parallelism")));
        page.field("Completions", Page.orUnset(job.get("completions")));
        if (job.has("activeDeadlineSeconds"))
            page.field("Active Deadline Seconds", job.whole("activeDeadlineSeconds") + "s");
        PodTemplates.describe(page, job.object("template"));
        String last = status.text("lastScheduleTime");
        page.field("Last Schedule Time", last.isEmpty() ? "<unset>" : Page.time(last));
        List<String> active = status.list("active").stream()
                .map(each -> each.object().text("name"))
                .toList();
        page.field("Active Jobs", active.isEmpty() ? "<none>" : String.join(", ", active));
        look.events(found, page);
    }
}
