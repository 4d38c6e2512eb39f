package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;

/// A PriorityClass.
final class PriorityClasses implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree priority = found.object();
        page.field("Name", found.name());
        page.field("Value", priority.whole("value"));
        page.field("GlobalDefault", Boolean.toString(priority.bool("globalDefault")));
        page.field("PreemptionPolicy", priority.text("preemptionPolicy"));
        page.field("Description", priority.text("description"));
        page.field("Annotations", Page.joined(priority.object("metadata").object("annotations")));
        look.events(found, page);
    }
}
