package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Brings an object's metadata into agreement with where it is written to, and with what the server keeps of
/// it.
final class Placement {
    private static final int LONGEST_NAME = 63;
    private static final int SUFFIX = 5;
    private static final String OTHER_NAMESPACE =
            "the namespace of the provided object does not match the namespace sent on the request";

    private Placement() {}

    static String name(ObjectTree object) {
        return object.object("metadata").text("name");
    }

    static String generateName(ObjectTree object) {
        return object.object("metadata").text("generateName");
    }

    /// An object that is sent to be created, in the namespace of the request.
    static ObjectTree of(Write write, ObjectTree sent) {
        ObjectTree metadata = sent.object("metadata");
        if (!write.kind().namespaced()) return sent.with("metadata", metadata.without("namespace"));
        String namespace = metadata.text("namespace");
        if (!namespace.isEmpty() && !namespace.equals(write.namespace()))
            throw ApiException.badRequest(OTHER_NAMESPACE);
        return sent.with("metadata", metadata.with("namespace", write.namespace()));
    }

    /// What an object is to become, which must be about the object that the path names.
    static ObjectTree ofChange(Write write, ObjectTree wanted) {
        String name = name(wanted);
        if (name.isEmpty())
            throw ApiException.badRequest("the name of the object (" + write.name()
                    + " based on URL) was undeterminable: name must be provided");
        if (!name.equals(write.name()))
            throw ApiException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + write.name() + ")");
        return of(write, wanted);
    }

    /// A name made of `generateName` and chance, short enough to be valid everywhere.
    static ObjectTree generated(ObjectTree object, Randomness random) {
        String prefix = generateName(object);
        int longest = LONGEST_NAME - SUFFIX;
        String name = (prefix.length() > longest ? prefix.substring(0, longest) : prefix) + random.suffix(SUFFIX);
        return object.with("metadata", object.object("metadata").with("name", name));
    }

    /// An object as it is stored: its version is the store's to tell.
    static ObjectTree withoutResourceVersion(ObjectTree object) {
        return object.with("metadata", object.object("metadata").without("resourceVersion"));
    }

    /// The store refuses to make what has a version already.
    static ObjectTree ofCreation(ObjectTree object) {
        String version = object.object("metadata").text("resourceVersion");
        if (!version.isEmpty() && !version.equals("0"))
            throw ApiException.of(500, "", "resourceVersion should not be set on objects to be created");
        return withoutResourceVersion(object);
    }

    /// What is always there in an object of a kind, and so belongs to nobody.
    static ObjectTree empty(ResourceDefinition<?> kind) {
        ObjectTree zero = StrictDecoder.findZero(kind.schema().name());
        ObjectTree empty = zero == null ? ObjectTree.of("metadata", ObjectTree.EMPTY) : zero;
        return empty.with("apiVersion", kind.gvk().apiVersion()).with("kind", kind.kind());
    }

    /// The object with those of its parts that an object of its kind always shows (`status: {}`).
    static ObjectTree complete(ResourceDefinition<?> kind, ObjectTree object) {
        ObjectTree zero = StrictDecoder.findZero(kind.schema().name());
        if (zero == null) return object;
        ObjectTree whole = object;
        for (int i = 0; i < zero.size(); i++)
            if (!whole.has(zero.nameAt(i))) whole = whole.with(zero.nameAt(i), zero.valueAt(i));
        return whole;
    }

    /// The changed object with those parts of the metadata that no client decides.
    static ObjectTree withServerMetadata(ObjectTree updated, ObjectTree stored) {
        ObjectTree before = stored.object("metadata");
        ObjectTree metadata = updated.object("metadata").without("selfLink");
        if (metadata.text("uid").isEmpty()) metadata = keep(metadata, before, "uid");
        metadata = keep(metadata, before, "creationTimestamp");
        metadata = keep(metadata, before, "generation");
        metadata = keep(metadata, before, "resourceVersion");
        if (before.has("deletionTimestamp")) metadata = keep(metadata, before, "deletionTimestamp");
        if (before.has("deletionGracePeriodSeconds") && !metadata.has("deletionGracePeriodSeconds"))
            metadata = keep(metadata, before, "deletionGracePeriodSeconds");
        return updated.with("metadata", metadata);
    }

    private static ObjectTree keep(ObjectTree metadata, ObjectTree before, String name) {
        Tree value = before.find(name);
        return value == null ? metadata.without(name) : metadata.with(name, value);
    }

    static long parsedVersion(String version) {
        try {
            return Long.parseUnsignedLong(version);
        } catch (NumberFormatException malformed) {
            throw ApiException.of(500, "", "strconv.ParseUint: parsing \"" + version + "\": invalid syntax");
        }
    }

    /// Names the resource where others name the kind, as Kubernetes does.
    static ApiException versionRequired(Write write) {
        var errors = new FieldErrors();
        errors.invalid(FieldPath.of("metadata").child("resourceVersion"), 0, "must be specified for an update");
        var resource = new GroupVersionKind(
                write.kind().group(), write.kind().version(), write.kind().plural());
        return ApiException.invalid(resource, write.name(), errors.list());
    }
}
