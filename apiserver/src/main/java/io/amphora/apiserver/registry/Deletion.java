package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.admission.Admission;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.DeleteOptions;
import io.amphora.apiserver.request.ListOptions;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.apiserver.request.Warnings;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.request.WriteOptions.Validation;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Key;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Deletes: at once, or by marking the object so that others can do first what has to be done.
///
/// ```
///   DELETE ─┬─ nothing holds it, no grace ───────────────────────────▶ gone
///           └─ finalizers, or grace ─▶ deletionTimestamp set ─▶ … ───▶ gone with the last finalizer, or a DELETE
/// without grace
/// ```
public final class Deletion {
    private static final int ATTEMPTS = 25;
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final ClusterState state;
    private final Admission admission;
    private final Storing storing;
    private final Closings closings;
    private final Specialties specialties;
    private final Bodies bodies;
    private final ReadPath reads;
    private final Clock clock;

    public Deletion(
            ClusterState state,
            Closings closings,
            Admission admission,
            Specialties specialties,
            Bodies bodies,
            ReadPath reads,
            Clock clock) {
        this.state = state;
        this.closings = closings;
        this.admission = admission;
        this.storing = new Storing(state, specialties);
        this.specialties = specialties;
        this.bodies = bodies;
        this.reads = reads;
        this.clock = clock;
    }

    public Reply delete(Call call, ResourceDefinition<?> kind) {
        DeleteOptions options = DeleteOptions.of(call.request(), bodies.deleteOptions(call));
        warn(call, kind, options);
        return reply(kind, options, delete(call, kind, call.name(), options));
    }

    private void warn(Call call, ResourceDefinition<?> kind, DeleteOptions options) {
        String warning = specialties.removal(Key.stored(kind)).warning(options);
        if (!warning.isEmpty()) call.warnings().add(warning);
    }

    /// Deletes what a list would show.
    public Reply deleteCollection(Call call, ResourceDefinition<?> kind) {
        DeleteOptions options = DeleteOptions.of(call.request(), bodies.deleteOptions(call));
        warn(call, kind, options);
        Selection selection = Selection.of(kind, call.info(), ListOptions.of(call.request(), false));
        List<Stored> selected = reads.select(selection);
        for (Stored each : selected) deleteOne(call, kind, each, options);
        var metadata =
                ObjectTree.of("resourceVersion", Long.toString(state.now().revision()));
        return new Reply.Many(kind, metadata, selected);
    }

    /// Deletes all that is there of a kind, for other parts of the server, also of a kind that is not served.
    public void deleteAll(ResourceDefinition<?> kind, User user) {
        for (var entry : state.now().list(kind, "")) {
            Stored object = entry.value();
            if (object.metadata().has("deletionTimestamp")) continue;
            String path = kind.path(object.namespace()) + "/" + object.name();
            var request = new ApiRequest("DELETE", path, Map.of(), Map.of(), null);
            var call = new Call(request, RequestInfo.of(request), user, new Warnings());
            deleteOne(call, kind, object, DeleteOptions.of(request, null));
        }
    }

    private void deleteOne(Call call, ResourceDefinition<?> kind, Stored each, DeleteOptions options) {
        try {
            delete(call, kind, each.name(), options);
        } catch (ApiException failure) {
            if (failure.code() != 404) throw failure; // somebody else was faster, which is as good
        }
    }

    /// @param object as it was left, or last was
    /// @param gone whether it is no more
    public record Deleted(ObjectTree object, boolean gone) {}

    /// Deletes one object, for other parts of the server as well (evictions).
    public Deleted delete(Call call, ResourceDefinition<?> kind, String name, DeleteOptions options) {
        Write write = new Write(
                call,
                kind,
                "",
                name,
                new WriteOptions("DeleteOptions", options.dryRun(), "", Validation.IGNORE, false));
        for (int attempt = 1; ; attempt++) {
            Stored seen = state.now().find(write.key()).orElseThrow(() -> ApiException.notFound(kind, name));
            Optional<Deleted> deleted = deleteOnce(write, seen, options);
            if (deleted.isPresent()) return deleted.get();
            if (attempt == ATTEMPTS) throw Storing.conflict(write);
        }
    }

    /// Refuses at once what would be refused later, for those who have to do something before.
    public void requirePreconditions(Call call, ResourceDefinition<?> kind, String name, DeleteOptions options) {
        Write write = new Write(
                call,
                kind,
                "",
                name,
                new WriteOptions("DeleteOptions", options.dryRun(), "", Validation.IGNORE, false));
        state.now().find(write.key()).ifPresent(seen -> requirePreconditions(write, seen, options));
    }

