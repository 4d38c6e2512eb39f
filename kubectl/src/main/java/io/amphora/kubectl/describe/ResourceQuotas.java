package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;

/// A ResourceQuota: what is used of what is allowed.
final class ResourceQuotas implements Describer {
    private static final Map<String, String> SCOPES = Map.of(
            "Terminating",
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being"
                    + " actively terminated by the system.",
            "NotTerminating",
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose"
                    + " container command is not expected to terminate.",
            "BestEffort",
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of"
                    + " service.",
            "NotBestEffort",
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed"
                    + " quality of service.");

    @Override
    public void describe(Found found, Page page, Look look) {
        Describer.named(found, page);
        scopes(page, found.object(), "Scopes:\t", " * ");
        page.line("Resource\tUsed\tHard\n--------\t----\t----");
        rows(page, found.object(), "");
    }

    static void scopes(Page page, ObjectTree quota, String title, String bullet) {
        List<String> scopes = quota.object("spec").list("scopes").stream()
                .map(Page::text)
                .sorted()
                .toList();
        if (scopes.isEmpty()) return;
        page.line(title + String.join(", ", scopes));
        for (String scope : scopes) if (SCOPES.containsKey(scope)) page.line(bullet + SCOPES.get(scope));
    }

    static void rows(Page page, ObjectTree quota, String space) {
        ObjectTree status = quota.object("status");
        for (var pair : status.object("hard")) {
            String used = status.object("used").text(pair.getKey());
            page.line(space + pair.getKey() + "\t" + (used.isEmpty() ? "0" : used) + "\t" + Page.text(pair.getValue()));
        }
    }
}
