package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.admission.Admission;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.registry.Change.Outcome;
import io.amphora.apiserver.registry.Storing.Result;
import io.amphora.apiserver.request.Authorization;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;
import java.util.Set;

/// Creates and changes of every kind, built in or custom: the one path, from the body to the store.
///
/// ```
///   create:  decode ─▶ default ─▶ name ─▶ own ─▶ mutate ─▶ prepare ─▶ validate ─▶ admit ─▶ store
///   change:  ╰─ of what is stored: replace, patch or apply ─╯   the same, and again when somebody was faster
/// ```
public final class WritePath {
    /// As often is a change tried that does not say which version it is about, when others keep being faster.
    private static final int ATTEMPTS = 25;
    private static final int NAMES_TRIED = 8;
    private static final Set<String> GENERATION_STAYS = Set.of("status", "binding", "eviction", "approval", "finalize");

    private final ClusterState state;
    private final Authorization authorization;
    private final Admission admission;
    private final Storing storing;
    private final Closings closings;
    private final Specialties specialties;
    private final Bodies bodies;
    private final Clock clock;
    private final Randomness random;

    public WritePath(
            ClusterState state,
            Closings closings,
            Authorization authorization,
            Admission admission,
            Specialties specialties,
            Bodies bodies,
            Clock clock,
            Randomness random) {
        this.state = state;
        this.closings = closings;
        this.authorization = authorization;
        this.admission = admission;
        this.storing = new Storing(state, specialties);
        this.specialties = specialties;
        this.bodies = bodies;
        this.clock = clock;
        this.random = random;
    }

    public Reply create(Call call, ResourceDefinition<?> kind) {
        Write write = Write.of(call, kind, WriteOptions.create(call.request()));
        ObjectTree sent = bodies.object(call, kind, write.options().validation());
        return reply(201, write, create(write, sent, new Replacement(sent)));
    }

    /// A PUT of the object or of a subresource that shows the object (`status`).
    public Reply update(Call call, ResourceDefinition<?> kind) {
        Write write = Write.of(call, kind, WriteOptions.update(call.request()));
        ObjectTree sent = bodies.object(call, kind, write.options().validation());
        return change(write, new Replacement(sent));
    }

    public Reply patch(Call call, ResourceDefinition<?> kind) {
        Patch patch = Patch.of(call, kind, bodies);
        Write write = Write.of(call, kind, WriteOptions.patch(call.request(), patch.isApply()));
        return change(write, patch.of(write));
    }

    /// Changes an object as `change` says, for subresources that are sent other kinds (`scale`, `binding`).
    public ObjectTree change(Call call, ResourceDefinition<?> kind, WriteOptions options, Change change) {
        Write write = Write.of(call, kind, options);
        return shown(write, changed(write, change).result());
    }

    private Result create(Write write, ObjectTree sent, Change change) {
        ObjectTree object = Placement.of(write, sent);
        boolean generates = Placement.name(object).isEmpty()
                && !Placement.generateName(object).isEmpty();
        for (int tried = 1; ; tried++) {
            ObjectTree named = generates ? Placement.generated(object, random) : object;
            Write as = write.named(Placement.name(named));
            // What changes objects comes before names are made: it speaks of what the name is to begin with.
            Write asked = generates ? write.named(Placement.generateName(object)) : as;
            Optional<Result> created = createNamed(as, asked, named, change);
            if (created.isPresent()) return created.get();
            if (!generates) throw alreadyExists(as);
            if (tried == NAMES_TRIED) throw noUniqueName(as);
        }
    }

    private Optional<Result> createNamed(Write write, Write asked, ObjectTree sent, Change change) {
        Snapshot cluster = state.now();
        ObjectTree object = defaulted(write.kind(), sent);
        ObjectTree owned = change.books(write, Placement.empty(write.kind()), object, true, clock.now());
        AdmissionRequest request = write.admission(Operation.CREATE, cluster, Optional.empty());
        ObjectTree mutated = admission.mutate(
                asked.admission(Operation.CREATE, cluster, Optional.empty()),
                OwnerReferences.deduplicated(owned, write.call().warnings()));
        ObjectTree prepared = prepareForCreate(write, Versions.ruled(write.kind(), mutated));
        validateCreation(write, prepared);
        warn(write, prepared);
        admission.validate(request, Versions.ofRuled(write.kind(), prepared));
        ObjectTree stored = Versions.storedOfRuled(write.kind(), prepared);
        ObjectTree unversioned = write.options().dryRun() ? stored : Placement.ofCreation(stored);
        return closings.create(
                write,
                () -> admission.mutate(asked.admission(Operation.CREATE, state.now(), Optional.empty()), owned),
                () -> storing.create(write, unversioned));
    }

