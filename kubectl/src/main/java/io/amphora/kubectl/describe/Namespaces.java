package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// A Namespace with its quotas and limits.
final class Namespaces implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree status = found.object().object("status");
        Describer.head(found, page);
        page.field("Status", status.text("phase"));
        if (!status.list("conditions").isEmpty()) {
            page.line("Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage"
                    + "\n  ----\t------\t------------------\t------\t-------");
            for (Tree each : status.list("conditions")) {
                ObjectTree condition = each.object();
                page.line(
                        1,
                        condition.text("type") + "\t" + condition.text("status") + "\t"
                                + Page.time(condition.text("lastTransitionTime")) + "\t" + condition.text("reason")
                                + "\t" + condition.text("message"));
            }
        }
        quotas(page, look.list("resourcequotas", found.name()));
        limits(page, look.list("limitranges", found.name()));
    }

    private static void quotas(Page page, List<ObjectTree> quotas) {
        page.line("");
        if (quotas.isEmpty()) {
            page.line("No resource quota.");
            return;
        }
        page.line("Resource Quotas");
        for (ObjectTree quota : quotas) {
            page.line("  Name:\t" + quota.object("metadata").text("name"));
            ResourceQuotas.scopes(page, quota, "  Scopes:\t", "  * ");
            page.line("  Resource\tUsed\tHard\n  --------\t---\t---");
            ResourceQuotas.rows(page, quota, "  ");
        }
    }

    private static void limits(Page page, List<ObjectTree> ranges) {
        page.line("");
        if (ranges.isEmpty()) {
            page.line("No LimitRange resource.");
            return;
        }
        page.line("Resource Limits");
        LimitRanges.heading(page, " ");
        for (ObjectTree range : ranges) LimitRanges.rows(page, range, " ");
    }
}
