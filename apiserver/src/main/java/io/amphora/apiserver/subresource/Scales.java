package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.autoscaling.v1.Scale;
import io.amphora.apiserver.custom.ScalePaths;
import io.amphora.apiserver.registry.Change;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.Patch;
import io.amphora.apiserver.registry.Versions;
import io.amphora.apiserver.registry.Write;
import io.amphora.apiserver.registry.WritePath;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.machinery.apply.FieldSet;
import io.amphora.machinery.apply.ManagedFields;
import io.amphora.machinery.apply.Manager;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/// `*/scale`: how many replicas a workload has, for those who need not know what kind of workload it is.
public record Scales(ClusterState state, WritePath writes, Bodies bodies) implements Endpoint {
    private static final ResourceDefinition<Scale> SCALE = ResourceDefinition.of("autoscaling/v1", "Scale", Scale::of)
            .namespaced()
            .build();
    private static final FieldSet REPLICAS = FieldSet.ofFields("spec", "replicas");

    @Override
    public Reply answer(Call call, ResourceDefinition<?> kind) {
        return switch (call.info().verb()) {
            case "get" -> reply(scale(kind, stored(call, kind)));
            case "update" -> update(call, kind);
            case "patch" -> patch(call, kind);
            default -> throw Refusals.methodNotAllowed();
        };
    }

    private ObjectTree stored(Call call, ResourceDefinition<?> kind) {
        return state.now()
                .find(kind, call.namespace(), call.name())
                .map(found -> Versions.shown(kind, found))
                .orElseThrow(() -> ApiException.notFound(kind, call.name()));
    }

    private Reply update(Call call, ResourceDefinition<?> kind) {
        WriteOptions options = WriteOptions.update(call.request());
        ObjectTree sent = bodies.object(call, SCALE, options.validation());
        return reply(scale(kind, writes.change(call, kind, options, new Rescale(kind, new Given(sent), false))));
    }

    private Reply patch(Call call, ResourceDefinition<?> kind) {
        Patch patch = Patch.of(call, kind, bodies);
        WriteOptions options = WriteOptions.patch(call.request(), patch.isApply());
        Change change = patch.of(Write.of(call, SCALE, options));
        return reply(scale(kind, writes.change(call, kind, options, new Rescale(kind, change, patch.isApply()))));
    }

    private static Reply reply(ObjectTree scale) {
        return new Reply.One(200, SCALE, scale.withoutAt("metadata", "managedFields"), null);
    }

