package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.machinery.select.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Who belongs to whom: an owner controls the objects that its selector matches. It takes
/// what nobody controls, and lets go what no longer matches.
///
/// @param owned what it controls and its selector matches
/// @param changes adoptions and releases that come first; empty when all is settled
public record Claims<T extends ApiObject>(List<T> owned, List<Action> changes) {

    /// Finds objects that nobody controls, by their namespace.
    public static <T extends ApiObject> Index<T> orphans() {
        return new Index<>("orphan", object -> Owners.hasController(object) ? List.of() : List.of(object.namespace()));
    }

    public static <T extends ApiObject> Claims<T> of(
            ApiObject owner, LabelSelector selector, ResourceDefinition<T> kind, Seen seen) {
        return of(owner, selector, object -> true, kind, seen);
    }

    /// @param adoptable which of the objects that nobody controls are taken
    public static <T extends ApiObject> Claims<T> of(
            ApiObject owner, LabelSelector selector, Predicate<T> adoptable, ResourceDefinition<T> kind, Seen seen) {
        return of(owner, selector, adoptable, "", kind, seen);
    }

    /// @param finalizer what the owner's objects bear: it comes and goes with the ownership; "" for none
    public static <T extends ApiObject> Claims<T> of(
            ApiObject owner,
            LabelSelector selector,
            Predicate<T> adoptable,
            String finalizer,
            ResourceDefinition<T> kind,
            Seen seen) {
        boolean going = isGoing(owner);
        var owned = new ArrayList<T>();
        var changes = new ArrayList<Action>();
        for (T object : seen.ownedBy(owner, kind)) {
            if (matches(selector, object)) owned.add(object);
            else if (!going) changes.add(Action.release(kind, object, owner, finalizer));
        }
        if (!going)
            for (T object : seen.of(kind).by("orphan", owner.namespace()))
                if (matches(selector, object) && !isGoing(object) && adoptable.test(object))
                    changes.add(Action.adopt(kind, object, owner, finalizer));
        return new Claims<>(owned, changes);
    }

    public boolean areSettled() {
        return changes.isEmpty();
    }

    /// Settles the claims, after a look at the server whether the owner still wants to live:
    /// what an owner leaves behind when it is deleted must not be taken again.
    public Plan settle(ApiObject owner, Target<?> ownerKind) {
        return Plan.of(new Action.Read(ownerKind, owner.namespace(), owner.name(), ""))
                .then(outcomes -> outcomes.getFirst()
                        .findAnswer()
                        .filter(live -> live.object("metadata").text("uid").equals(owner.uid()))
                        .filter(live -> !live.object("metadata").has("deletionTimestamp"))
                        .map(live -> Plan.together(changes))
                        .orElse(Plan.NOTHING));
    }

    private static boolean isGoing(ApiObject object) {
        return object.tree().object("metadata").has("deletionTimestamp");
    }

    private static boolean matches(LabelSelector selector, ApiObject object) {
        return selector.matches(object.tree().object("metadata").object("labels"));
    }
}