    private Reply change(Write write, Change change) {
        Outcome outcome = changed(write, change);
        return reply(outcome.created() ? 201 : 200, write, outcome.result());
    }

    private Outcome changed(Write write, Change change) {
        for (int attempt = 1; ; attempt++) {
            Optional<Stored> seen = state.now().find(write.key());
            if (seen.isEmpty()) return new Outcome(createAbsent(write, change), true);
            Optional<Result> result = changeOnce(write, seen.get(), change);
            if (result.isPresent()) return new Outcome(result.get(), false);
            if (attempt == ATTEMPTS) throw Storing.conflict(write);
        }
    }

    /// The right to create comes first: what else is wrong is for those to know who have it.
    private Result createAbsent(Write write, Change change) {
        if (change.creates(write)) authorization.require(write.call(), "create");
        return create(write, change.whereAbsent(write, clock.now()), change);
    }

    /// @return empty when somebody else wrote the object in the meantime
    private Optional<Result> changeOnce(Write write, Stored seen, Change change) {
        Snapshot cluster = state.now();
        ObjectTree live = Versions.shown(write.kind(), seen);
        ObjectTree wanted = Placement.ofChange(write, change.apply(write, live, clock.now()));
        ObjectTree owned = change.books(write, live, defaulted(write.kind(), wanted), false, clock.now());
        AdmissionRequest request = write.admission(Operation.UPDATE, cluster, Optional.of(live));
        ObjectTree mutated = admission.mutate(
                request, OwnerReferences.deduplicated(owned, write.call().warnings()));
        requireVersion(write, seen, mutated);
        ObjectTree before = write.kind().isBuiltIn() ? seen.tree() : live;
        ObjectTree updated = Versions.ruled(write.kind(), mutated);
        ObjectTree prepared =
                change.isServers() ? Placement.withServerMetadata(updated, before) : checked(write, updated, before);
        admission.validate(request, Versions.ofRuled(write.kind(), prepared));
        ObjectTree stored = Versions.storedOfRuled(write.kind(), prepared);
        return store(write, seen, NoChange.unlessReal(stored, seen.tree()));
    }

    private ObjectTree checked(Write write, ObjectTree updated, ObjectTree stored) {
        Behaviour<?> behaviour = Behaviour.of(write.ruling());
        ObjectTree prepared = behaviour.stamp(prepareForUpdate(write, updated, stored), stored, clock.now());
        validateChange(write, prepared, stored);
        if (write.isMain()) write.call().warnings().addAll(behaviour.warningsOnUpdate(prepared, stored));
        return prepared;
    }

    private Optional<Result> store(Write write, Stored seen, ObjectTree object) {
        if (object.equals(seen.tree())) return Optional.of(new Result(object, seen));
        ObjectTree unversioned = Placement.withoutResourceVersion(object);
        if (goesWith(write, unversioned, seen.tree())) return removed(write, seen, object);
        return storing.replace(write, seen, unversioned);
    }

    /// Whether an object under deletion goes with this change, because it takes away the last that held it.
    private boolean goesWith(Write write, ObjectTree updated, ObjectTree stored) {
        ObjectTree metadata = stored.object("metadata");
        return !metadata.text("deletionTimestamp").isEmpty()
                && metadata.whole("deletionGracePeriodSeconds") == 0
                && !specialties.removal(write.storedKind()).isHeld(updated);
    }

    private Optional<Result> removed(Write write, Stored seen, ObjectTree last) {
        if (write.options().dryRun()) return Optional.of(new Result(last, null));
        return storing.delete(write, seen).map(gone -> new Result(last, null));
    }

    private static Reply reply(int code, Write write, Result result) {
        Stored stored = result.stored();
        if (stored != null) return ReadPath.one(code, write.kind(), stored);
        return new Reply.One(code, write.kind(), shown(write, result), null);
    }

    private static ObjectTree shown(Write write, Result result) {
        return Versions.shown(write.kind(), result.tree());
    }

