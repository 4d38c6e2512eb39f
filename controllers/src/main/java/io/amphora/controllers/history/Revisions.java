package io.amphora.controllers.history;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.apps.v1.ControllerRevision;
import io.amphora.api.apps.v1.ControllerRevisions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.pod.SpelledHash;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/// The templates that an owner has had, each in a ControllerRevision with a number. A
/// template that comes back gets the highest number, not a second revision.
///
/// @param owner a StatefulSet or DaemonSet
/// @param sorted its revisions by number
/// @param hashLabel under which a revision bears its hash
public record Revisions(ApiObject owner, List<ControllerRevision> sorted, String hashLabel) {

    public static Revisions of(ApiObject owner, List<ControllerRevision> revisions, String hashLabel) {
        var sorted = new ArrayList<>(revisions);
        sorted.sort(Comparator.comparingLong(ControllerRevision::revision).thenComparing(ControllerRevision::name));
        return new Revisions(owner, List.copyOf(sorted), hashLabel);
    }

    /// The revision of the owner's present template, if it is the last one.
    public Optional<ControllerRevision> findPresent() {
        if (sorted.isEmpty()) return Optional.empty();
        ControllerRevision last = sorted.getLast();
        return last.data().equals(data()) ? Optional.of(last) : Optional.empty();
    }

    public Optional<ControllerRevision> find(String name) {
        return sorted.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// Makes the present template the last revision.
    ///
    /// @param collisions how often the hash has met another template's
    /// @param collided the plan that remembers one collision more
    public Plan record(int collisions, IntFunction<Plan> collided) {
        long next = sorted.isEmpty() ? 1 : sorted.getLast().revision() + 1;
        Optional<ControllerRevision> earlier =
                sorted.stream().filter(each -> each.data().equals(data())).reduce((first, second) -> second);
        if (earlier.isPresent())
            return Plan.of(
                    Action.update(ControllerRevisions.DEFINITION, earlier.get().withRevision(next)));
        String hash = SpelledHash.of(data(), collisions);
        ControllerRevision made = revision(hash, next);
        return Plan.of(Action.create(ControllerRevisions.DEFINITION, made))
                .then(outcomes -> switch (outcomes.getFirst()) {
                    case Outcome.Failed(Action ignored, ApiException why)
                    when why.reason().equals("AlreadyExists") ->
                        Plan.of(new Action.Read(
                                        Target.of(ControllerRevisions.DEFINITION), made.namespace(), made.name(), ""))
                                .then(read -> isOurs(read.getFirst()) ? Plan.NOTHING : collided.apply(collisions + 1));
                    case Outcome ignored -> Plan.NOTHING;
                });
    }

    private boolean isOurs(Outcome read) {
        return read.findAnswer()
                .map(ControllerRevision::of)
                .filter(other ->
                        Owners.isControlledBy(other, owner) && other.data().equals(data()))
                .isPresent();
    }

    /// Deletes the oldest revisions above the limit that nobody uses.
    public Plan cleanUp(int limit, Set<String> used) {
        List<ControllerRevision> unused =
                sorted.stream().filter(each -> !used.contains(each.name())).toList();
        int surplus = unused.size() - limit;
        if (surplus <= 0) return Plan.NOTHING;
        return Plan.of(unused.subList(0, surplus).stream()
                .map(each -> Action.delete(ControllerRevisions.DEFINITION, each))
                .toList());
    }

    /// The template of a revision.
    public static ObjectTree template(ControllerRevision revision) {
        return revision.data().object().object("spec").object("template").without("$patch");
    }

    public String hashOf(ControllerRevision revision) {
        return revision.metadata().labels().getOrDefault(hashLabel, "");
    }

    private Tree data() {
        ObjectTree template = owner.tree().object("spec").object("template").with("$patch", "replace");
        return ObjectTree.of("spec", ObjectTree.of("template", template));
    }

    private ControllerRevision revision(String hash, long number) {
        ObjectTree labels = owner.tree()
                .object("spec")
                .object("template")
                .object("metadata")
                .object("labels")
                .with(hashLabel, hash);
        var metadata = ObjectTree.of(
                "name",
                owner.name() + "-" + hash,
                "namespace",
                owner.namespace(),
                "labels",
                labels,
                "ownerReferences",
                ListTree.of(Owners.reference(owner)));
        ObjectTree annotations = owner.tree().object("metadata").object("annotations");
        if (!annotations.isEmpty()) metadata = metadata.with("annotations", annotations);
        return ControllerRevision.of(ControllerRevision.EMPTY
                .tree()
                .with("metadata", metadata)
                .with("data", data())
                .with("revision", number));
    }
}
