package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.machinery.patch.JsonPatch;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.PatchException;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;

/// A PATCH, by its content type: one of three kinds of patches of what is there, or an apply.
record Patch(Type type, Bodies bodies, Call call) {
    enum Type {
        JSON("application/json-patch+json"),
        MERGE("application/merge-patch+json"),
        STRATEGIC("application/strategic-merge-patch+json"),
        APPLY("application/apply-patch+yaml");

        private final String mediaType;

        Type(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    static Patch of(Call call, Bodies bodies) {
        String mediaType = bodies.mediaType(call.request());
        for (Type type : Type.values()) if (type.mediaType.equals(mediaType)) return new Patch(type, bodies, call);
        throw Refusals.unsupportedMediaType();
    }

    boolean isApply() {
        return type == Type.APPLY;
    }

    Change of(Write write) {
        if (type == Type.APPLY) return Application.of(write, bodies);
        Bodies.Read body = bodies.patch(call);
        return new Patching(type, body.tree(), body.duplicates(), bodies);
    }

    /// Applies a patch to what is there.
    private record Patching(Type type, Tree patch, List<String> duplicates, Bodies bodies) implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree live, Instant now) {
            Tree patched;
            try {
                patched = patched(write, live);
            } catch (PatchException refused) {
                throw failure(refused);
            }
            if (!(patched instanceof ObjectTree object)) throw Bodies.invalidPatch("the patch makes no object");
            if (!object.text("apiVersion").equals(write.kind().gvk().apiVersion())
                    || !object.text("kind").equals(write.kind().kind()))
                throw Bodies.invalidPatch("unable to find api field in struct " + write.kind().kind() + " for another kind or version");
            return bodies.patched(write.call(), write.kind(), object, duplicates, write.options().validation());
        }

        private Tree patched(Write write, ObjectTree live) {
            return switch (type) {
                case JSON -> JsonPatch.of(patch).apply(live);
                case MERGE -> MergePatch.apply(live, patch);
                case STRATEGIC, APPLY ->
                    StrategicMergePatch.apply(live, patch.object(), write.kind().schema());
            };
        }
    }

    private static ApiException failure(PatchException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.kind()) {
            case MALFORMED -> ApiException.badRequest(message);
            case INAPPLICABLE -> Refusals.unprocessable();
            case UNCLASSIFIED, CONFLICT -> ApiException.of(500, "", message);
            case TOO_LARGE -> ApiException.of(413, "RequestEntityTooLarge", message);
        };
    }
}
