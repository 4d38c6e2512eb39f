package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;

/// A DaemonSet and its template.
final class DaemonSets implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree set = found.object();
        ObjectTree metadata = set.object("metadata");
        ObjectTree spec = set.object("spec");
        ObjectTree status = set.object("status");
        Describer.named(found, page);
        page.field("Selector", LabelSelector.of(spec.get("selector")).toString());
        page.field(
                "Node-Selector",
                Page.joined(spec.object("template").object("spec").object("nodeSelector")));
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.line("Desired Number of Nodes Scheduled: " + status.whole("desiredNumberScheduled"));
        page.line("Current Number of Nodes Scheduled: " + status.whole("currentNumberScheduled"));
        page.line("Number of Nodes Scheduled with Up-to-date Pods: " + status.whole("updatedNumberScheduled"));
        page.line("Number of Nodes Scheduled with Available Pods: " + status.whole("numberAvailable"));
        page.line("Number of Nodes Misscheduled: " + status.whole("numberMisscheduled"));
        page.field("Pods Status", look.podsStatus(look.owned("pods", found, spec.get("selector"))));
        PodTemplates.describe(page, spec.object("template"));
        look.events(found, page);
    }
}
