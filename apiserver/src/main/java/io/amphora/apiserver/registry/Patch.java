package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.machinery.patch.JsonPatch;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.PatchException;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A PATCH, by its content type: one of three kinds of patches of what is there, or an apply.
public record Patch(Type type, Bodies bodies, Call call) {
    private static final Set<String> MEMBERS = Set.of("op", "path", "from", "value");

    public enum Type {
        JSON("application/json-patch+json"),
        MERGE("application/merge-patch+json"),
        STRATEGIC("application/strategic-merge-patch+json"),
        APPLY("application/apply-patch+yaml");

        private final String mediaType;

        Type(String mediaType) {
            this.mediaType = mediaType;
        }

        /// How lists merge strategically is known of built-in kinds only.
        boolean isFor(ResourceDefinition<?> kind) {
            return this != STRATEGIC || kind.isBuiltIn();
        }
    }

    /// @param kind that is patched, or whose subresource is
    /// @throws ApiException 415 for a type that the kind does not take
    public static Patch of(Call call, ResourceDefinition<?> kind, Bodies bodies) {
        String mediaType = bodies.mediaType(call.request());
        for (Type type : Type.values())
            if (type.mediaType.equals(mediaType) && type.isFor(kind)) return new Patch(type, bodies, call);
        throw kind.isBuiltIn() ? Refusals.unsupportedMediaType() : unsupported(types(kind));
    }

    /// The content types of the patches that a kind takes.
    public static List<String> types(ResourceDefinition<?> kind) {
        return Arrays.stream(Type.values())
                .filter(type -> type.isFor(kind))
                .map(type -> type.mediaType)
                .toList();
    }

    private static ApiException unsupported(List<String> types) {
        return ApiException.of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", types));
    }

    public boolean isApply() {
        return type == Type.APPLY;
    }

    public Change of(Write write) {
        if (type == Type.APPLY) return Application.of(write, bodies);
        Bodies.Read body = bodies.patch(call, type == Type.STRATEGIC ? "" : "error decoding patch: ");
        String wrongType = Bodies.goType(body.tree());
        if (type == Type.STRATEGIC && !wrongType.isEmpty())
            throw ApiException.badRequest(
                    "json: cannot unmarshal " + wrongType + " into Go value of type map[string]interface {}");
        var problems = new ArrayList<String>();
        body.duplicates().forEach(path -> problems.add("duplicate field \"" + path + "\""));
        if (type == Type.JSON) problems.addAll(unknownMembers(body.tree()));
        return new Patching(type, body, problems, bodies);
    }

    private static List<String> unknownMembers(Tree patch) {
        var problems = new ArrayList<String>();
        for (int i = 0; i < patch.list().size(); i++)
            for (String name : patch.list().get(i).object().names())
                if (!MEMBERS.contains(name)) problems.add("json patch unknown field \"[" + i + "]." + name + "\"");
        return problems;
    }

    /// Applies a patch to what is there. A strategic one is no text to Kubernetes when it is applied: `3.0` is 3 in it.
    private record Patching(Type type, Bodies.Read body, List<String> problems, Bodies bodies) implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree live, Instant now) {
            Tree patched;
            try {
                patched = patched(write, live);
            } catch (PatchException refused) {
                throw failure(refused);
            } catch (StackOverflowError nested) {
                throw Bodies.tooLarge();
            }
            body.requireModest(patched);
            if (patched.object().object("metadata").text("name").isEmpty()) Placement.ofChange(write, patched.object());
            if (!(patched instanceof ObjectTree object)) throw Bodies.invalidPatch("the patch makes no object");
            if (!object.text("apiVersion").equals(write.kind().gvk().apiVersion())
                    || !object.text("kind").equals(write.kind().kind()))
                throw Bodies.invalidPatch(
                        "unable to find api field in struct " + write.kind().kind() + " for another kind or version");
            return bodies.patched(
                    write.call(),
                    write.kind(),
                    object,
                    body,
                    problems,
                    write.options().validation());
        }

        /// Kubernetes looks for what is misspelled in a patch before it is one, unless it is told not to.
        private Tree merging(Write write) {
            boolean object = body.tree() instanceof ObjectTree || body.tree().isNull();
            if (!object && write.options().validation() != WriteOptions.Validation.IGNORE)
                throw ApiException.badRequest("error decoding patch: json: cannot unmarshal "
                        + Bodies.goType(body.tree()) + " into Go value of type map[string]interface {}");
            return body.tree();
        }

        private Tree patched(Write write, ObjectTree live) {
            return switch (type) {
                case JSON -> JsonPatch.of(body.tree()).apply(live);
                case MERGE -> MergePatch.apply(live, merging(write));
                case STRATEGIC, APPLY ->
                    StrategicMergePatch.apply(
                            live,
                            body.spelling().canonical(body.tree()).object(),
                            write.kind().schema());
            };
        }
    }

    private static ApiException failure(PatchException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.kind()) {
            case MALFORMED ->
                ApiException.badRequest(message.replace("jsonpatch.Patch", "[]handlers.jsonPatchOp")
                        .replaceFirst("^json: cannot", "error decoding patch: json: cannot"));
            case INAPPLICABLE -> Refusals.unprocessable();
            case UNCLASSIFIED, CONFLICT -> ApiException.of(500, "", message);
            case TOO_LARGE -> ApiException.of(413, "RequestEntityTooLarge", message);
        };
    }
}
