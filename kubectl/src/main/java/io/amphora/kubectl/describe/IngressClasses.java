package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;

/// An IngressClass.
final class IngressClasses implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        Describer.head(found, page);
        page.field("Controller", spec.text("controller"));
        ObjectTree parameters = spec.object("parameters");
        if (!parameters.isEmpty()) {
            page.line("Parameters:");
            page.fieldUnlessEmpty("  APIGroup", parameters.text("apiGroup"));
            page.field("  Kind", parameters.text("kind"));
            page.field("  Name", parameters.text("name"));
        }
        look.events(found, page);
    }
}
