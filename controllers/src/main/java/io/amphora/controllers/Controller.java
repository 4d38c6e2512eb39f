package io.amphora.controllers;

import io.amphora.api.ApiObject;
import java.time.Instant;

/// Brings one kind of object from what is to what is wanted. A controller has no state, no clock and no
/// connection:
/// it is given its object, everything it declared that it looks at, and the time, and answers with what has to be
/// done. The [ControllerRunner] does it, and asks again whenever something changes.
///
/// A plan need not reach the goal in one go; it is asked again after its own writes are seen.
public interface Controller<T extends ApiObject> {
    /// As in `--controllers`: `deployment-controller`.
    String name();

    /// Who tells of the events in its plans.
    default String component() {
        return name();
    }

    /// What it works on, and what else it looks at.
    Watches<T> watches();

    /// Whether a plan for this object has to know the kinds that are served at this very moment, which the server is
    /// asked for then; else it is told of those that were served a moment ago.
    default boolean asksForKinds(T object) {
        return false;
    }

    /// Pure: the same arguments always give the same plan.
    Plan plan(T object, Seen seen, Instant now);

    /// What is left to do when the object is gone.
    default Plan planWithout(Key gone, Seen seen, Instant now) {
        return Plan.NOTHING;
    }
}
