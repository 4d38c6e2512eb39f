package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.apiserver.request.Bodies;
import io.amphora.machinery.apply.FieldOwnership;
import io.amphora.machinery.apply.FieldOwnership.Applied;
import io.amphora.machinery.apply.FieldOwnership.Conflict;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;

/// A server-side apply (KEP-555): a manager's own part of an object, merged with what others own.
///
/// @param wanted as it was sent
record Application(ObjectTree wanted) implements Change {

    static Application of(Write write, Bodies bodies) {
        ObjectTree sent = bodies.applied(write.call(), write.options().validation());
        requireKind(write, sent);
        if (sent.object("metadata").has("managedFields"))
            throw ApiException.badRequest("metadata.managedFields must be nil");
        return new Application(AppliedTypes.checked(sent, write));
    }

    /// Whether it is about the object that the path names is for the merged object to say: what is there has a name.
    @Override
    public ObjectTree apply(Write write, ObjectTree live, Instant now) {
        return merged(write, live, false, now);
    }

    @Override
    public boolean creates(Write write) {
        return write.isMain();
    }

    @Override
    public ObjectTree whereAbsent(Write write, Instant now) {
        if (!creates(write)) throw ApiException.notFound(write.kind(), write.name());
        Placement.ofChange(write, wanted);
        String uid = wanted.object("metadata").text("uid");
        if (!uid.isEmpty())
            throw ApiException.conflict(
                    write.kind(),
                    write.name(),
                    "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found");
        return Placement.withoutResourceVersion(merged(write, Placement.empty(write.kind()), true, now));
    }

    /// The merge has kept them already.
    @Override
    public ObjectTree books(Write write, ObjectTree live, ObjectTree wanted, boolean creation, Instant now) {
        return wanted;
    }

    private ObjectTree merged(Write write, ObjectTree live, boolean creation, Instant now) {
        Applied applied;
        try {
            applied = FieldOwnership.apply(
                    live,
                    wanted,
                    write.kind().schema(),
                    write.applying(),
                    write.ignored(),
                    write.options().force(),
                    creation,
                    now);
        } catch (IllegalArgumentException malformed) {
            throw untypable(write, String.valueOf(malformed.getMessage()));
        }
        return switch (applied) {
            case Applied.Done(var object, var _) ->
                StrictDecoder.decode(object, write.kind().schema()).tree();
            case Applied.Conflicts conflicts -> throw conflict(conflicts);
        };
    }

    private static void requireKind(Write write, ObjectTree sent) {
        String apiVersion = sent.text("apiVersion");
        String kind = sent.text("kind");
        if (apiVersion.equals(write.kind().gvk().apiVersion())
                && kind.equals(write.kind().kind())) return;
        throw ApiException.badRequest("invalid object type: " + shown(apiVersion) + ", Kind=" + kind);
    }

    /// The core group is empty, but it is there.
    private static String shown(String apiVersion) {
        return apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
    }

    static ApiException untypable(Write write, String why) {
        return ApiException.of(
                500,
                "",
                "failed to create typed patch object (/" + write.name() + "; "
                        + shown(write.kind().gvk().apiVersion()) + ", Kind="
                        + write.kind().kind() + "): " + why);
    }

    private static ApiException conflict(Applied.Conflicts conflicts) {
        List<Tree> causes =
                conflicts.conflicts().stream().map(Application::cause).toList();
        return ApiException.of(409, "Conflict", conflicts.message(), ObjectTree.of("causes", new ListTree(causes)));
    }

    private static Tree cause(Conflict conflict) {
        return ObjectTree.of(
                "reason",
                "FieldManagerConflict",
                "message",
                "conflict with " + conflict.manager(),
                "field",
                conflict.path());
    }
}