    /// @return empty when somebody else wrote the object in the meantime
    private Optional<Deleted> deleteOnce(Write write, Stored seen, DeleteOptions options) {
        requirePreconditions(write, seen, options);
        AdmissionRequest request = admissionRequest(write, seen, options);
        admission.validate(request, ObjectTree.EMPTY);
        Removal removal = specialties.removal(write.storedKind());
        Instant now = clock.now();

        ObjectTree object = withPolicy(write.storedKind(), seen.tree(), options);
        Grace grace = Grace.of(write.storedKind(), seen.tree(), options);
        if (grace instanceof Grace.Pending) return Optional.of(new Deleted(seen.tree(), false));
        boolean held = removal.isHeld(object);
        boolean first = seen.metadata().text("deletionTimestamp").isEmpty();
        if (grace instanceof Grace.Seconds(var seconds)) {
            ObjectTree marked = grace(object, seconds, now);
            return seconds > 0 || held ? mark(write, seen, marked) : markAndRemove(write, seen, marked);
        }
        if (first && removal.alwaysMarksFirst())
            return closings.close(() -> mark(write, seen, removal.marked(object, now)));
        if (held) return mark(write, seen, removal.marked(object, now));
        return remove(write, seen, object);
    }

    private Optional<Deleted> mark(Write write, Stored seen, ObjectTree marked) {
        if (write.options().dryRun() || marked.equals(seen.tree())) return Optional.of(new Deleted(marked, false));
        return storing.mark(seen, Placement.withoutResourceVersion(marked))
                .map(stored -> new Deleted(stored.tree(), false));
    }

    /// What has no time left is marked all the same, so that those who watch see it being deleted before it is
    /// gone. They may be quick, and change it or take it away themselves.
    private Optional<Deleted> markAndRemove(Write write, Stored seen, ObjectTree marked) {
        if (write.options().dryRun()) return Optional.of(new Deleted(marked, true));
        Optional<Stored> left = storing.mark(seen, Placement.withoutResourceVersion(marked));
        if (left.isEmpty()) return Optional.empty();
        Stored last = left.get();
        for (int attempt = 1; storing.delete(write, last).isEmpty(); attempt++) {
            Optional<Stored> now = state.now()
                    .find(write.key())
                    .filter(each ->
                            each.metadata().text("uid").equals(seen.metadata().text("uid")));
            if (now.isEmpty()) break;
            if (attempt == ATTEMPTS) throw Storing.conflict(write);
            last = now.get();
            if (specialties.removal(write.storedKind()).isHeld(last.tree()))
                return Optional.of(new Deleted(last.tree(), false));
        }
        return Optional.of(new Deleted(last.tree(), true));
    }

    private Optional<Deleted> remove(Write write, Stored seen, ObjectTree last) {
        if (write.options().dryRun()) return Optional.of(new Deleted(last, true));
        return storing.delete(write, seen).map(gone -> new Deleted(last, true));
    }

    private AdmissionRequest admissionRequest(Write write, Stored seen, DeleteOptions options) {
        return new AdmissionRequest(
                Operation.DELETE,
                write.kind(),
                "",
                write.namespace(),
                write.call().name(),
                Optional.of(Versions.shown(write.kind(), seen)),
                options.tree(),
                options.dryRun(),
                write.call().user(),
                state.now(),
                write.call().warnings()::add);
    }

