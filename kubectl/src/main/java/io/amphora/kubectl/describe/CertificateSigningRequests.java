package io.amphora.kubectl.describe;

import io.amphora.api.HumanDuration;
import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.util.List;

/// A request for a certificate, and who asks.
final class CertificateSigningRequests implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        ObjectTree metadata = found.object().object("metadata");
        ObjectTree status = found.object().object("status");
        page.field("Name", found.name());
        page.field("Labels", Page.joined(metadata.object("labels")));
        page.field("Annotations", Page.joined(metadata.object("annotations")));
        page.field("CreationTimestamp", Page.time(metadata.text("creationTimestamp")));
        page.field("Requesting User", spec.text("username"));
        page.fieldUnlessEmpty("Signer", spec.text("signerName"));
        if (spec.has("expirationSeconds"))
            page.field("Requested Duration", HumanDuration.of(Duration.ofSeconds(spec.whole("expirationSeconds"))));
        page.field("Status", state(status));
        look.events(found, page);
    }

    private static String state(ObjectTree status) {
        List<String> types = status.list("conditions").stream()
                .map(each -> each.object().text("type"))
                .toList();
        String state = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
        if (types.contains("Failed")) state += ",Failed";
        return status.text("certificate").isEmpty() ? state : state + ",Issued";
    }
}
