package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create priorityclass`
final class CreatePriorityClass extends Creator {
    CreatePriorityClass() {
        super(
                "priorityclass",
                "Create a priority class with the specified name",
                "NAME --value=VALUE --global-default=BOOL [--description=...]");
    }

    @Override
    public List<String> aliases() {
        return List.of("pc");
    }

    @Override
    String failing() {
        return "failed to create priorityclass: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.whole("value")
                .bool("global-default")
                .text("description", "preemption-policy")
                .require("value");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        ObjectTree priority = Objects.of("scheduling.k8s.io/v1", "PriorityClass", name)
                .with("preemptionPolicy", flags.text("preemption-policy", "PreemptLowerPriority"))
                .with("value", flags.whole("value", 0));
        if (flags.isSet("global-default")) priority = priority.with("globalDefault", true);
        return flags.text("description").isEmpty() ? priority : priority.with("description", flags.text("description"));
    }
}
