package io.amphora.controllers;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Follows plans to their end without a server.
public final class Plans {
    private Plans() {}

    public static ObjectTree yaml(String text) {
        return Yaml.read(text).object();
    }

    /// All actions of a plan when each succeeds and answers with nothing.
    public static List<Action> whenAllGoesWell(Plan plan) {
        return follow(plan, action -> new Outcome.Done(action, ObjectTree.EMPTY));
    }

    /// All actions of a plan when things end as `end` says.
    public static List<Action> follow(Plan plan, Function<Action, Outcome> end) {
        var actions = new ArrayList<Action>();
        Plan here = plan;
        while (true) {
            actions.addAll(here.actions());
            if (here.then() == null) return actions;
            here = here.then().apply(here.actions().stream().map(end).toList());
        }
    }

    public static Outcome notFound(Action action) {
        return new Outcome.Failed(action, ApiException.of(404, "NotFound", "not found"));
    }
}
