package io.amphora.controllers;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a controller wants done now, and when it wants to be asked again besides. Immutable.
///
/// @param order how the actions run
/// @param then decides, by what came of the actions, what is done after them; as pure as the controller
/// @param lookAgain when to ask again even if nothing changes
/// @param notes what to be reminded of at the next plan for this object, see [Seen#findNoted]
public record Plan(
        List<Action> actions,
        Order order,
        @Nullable Function<List<Outcome>, Plan> then,
        @Nullable Instant lookAgain,
        Map<String, Instant> notes) {

    public enum Order {
        /// One after the other; the first that fails is the last.
        IN_TURN,
        /// All at once, whatever fails.
        TOGETHER,
        /// One, then two at once, then four, … until one fails: where one fails for lack of
        /// quota or permission, all would.
        DOUBLING
    }

    public static final Plan NOTHING = new Plan(List.of(), Order.IN_TURN, null, null, Map.of());

    public Plan {
        actions = List.copyOf(actions);
        notes = Map.copyOf(notes);
    }

    public static Plan of(Action... actions) {
        return of(List.of(actions));
    }

    public static Plan of(List<Action> actions) {
        return actions.isEmpty() ? NOTHING : new Plan(actions, Order.IN_TURN, null, null, Map.of());
    }

    public static Plan together(List<Action> actions) {
        return new Plan(actions, Order.TOGETHER, null, null, Map.of());
    }

    public static Plan doubling(List<Action> actions) {
        return new Plan(actions, Order.DOUBLING, null, null, Map.of());
    }

    /// Asks the controller again at `time`, or earlier when something changes.
    public static Plan lookAgainAt(Instant time) {
        return NOTHING.andLookAgainAt(time);
    }

    /// This, and then what `next` makes of the outcomes, failed ones included.
    public Plan then(Function<List<Outcome>, Plan> next) {
        var first = then;
        if (first == null) return new Plan(actions, order, next, lookAgain, notes);
        return new Plan(actions, order, outcomes -> first.apply(outcomes).then(next), lookAgain, notes);
    }

    /// This, and then `next`, if nothing failed.
    public Plan then(Plan next) {
        if (actions.isEmpty() && then == null && notes.isEmpty())
            return lookAgain == null ? next : next.andLookAgainAt(lookAgain);
        return then(outcomes -> outcomes.stream().allMatch(Outcome::succeeded) ? next : NOTHING);
    }

    /// The earlier of several times counts.
    public Plan andLookAgainAt(Instant time) {
        boolean earlier = lookAgain == null || time.isBefore(lookAgain);
        return earlier ? new Plan(actions, order, then, time, notes) : this;
    }

    /// This, with these notes and no others.
    public Plan withNotes(Map<String, Instant> some) {
        return new Plan(actions, order, then, lookAgain, some);
    }

    /// These actions after this plan's own, when both are plain lists.
    public Plan and(Action more) {
        if (then != null || order != Order.IN_TURN) return then(of(more));
        var both = new ArrayList<>(actions);
        both.add(more);
        return new Plan(both, order, null, lookAgain, notes);
    }

    public boolean isNothing() {
        return actions.isEmpty() && then == null && lookAgain == null && notes.isEmpty();
    }
}
