package io.amphora.controllers.pod;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// The events that tell of Pods made and deleted.
public final class PodEvents {
    private PodEvents() {}

    public static Plan tell(ApiObject owner, List<Outcome> outcomes) {
        var events = new ArrayList<Action>();
        for (Outcome outcome : outcomes) if (isWorthTelling(outcome)) events.add(event(owner, outcome));
        return Plan.of(events);
    }

    /// A Pod that is gone already, or that cannot be made because its namespace is going, is no news.
    public static boolean isWorthTelling(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done ignored -> true;
            case Outcome.Failed(Action.Delete ignored, ApiException why) -> why.code() != 404;
            case Outcome.Failed(Action ignored, ApiException why) -> !isNamespaceTerminating(why);
        };
    }

    private static Action event(ApiObject owner, Outcome outcome) {
        boolean made = outcome.action() instanceof Action.Create;
        return switch (outcome) {
            case Outcome.Done(Action.Delete delete, ObjectTree ignored) ->
                Action.normal(owner, "SuccessfulDelete", "Deleted pod: " + delete.name());
            case Outcome.Done(Action ignored, ObjectTree pod) ->
                Action.normal(
                        owner,
                        "SuccessfulCreate",
                        "Created pod: " + pod.object("metadata").text("name"));
            case Outcome.Failed(Action ignored, ApiException why) ->
                made
                        ? Action.warning(owner, "FailedCreate", "Error creating: " + why.getMessage())
                        : Action.warning(owner, "FailedDelete", "Error deleting: " + why.getMessage());
        };
    }

    private static boolean isNamespaceTerminating(ApiException why) {
        return why.code() == 403
                && why.status().object("details").list("causes").stream()
                        .anyMatch(cause -> cause.object().text("reason").equals("NamespaceTerminating"));
    }
}
