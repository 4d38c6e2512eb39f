package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;

/// `set resources`: what containers ask for, and how much they may have.
final class SetResources implements Command {
    @Override
    public String name() {
        return "resources";
    }

    @Override
    public String summary() {
        return "Update resource requests/limits on objects with pod templates";
    }

    @Override
    public String usage() {
        return "kubectl set resources (-f FILE | TYPE NAME) [-c CONTAINER] [--limits=cpu=1,memory=1Gi] [--requests=cpu=1,memory=1Gi]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return PodSpecChange.flags(common).text("containers", 'c').text("limits", "requests");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.text("limits").isEmpty() && flags.text("requests").isEmpty())
            throw Failure.error(
                    "you must specify an update to requests or limits (in the form of --requests/--limits)");
        ObjectTree limits = amounts(flags.text("limits"));
        ObjectTree requests = amounts(flags.text("requests"));
        String named = flags.text("containers", "*");
        PodSpecChange.each(session, flags.arguments(), "kubectl-set", "resource requirements updated", found -> {
            var seen = new boolean[] {false};
            ObjectTree spec = PodSpecChange.spec(found);
            spec = spec.change(
                    "containers",
                    items -> items.list().map(item -> {
                        ObjectTree container = item.object();
                        if (!PodSpecChange.matches(named, container.text("name"))) return container;
                        seen[0] = true;
                        return changed(container, limits, requests);
                    }));
            if (!seen[0]) throw Failure.error("unable to find container named " + named);
            return PodSpecChange.with(found, spec);
        });
    }

    private static ObjectTree changed(ObjectTree container, ObjectTree limits, ObjectTree requests) {
        ObjectTree resources = container.object("resources");
        if (!limits.isEmpty())
            resources = resources.with("limits", MergePatch.apply(resources.object("limits"), limits));
        if (!requests.isEmpty())
            resources = resources.with("requests", MergePatch.apply(resources.object("requests"), requests));
        return container.with("resources", resources);
    }

    private static ObjectTree amounts(String text) {
        ObjectTree amounts = ObjectTree.EMPTY;
        if (text.isEmpty()) return amounts;
        for (String pair : text.split(",")) {
            String[] parts = pair.split("=", -1);
            if (parts.length != 2)
                throw Failure.error("invalid argument syntax " + pair + ", expected <resource>=<value>");
            try {
                amounts = amounts.with(parts[0], Quantity.parse(parts[1]).toString());
            } catch (io.amphora.machinery.quantity.QuantityFormatException wrong) {
                throw Failure.error(String.valueOf(wrong.getMessage()));
            }
        }
        return amounts;
    }
}
