package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;

/// A PodDisruptionBudget.
final class PodDisruptionBudgets implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        ObjectTree status = found.object().object("status");
        Describer.named(found, page);
        if (spec.has("minAvailable")) page.field("Min available", Page.text(spec.get("minAvailable")));
        else if (spec.has("maxUnavailable")) page.field("Max unavailable", Page.text(spec.get("maxUnavailable")));
        page.field(
                "Selector",
                spec.has("selector") ? LabelSelector.of(spec.get("selector")).toString() : "<unset>");
        page.line("Status:");
        page.field(2, "Allowed disruptions", Long.toString(status.whole("disruptionsAllowed")));
        page.field(2, "Current", Long.toString(status.whole("currentHealthy")));
        page.field(2, "Desired", Long.toString(status.whole("desiredHealthy")));
        page.field(2, "Total", Long.toString(status.whole("expectedPods")));
        look.events(found, page);
    }
}
