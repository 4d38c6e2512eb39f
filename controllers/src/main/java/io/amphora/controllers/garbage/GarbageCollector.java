package io.amphora.controllers.garbage;

import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.client.AnyObject;
import io.amphora.client.DeleteOptions;
import io.amphora.client.PatchType;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Deletes objects all of whose owners are gone, and does what an owner's deletion asks for
/// its dependents.
///
/// ```
///   background   the owner goes at once; its dependents are found without it, and follow
/// foreground   the owner stays, with the finalizer foregroundDeletion, until all dependents
/// that block it are gone
///   orphan       the owner stays, with the finalizer orphan, until its dependents have forgotten it
/// ```
///
/// The snapshots of two kinds may be of different age, so that an owner is missing which is
/// only new: before anything is deleted, the server itself is asked.
public final class GarbageCollector implements Controller<ApiObject> {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final Duration NEW_KIND = Duration.ofMillis(100);
    private static final Duration UNKNOWN_KIND = Duration.ofSeconds(30);

    /// Who makes an owner and its dependents together need not make the owner first.
    private static final Duration FIRST_MOMENTS = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "garbage-collector-controller";
    }

    @Override
    public Watches<ApiObject> watches() {
        return Watches.ofEverything().onlyWhen(GarbageCollector::matters).waking(GarbageCollector::neighbours);
    }

    private static boolean matters(ApiObject before, ApiObject now) {
        ObjectTree old = before.tree().object("metadata");
        ObjectTree changed = now.tree().object("metadata");
        return !old.get("ownerReferences").equals(changed.get("ownerReferences"))
                || !old.get("finalizers").equals(changed.get("finalizers"))
                || !old.text("uid").equals(changed.text("uid"))
                || old.has("deletionTimestamp") != changed.has("deletionTimestamp");
    }

    /// Its dependents, which may follow it, and its owners, which may wait for it.
    private static List<Key> neighbours(ApiObject changed, Seen seen) {
        var keys = new ArrayList<Key>();
        for (Dependent each : dependents(changed, seen)) keys.add(Key.of(each.kind(), each.object()));
        for (ObjectTree reference : references(changed.tree()))
            owner(reference, changed, seen)
                    .filter(key -> seen.find(key).map(GarbageCollector::isGoing).orElse(false))
                    .ifPresent(keys::add);
        return keys;
    }

    /// Its dependents may be of a kind that is followed only in a moment.
    @Override
    public boolean asksForKinds(ApiObject object) {
        return isGoing(object) && (hasFinalizer(object, ORPHAN) || hasFinalizer(object, FOREGROUND));
    }

    /// Those that are compiled in always are.
    private static boolean allAreFollowed(Seen seen) {
        return seen.kindred().collectable().stream()
                .allMatch(kind -> seen.kinds().contains(kind)
                        || Kindred.BUILT_IN.collectable().contains(kind));
    }

    @Override
    public Plan plan(ApiObject object, Seen seen, Instant now) {
        Optional<Target<?>> kind = seen.kindred().find(GroupVersionKind.of(object.apiVersion(), object.kind()));
        if (kind.isEmpty()) return Plan.NOTHING;
        if (isGoing(object)) {
            if (asksForKinds(object) && !allAreFollowed(seen)) return Plan.lookAgainAt(now.plus(NEW_KIND));
            if (hasFinalizer(object, ORPHAN)) return orphan(kind.get(), object, seen);
            if (hasFinalizer(object, FOREGROUND)) return waitForDependents(kind.get(), object, seen);
            return Plan.NOTHING;
        }
        List<ObjectTree> references = references(object.tree());
        if (references.isEmpty()) return Plan.NOTHING;
        if (references.stream().allMatch(reference -> isAlive(reference, object, seen))) return Plan.NOTHING;
        Instant settled = object.metadata()
                .findCreationTimestamp()
                .map(created -> created.plus(FIRST_MOMENTS))
                .orElse(now);
        return now.isBefore(settled) ? Plan.lookAgainAt(settled) : lookCloser(kind.get(), object, seen, now);
    }

    // ---- owners that are going ----

    private static Plan orphan(Target<?> kind, ApiObject owner, Seen seen) {
        List<Action> forget = dependents(owner, seen).stream()
                .map(each -> withoutReferences(each.kind(), each.object().tree(), Set.of(owner.uid())))
                .toList();
        return Plan.together(forget).then(outcomes -> {
            boolean done = outcomes.stream().allMatch(outcome -> outcome.succeeded() || outcome.isNotFound());
            return done ? Plan.of(withoutFinalizer(kind, owner, ORPHAN)) : Plan.NOTHING;
        });
    }

    /// The dependents themselves are woken by their owner's change, and delete themselves.
    private static Plan waitForDependents(Target<?> kind, ApiObject owner, Seen seen) {
        boolean blocked = blockers(owner, seen).stream().anyMatch(each -> !reaches(each, owner, seen, new HashSet<>()));
        return blocked ? Plan.NOTHING : Plan.of(withoutFinalizer(kind, owner, FOREGROUND));
    }

    private static List<ApiObject> blockers(ApiObject owner, Seen seen) {
        return dependents(owner, seen).stream()
                .map(Dependent::object)
                .filter(each -> references(each.tree()).stream()
                        .anyMatch(reference ->
                                reference.text("uid").equals(owner.uid()) && reference.bool("blockOwnerDeletion")))
                .toList();
    }

    /// Whether `waiting` itself waits for `owner`, over whatever lies between. In such a
    /// circle nobody need wait for the others: all of them are going.
    private static boolean reaches(ApiObject waiting, ApiObject owner, Seen seen, Set<String> passed) {
        if (!isWaitingForDependents(waiting) || !passed.add(waiting.uid())) return false;
        return waiting.uid().equals(owner.uid())
                || blockers(waiting, seen).stream().anyMatch(each -> reaches(each, owner, seen, passed));
    }

    private static Action withoutFinalizer(Target<?> kind, ApiObject object, String finalizer) {
        var kept = new ArrayList<Tree>();
        for (Tree each : object.tree().object("metadata").list("finalizers"))
            if (!finalizer.equals(each.text())) kept.add(each);
        ObjectTree metadata = ObjectTree.of(
                "finalizers",
                new ListTree(kept),
                "resourceVersion",
                object.tree().object("metadata").text("resourceVersion"));
        return new Action.Patch(
                kind, object.namespace(), object.name(), PatchType.MERGE, ObjectTree.of("metadata", metadata), "");
    }

    // ---- dependents of owners that may be gone ----

    private static boolean isAlive(ObjectTree reference, ApiObject dependent, Seen seen) {
        return owner(reference, dependent, seen)
                .flatMap(seen::find)
                .filter(owner -> owner.uid().equals(reference.text("uid")))
                .filter(owner -> !isWaitingForDependents(owner))
                .isPresent();
    }

    /// Asks the server for the object and all its owners.
    private static Plan lookCloser(Target<?> kind, ApiObject object, Seen seen, Instant now) {
        var reads = new ArrayList<Action>();
        reads.add(new Action.Read(kind, object.namespace(), object.name(), ""));
        for (ObjectTree reference : references(object.tree())) {
            Optional<Key> owner = owner(reference, object, seen);
            if (owner.isEmpty()) return unresolvable(reference, object, seen, now);
            reads.add(new Action.Read(
                    owner.get().target(), owner.get().namespace(), owner.get().name(), ""));
        }
        return Plan.together(reads).then(outcomes -> judge(kind, object, outcomes, seen));
    }

    private static Plan judge(Target<?> kind, ApiObject known, List<Outcome> outcomes, Seen seen) {
        boolean certain = outcomes.stream().allMatch(outcome -> outcome.succeeded() || outcome.isNotFound());
        Optional<ObjectTree> live = outcomes.getFirst().findAnswer();
        if (!certain || live.isEmpty() || !isUnchanged(live.get(), known)) return Plan.NOTHING;
        var alive = new ArrayList<ObjectTree>();
        var waiting = new ArrayList<ObjectTree>();
        var gone = new ArrayList<ObjectTree>();
        List<ObjectTree> references = references(live.get());
        for (int i = 0; i < references.size(); i++) {
            ObjectTree reference = references.get(i);
            Optional<ObjectTree> owner = outcomes.get(i + 1)
                    .findAnswer()
                    .filter(each -> each.object("metadata").text("uid").equals(reference.text("uid")));
            if (owner.isEmpty()) gone.add(reference);
            else if (isWaitingForDependents(new AnyObject(owner.get()))) waiting.add(reference);
            else alive.add(reference);
        }
        Plan told = Plan.of(gone.stream()
                .filter(reference -> isInAnotherNamespace(reference, known, seen))
                .map(reference -> invalidNamespace(reference, known))
                .toList());
        if (alive.isEmpty()) return told.then(delete(kind, live.get(), !waiting.isEmpty(), seen));
        gone.addAll(waiting);
        if (gone.isEmpty()) return Plan.NOTHING;
        Set<String> uids = gone.stream().map(each -> each.text("uid")).collect(Collectors.toSet());
        return told.then(Plan.of(withoutReferences(kind, live.get(), uids)));
    }

    /// Whether the owner exists, but where it can own nothing of this namespace.
    private static boolean isInAnotherNamespace(ObjectTree reference, ApiObject dependent, Seen seen) {
        Target<Namespace> namespaces = Target.of(Namespaces.DEFINITION);
        Optional<Key> owner =
                owner(reference, dependent, seen).filter(key -> key.target().namespaced());
        return owner.isPresent()
                && seen.kinds().contains(namespaces)
                && seen.of(namespaces).list().stream()
                        .flatMap(each ->
                                seen
                                        .find(new Key(
                                                owner.get().target(),
                                                each.name(),
                                                owner.get().name()))
                                        .stream())
                        .anyMatch(found -> found.uid().equals(reference.text("uid")));
    }

    /// The list of owners that was asked for is still the list.
    private static boolean isUnchanged(ObjectTree live, ApiObject known) {
        ObjectTree metadata = live.object("metadata");
        return metadata.text("uid").equals(known.uid())
                && !metadata.has("deletionTimestamp")
                && metadata.get("ownerReferences")
                        .equals(known.tree().object("metadata").get("ownerReferences"));
    }

    /// What an owner waits for must itself wait for its own dependents. One of these that is
    /// waiting already may be waiting for just this object: then nothing may wait for this
    /// one.
    private static Plan delete(Target<?> kind, ObjectTree object, boolean ownerWaits, Seen seen) {
        ApiObject view = new AnyObject(object);
        List<Dependent> dependents = dependents(view, seen);
        if (!ownerWaits || dependents.isEmpty()) return Plan.of(delete(kind, view, policyOf(view)));
        Plan gone = Plan.of(delete(kind, view, DeleteOptions.foreground()));
        boolean circle = dependents.stream().anyMatch(each -> isWaitingForDependents(each.object()));
        return circle ? Plan.of(unblocking(kind, object)).then(gone) : gone;
    }

    private static DeleteOptions policyOf(ApiObject object) {
        if (hasFinalizer(object, ORPHAN)) return DeleteOptions.orphan();
        return hasFinalizer(object, FOREGROUND) ? DeleteOptions.foreground() : DeleteOptions.background();
    }

    private static Action delete(Target<?> kind, ApiObject object, DeleteOptions options) {
        return new Action.Delete(kind, object.namespace(), object.name(), object.uid(), options.withUid(object.uid()));
    }

    /// Its owners wait for it no longer.
    private static Action unblocking(Target<?> kind, ObjectTree object) {
        List<ObjectTree> references = references(object).stream()
                .map(each -> each.bool("blockOwnerDeletion") ? each.with("blockOwnerDeletion", false) : each)
                .toList();
        return withReferences(kind, object, references);
    }

    private static Action withoutReferences(Target<?> kind, ObjectTree object, Set<String> uids) {
        List<ObjectTree> kept = references(object).stream()
                .filter(each -> !uids.contains(each.text("uid")))
                .toList();
        return withReferences(kind, object, kept);
    }

    /// A merge patch of the whole list, because custom resources know no other; the version
    /// keeps it from undoing a change.
    private static Action withReferences(Target<?> kind, ObjectTree object, List<ObjectTree> references) {
        ObjectTree metadata = object.object("metadata");
        ObjectTree patch = ObjectTree.of(
                "ownerReferences",
                references.isEmpty() ? Tree.NULL : new ListTree(List.copyOf(references)),
                "resourceVersion",
                metadata.text("resourceVersion"),
                "uid",
                metadata.text("uid"));
        return new Action.Patch(
                kind,
                metadata.text("namespace"),
                metadata.text("name"),
                PatchType.MERGE,
                ObjectTree.of("metadata", patch),
                "");
    }

    /// Its kind may be served later; an owner in a namespace can never own what is in none.
    private static Plan unresolvable(ObjectTree reference, ApiObject object, Seen seen, Instant now) {
        var gvk = GroupVersionKind.of(reference.text("apiVersion"), reference.text("kind"));
        Optional<Target<?>> kind = seen.kindred().find(gvk);
        if (kind.isEmpty()) return Plan.lookAgainAt(now.plus(UNKNOWN_KIND));
        return Plan.of(invalidNamespace(reference, object));
    }

    private static Action invalidNamespace(ObjectTree reference, ApiObject dependent) {
        String namespace = dependent.namespace();
        String message = "ownerRef [" + reference.text("apiVersion") + "/" + reference.text("kind")
                + ", namespace: " + namespace + ", name: " + reference.text("name") + ", uid: "
                + reference.text("uid") + "] does not exist in namespace \"" + namespace + "\"";
        return Action.warning(dependent, "OwnerRefInvalidNamespace", message);
    }

    // ---- the graph ----

    private record Dependent(Target<?> kind, ApiObject object) {}

    private static List<Dependent> dependents(ApiObject owner, Seen seen) {
        var found = new ArrayList<Dependent>();
        for (Target<?> kind : seen.kinds()) add(found, kind, owner, seen);
        return found;
    }

    private static <T extends ApiObject> void add(List<Dependent> found, Target<T> kind, ApiObject owner, Seen seen) {
        for (T each : seen.of(kind).by("owner", owner.uid()))
            if (owner.namespace().isEmpty() || each.namespace().equals(owner.namespace()))
                found.add(new Dependent(kind, each));
    }

    private static List<ObjectTree> references(ObjectTree object) {
        return object.object("metadata").list("ownerReferences").stream()
                .map(Tree::object)
                .toList();
    }

    /// Where the owner is to be found; empty for a kind that is not served, and for an owner
    /// that cannot be.
    private static Optional<Key> owner(ObjectTree reference, ApiObject dependent, Seen seen) {
        return seen.kindred()
                .find(GroupVersionKind.of(reference.text("apiVersion"), reference.text("kind")))
                .filter(kind -> !kind.namespaced() || !dependent.namespace().isEmpty())
                .map(kind -> new Key(kind, kind.namespaced() ? dependent.namespace() : "", reference.text("name")));
    }

    private static boolean isGoing(ApiObject object) {
        return object.tree().object("metadata").has("deletionTimestamp");
    }

    private static boolean isWaitingForDependents(ApiObject object) {
        return isGoing(object) && hasFinalizer(object, FOREGROUND);
    }

    private static boolean hasFinalizer(ApiObject object, String finalizer) {
        return object.tree().object("metadata").list("finalizers").items().contains(Tree.of(finalizer));
    }
}