    /// A Scale that was sent whole.
    private record Given(ObjectTree sent) implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree live, Instant now) {
            return sent;
        }
    }

    /// Changes a workload by changing its Scale.
    ///
    /// @param change of the Scale
    private record Rescale(ResourceDefinition<?> kind, Change change, boolean applies) implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree live, Instant now) {
            ObjectTree before = scale(kind, live);
            ObjectTree wanted = change.apply(Write.of(write.call(), SCALE, write.options()), before, now);
            Change.requireName(write, wanted);
            String uid = wanted.object("metadata").text("uid");
            String storedUid = live.object("metadata").text("uid");
            if (!uid.isEmpty() && !uid.equals(storedUid)) throw Change.otherUid(write, uid, storedUid);
            long replicas = wanted.object("spec").whole("replicas");
            if (replicas < 0 && pathsOf(kind).isEmpty()) throw negative(write, replicas);
            ObjectTree scaled = ScalePaths.with(
                    live, pathsOf(kind).map(ScalePaths::spec).orElse(".spec.replicas"), Tree.of(replicas));
            String version = wanted.object("metadata").text("resourceVersion");
            return version.isEmpty() ? scaled : scaled.withAt(Tree.of(version), "metadata", "resourceVersion");
        }

        private static ApiException negative(Write write, long replicas) {
            var errors = new FieldErrors();
            errors.invalid(FieldPath.of("spec").child("replicas"), replicas, "must be greater than or equal to 0");
            return ApiException.invalid(SCALE.gvk(), write.name(), errors.list());
        }

        /// Who applies a Scale owns the replicas of the workload, and nobody else does any more.
        @Override
        public ObjectTree books(Write write, ObjectTree live, ObjectTree wanted, boolean creation, Instant now) {
            if (!applies) return Change.super.books(write, live, wanted, creation, now);
            Manager manager = write.applying();
            var entries = new ArrayList<ManagedFields.Entry>();
            for (ManagedFields.Entry entry : ManagedFields.of(live).entries()) {
                FieldSet fields = entry.fields().minus(REPLICAS);
                if (!fields.isEmpty() && !entry.manager().equals(manager))
                    entries.add(new ManagedFields.Entry(entry.manager(), fields, entry.time()));
            }
            entries.add(new ManagedFields.Entry(manager, REPLICAS, ""));
            return new ManagedFields(entries).writeTo(wanted);
        }
    }

    private static Optional<ScalePaths> pathsOf(ResourceDefinition<?> kind) {
        return ScalePaths.of(kind);
    }

    private static ObjectTree scale(ResourceDefinition<?> kind, ObjectTree object) {
        ObjectTree metadata = object.object("metadata");
        var shown = ObjectTree.builder();
        for (String name : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"})
            if (metadata.has(name)) shown.put(name, metadata.get(name));
        ObjectTree scale = ObjectTree.of(
                "apiVersion", SCALE.gvk().apiVersion(),
                "kind", SCALE.kind(),
                "metadata", shown.build(),
                "spec",
                        pathsOf(kind)
                                .map(paths -> customSpec(paths, object))
                                .orElseGet(() -> replicas(object.object("spec"))),
                "status",
                        pathsOf(kind).map(paths -> customStatus(paths, object)).orElseGet(() -> status(kind, object)));
        return owners(object).writeTo(scale);
    }

    private static ObjectTree customSpec(ScalePaths paths, ObjectTree object) {
        Tree replicas = ScalePaths.at(object, paths.spec());
        if (!(replicas instanceof Tree.Whole(var number)))
            throw ApiException.internal("the spec replicas field \"" + paths.spec() + "\" does not exist");
        return number == 0 ? ObjectTree.EMPTY : ObjectTree.of("replicas", replicas);
    }

    private static ObjectTree customStatus(ScalePaths paths, ObjectTree object) {
        Tree replicas = ScalePaths.at(object, paths.status());
        ObjectTree status = ObjectTree.of("replicas", replicas instanceof Tree.Whole ? replicas : Tree.of(0));
        return ScalePaths.at(object, paths.selector()) instanceof Tree.Text(var selector) && !selector.isEmpty()
                ? status.with("selector", selector)
                : status;
    }

    private static ObjectTree replicas(ObjectTree spec) {
        return spec.whole("replicas") == 0 ? ObjectTree.EMPTY : ObjectTree.of("replicas", spec.get("replicas"));
    }

    private static ObjectTree status(ResourceDefinition<?> kind, ObjectTree object) {
        Tree selector = object.object("spec").get("selector");
        LabelSelector labels = kind.kind().equals("ReplicationController")
                ? LabelSelector.ofLabels(selector.object())
                : LabelSelector.of(selector);
        ObjectTree status = ObjectTree.of("replicas", object.object("status").whole("replicas"));
        return labels.toString().isEmpty() ? status : status.with("selector", labels.toString());
    }

    /// Of the owners of the workload's fields, those of its replicas.
    private static ManagedFields owners(ObjectTree object) {
        var entries = new ArrayList<ManagedFields.Entry>();
        for (ManagedFields.Entry entry : ManagedFields.of(object).entries()) {
            if (entry.fields().intersection(REPLICAS).isEmpty()) continue;
            Manager manager = entry.manager();
            entries.add(new ManagedFields.Entry(
                    new Manager(manager.name(), manager.operation(), SCALE.gvk().apiVersion(), manager.subresource()),
                    REPLICAS,
                    entry.time()));
        }
        return new ManagedFields(entries);
    }
}
