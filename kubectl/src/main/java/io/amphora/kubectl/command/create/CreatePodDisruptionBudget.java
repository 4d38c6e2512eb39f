package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create poddisruptionbudget`
final class CreatePodDisruptionBudget extends Creator {
    CreatePodDisruptionBudget() {
        super(
                "poddisruptionbudget",
                "Create a pod disruption budget with the specified name",
                "NAME --selector=SELECTOR --min-available=N");
    }

    @Override
    public List<String> aliases() {
        return List.of("pdb");
    }

    @Override
    String failing() {
        return "failed to create poddisruptionbudgets: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("selector", "min-available", "max-unavailable");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        String least = flags.text("min-available");
        String most = flags.text("max-unavailable");
        if (flags.text("selector").isEmpty()) throw Failure.error("a selector must be specified");
        if (least.isEmpty() && most.isEmpty())
            throw Failure.error("one of min-available or max-unavailable must be specified");
        if (!least.isEmpty() && !most.isEmpty())
            throw Failure.error("min-available and max-unavailable cannot be both specified");
        for (String each : List.of(least, most))
            if (!each.matches("\\d*%?"))
                throw Failure.error(
                        "invalid format specified for " + (each.equals(least) ? "min-available" : "max-unavailable"));
        ObjectTree spec = ObjectTree.of(
                "selector", LabelSelector.parse(flags.text("selector")).toTree());
        spec = least.isEmpty()
                ? spec.with("maxUnavailable", Objects.intOrText(most))
                : spec.with("minAvailable", Objects.intOrText(least));
        ObjectTree status =
                ObjectTree.of("currentHealthy", 0, "desiredHealthy", 0, "disruptionsAllowed", 0, "expectedPods", 0);
        return Objects.of("policy/v1", "PodDisruptionBudget", name)
                .with("spec", spec)
                .with("status", status);
    }
}