    private static ObjectTree defaulted(ResourceDefinition<?> kind, ObjectTree object) {
        ObjectTree constants = SchemaDefaults.apply(object, kind.schema());
        ObjectTree complete = Behaviour.of(kind).withDefaults(constants);
        if (!kind.isBuiltIn()) Bodies.requireModest(complete); // many small items may each get a large default
        return complete;
    }

    private ObjectTree prepareForCreate(Write write, ObjectTree object) {
        ObjectTree metadata = object.object("metadata")
                .without("deletionTimestamp")
                .without("deletionGracePeriodSeconds")
                .without("selfLink")
                .with("creationTimestamp", Times.seconds(clock.now()))
                .with("uid", random.uuid().toString());
        if (write.ruling().strategy().hasGeneration()) metadata = metadata.with("generation", 1);
        Behaviour<?> behaviour = Behaviour.of(write.ruling());
        return Placement.complete(write.ruling(), behaviour.prepareForCreate(object.with("metadata", metadata)));
    }

    private static ObjectTree prepareForUpdate(Write write, ObjectTree updated, ObjectTree stored) {
        Behaviour<?> behaviour = Behaviour.of(write.ruling());
        ObjectTree kept = Placement.withServerMetadata(updated, stored);
        ObjectTree prepared =
                Placement.complete(write.ruling(), behaviour.prepareForUpdate(write.subresource(), kept, stored));
        if (GENERATION_STAYS.contains(write.subresource()) || !behaviour.changesGeneration(prepared, stored))
            return prepared;
        long generation = stored.object("metadata").whole("generation") + 1;
        return prepared.with("metadata", prepared.object("metadata").with("generation", generation));
    }

    private static void validateCreation(Write write, ObjectTree object) {
        var errors = new FieldErrors();
        MetadataRules.validate(write.ruling(), object, errors);
        Behaviour.of(write.ruling()).validate(object, errors);
        // The version that is spoken may ask for more than the one whose rules hold (Events).
        if (write.ruling() != write.kind())
            Behaviour.of(write.kind()).validate(Versions.ofRuled(write.kind(), object), errors);
        throwIfAny(write, object, errors);
    }

    private static void validateChange(Write write, ObjectTree updated, ObjectTree stored) {
        var errors = new FieldErrors();
        MetadataRules.validateUpdate(write.ruling(), updated, stored, errors);
        Behaviour<?> behaviour = Behaviour.of(write.ruling());
        if (write.isMain() && !behaviour.validatesUpdateAlone()) behaviour.validate(updated, errors);
        behaviour.validateUpdate(write.subresource(), updated, stored, errors);
        if (write.ruling() != write.kind())
            Behaviour.of(write.kind())
                    .validateUpdate(
                            write.subresource(),
                            Versions.ofRuled(write.kind(), updated),
                            Versions.ofRuled(write.kind(), stored),
                            errors);
        throwIfAny(write, updated, errors);
    }

    private static void throwIfAny(Write write, ObjectTree object, FieldErrors errors) {
        if (!errors.isEmpty()) throw ApiException.invalid(write.ruling().gvk(), Placement.name(object), errors.list());
    }

    private static void warn(Write write, ObjectTree object) {
        if (write.isMain())
            write.call().warnings().addAll(Behaviour.of(write.ruling()).warnings(object));
    }

    /// Refuses what is about another version than the one that is there.
    private static void requireVersion(Write write, Stored seen, ObjectTree object) {
        String version = object.object("metadata").text("resourceVersion");
        if (version.isEmpty() || version.equals("0")) {
            if (!write.ruling().strategy().allowUnconditionalUpdate()) throw Placement.versionRequired(write);
            return;
        }
        if (Placement.parsedVersion(version) != seen.revision()) throw Storing.conflict(write);
    }

    private ApiException alreadyExists(Write write) {
        ApiException taken = ApiException.alreadyExists(write.kind(), write.name());
        boolean dying = state.now()
                .find(write.key())
                .filter(other -> other.metadata().has("deletionTimestamp"))
                .isPresent();
        if (!dying) return taken;
        return new ApiException(taken.status()
                .with("message", "object is being deleted: " + taken.status().text("message")));
    }

    private static ApiException noUniqueName(Write write) {
        ApiException taken = ApiException.alreadyExists(write.kind(), write.name());
        String message =
                taken.status().text("message") + ", the server was not able to generate a unique name for the object";
        ObjectTree details = taken.status().object("details").with("retryAfterSeconds", 1);
        return new ApiException(taken.status().with("message", message).with("details", details));
    }
}