    private static void requirePreconditions(Write write, Stored seen, DeleteOptions options) {
        String uid = seen.metadata().text("uid");
        if (!options.uid().isEmpty() && !options.uid().equals(uid))
            throw preconditionFailed(
                    write,
                    "the UID in the precondition (" + options.uid() + ") does not match the UID in record (" + uid
                            + "). The object might have been deleted and then recreated");
        String version = Long.toString(seen.revision());
        if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version))
            throw preconditionFailed(
                    write,
                    "the ResourceVersion in the precondition (" + options.resourceVersion()
                            + ") does not match the ResourceVersion in record (" + version
                            + "). The object might have been modified");
    }

    /// Names the kind where others name the resource, as Kubernetes does.
    private static ApiException preconditionFailed(Write write, String why) {
        String kind = write.kind().group().isEmpty()
                ? write.kind().kind()
                : write.kind().kind() + "." + write.kind().group();
        var details = ObjectTree.builder()
                .put("name", write.name())
                .put("kind", write.kind().kind());
        if (!write.kind().group().isEmpty()) details.put("group", write.kind().group());
        return ApiException.of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind + " \"" + write.name() + "\": " + why,
                details.build());
    }

    /// The object with the finalizer that a policy for its dependents stands for, and without those of other
    /// policies.
    private static ObjectTree withPolicy(ResourceDefinition<?> kind, ObjectTree object, DeleteOptions options) {
        ObjectTree metadata = object.object("metadata");
        var finalizers = new ArrayList<String>();
        for (Tree each : metadata.list("finalizers")) if (each instanceof Tree.Text(var name)) finalizers.add(name);
        var kept = new ArrayList<>(finalizers);
        String wanted = finalizerOf(kind, finalizers, options);
        kept.removeIf(name -> (name.equals(ORPHAN) || name.equals(FOREGROUND)) && !name.equals(wanted));
        if (!wanted.isEmpty() && !kept.contains(wanted)) kept.add(wanted);
        if (kept.equals(finalizers)) return object;
        return object.with(
                "metadata",
                kept.isEmpty() ? metadata.without("finalizers") : metadata.with("finalizers", ListTree.from(kept)));
    }

    private static String finalizerOf(ResourceDefinition<?> kind, List<String> finalizers, DeleteOptions options) {
        Boolean orphans = options.orphanDependents();
        if (orphans != null) return orphans ? ORPHAN : "";
        return switch (options.policy()) {
            case "Orphan" -> ORPHAN;
            case "Foreground" -> FOREGROUND;
            case "Background" -> "";
            default -> {
                if (finalizers.contains(ORPHAN)) yield ORPHAN;
                if (finalizers.contains(FOREGROUND)) yield FOREGROUND;
                yield kind.strategy().defaultPropagation().equals("orphan") ? ORPHAN : "";
            }
        };
    }

    /// What the time for an orderly end comes to.
    private sealed interface Grace {
        /// The kind's objects need none.
        record None() implements Grace {}

        /// The object has so long from now, or from when it was marked.
        record Seconds(long seconds) implements Grace {}

        /// The object is marked already, and this deletion does not shorten its time.
        record Pending() implements Grace {}

        static Grace of(ResourceDefinition<?> kind, ObjectTree object, DeleteOptions options) {
            ObjectTree metadata = object.object("metadata");
            long asked = options.graceSeconds().orElse(-1);
            if (options.graceSeconds().isPresent() && asked < 0) asked = 1;
            if (!metadata.text("deletionTimestamp").isEmpty()) {
                if (!metadata.has("deletionGracePeriodSeconds")) return new None();
                long left = metadata.whole("deletionGracePeriodSeconds");
                if (left == 0 && !isGraceful(kind)) return new None();
                return asked >= 0 && asked < left ? new Seconds(asked) : new Pending();
            }
            if (!isGraceful(kind)) return new None();
            long usual = Behaviour.of(kind).gracePeriodSeconds(object);
            return new Seconds(usual == 0 || asked < 0 ? usual : asked);
        }

        /// Only Pods are given time; whether this one needs it is the strategy's to say.
        private static boolean isGraceful(ResourceDefinition<?> kind) {
            return kind.qualifiedName().equals("pods");
        }
    }

    private static ObjectTree grace(ObjectTree object, long seconds, Instant now) {
        ObjectTree metadata = object.object("metadata");
        String before = metadata.text("deletionTimestamp");
        if (before.isEmpty()) {
            if (metadata.whole("generation") > 0)
                metadata = metadata.with("generation", metadata.whole("generation") + 1);
            metadata = metadata.with("deletionTimestamp", Times.seconds(now.plusSeconds(seconds)));
        } else {
            Duration less = Duration.ofSeconds(metadata.whole("deletionGracePeriodSeconds") - seconds);
            metadata = metadata.with(
                    "deletionTimestamp", Times.seconds(Instant.parse(before).minus(less)));
        }
        return object.with("metadata", metadata.with("deletionGracePeriodSeconds", seconds));
    }

    private static Reply reply(ResourceDefinition<?> kind, DeleteOptions options, Deleted deleted) {
        Boolean orphans = options.orphanDependents();
        int code = !deleted.gone() && orphans != null && !orphans ? 202 : 200;
        if (!deleted.gone() || Key.stored(kind).strategy().returnsDeletedObject())
            return new Reply.One(code, kind, Versions.shown(kind, deleted.object()), null);
        return new Reply.Document(code, success(kind, deleted.object().object("metadata")));
    }

    private static ObjectTree success(ResourceDefinition<?> kind, ObjectTree metadata) {
        var details = ObjectTree.builder().put("name", metadata.text("name")).put("kind", kind.plural());
        if (!kind.group().isEmpty()) details.put("group", kind.group());
        details.put("uid", metadata.text("uid"));
        return ObjectTree.of(
                "kind", "Status",
                "apiVersion", "v1",
                "metadata", ObjectTree.EMPTY,
                "status", "Success",
                "details", details.build());
    }
}
