package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.codec.DecodeException;
import io.amphora.api.codec.ProtobufCodec;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.api.codec.StrictDecoder.Decoded;
import io.amphora.api.schema.Schemas;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.request.WriteOptions.Validation;
import io.amphora.machinery.apply.ManagedFields;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Spelling;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.TreeSize;
import io.amphora.machinery.tree.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what requests carry: objects, patches, options, as JSON, YAML or protobuf, or as trees that never were
/// bytes.
///
/// What comes out has only fields of its kind, in their canonical form; what was left out becomes a warning or
/// an error.
public final class Bodies {
    private static final String ACCEPTED =
            "the body of the request was in an unknown format - accepted media types include: application/json, "
                    + "application/yaml";

    private static final GroupVersionKind DELETE_OPTIONS = new GroupVersionKind("", "v1", "DeleteOptions");
    private static final int LONGEST_SHOWN = 30;

    /// Bytes that a request's body may have, as Kubernetes limits them.
    public static final int LIMIT = 3 << 20;

    private static final String TYPE_META =
            "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    /// @param json the text that was read; null where it was none
    public record Read(Json.Document document, byte @Nullable [] json) {
        private static Read of(Tree tree) {
            return new Read(new Json.Document(tree, List.of(), Spelling.PLAIN, 0), null);
        }

        public Tree tree() {
            return document.tree();
        }

        /// As it was sent, where that was JSON.
        String text() {
            return json == null ? Json.write(tree()) : new String(json, StandardCharsets.UTF_8);
        }

        /// Paths of names that stood twice.
        public List<String> duplicates() {
            return document.duplicates();
        }

        public Spelling spelling() {
            return document.spelling();
        }

        /// Whether it is handled on a stack that was made for it.
        private boolean isDeep() {
            return document.depth() > Json.DEEPEST;
        }

        /// What was made of this may be as large as a request, and as deep as this is.
        ///
        /// @throws ApiException 413 for a tree that is larger or deeper
        public void requireModest(Tree made) {
            if (TreeSize.exceeds(made, LIMIT, isDeep() ? Json.DEEPEST_TEXT : Json.DEEPEST)) throw tooLarge();
        }
    }

    /// The type of the body without parameters, JSON where none is named.
    public String mediaType(ApiRequest request) {
        ApiRequest.Body body = request.body();
        String type = body == null ? request.header("content-type") : body.contentType();
        int parameters = type.indexOf(';');
        String plain =
                (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        return plain.isEmpty() ? "application/json" : plain;
    }

    /// An object of `kind`.
    ///
    /// @throws ApiException 415 for an unknown type, 400 for what is no such object
    public ObjectTree object(Call call, ResourceDefinition<?> kind, Validation validation) {
        return object(call, kind.gvk(), kind.schema(), validation);
    }

    public ObjectTree object(Call call, GroupVersionKind kind, Schema schema, Validation validation) {
        Read read = read(
                call.request(), kind, "the object provided is unrecognized (must be of type " + kind.kind() + "): ");
        requireKind(read, kind);
        Decoded decoded;
        try {
            decoded = decode(read, schema);
        } catch (DecodeException wrong) {
            throw unhandled(kind, String.valueOf(wrong.getMessage()));
        }
        if (read.isDeep()) requireModest(decoded.tree());
        report(call, decoded.problems(), validation, why -> unhandled(kind, why));
        return withReset(decoded.tree(), read.tree())
                .with("apiVersion", kind.apiVersion())
                .with("kind", kind.kind());
    }

    /// Empty managedFields are a request of their own, which an object without them is not.
    private static ObjectTree withReset(ObjectTree decoded, Tree sent) {
        return ManagedFields.isReset(sent.object())
                ? decoded.withAt(ListTree.EMPTY, "metadata", "managedFields")
                : decoded;
    }

    private static Decoded decode(Read read, Schema schema) {
        byte[] json = read.json();
        if (json != null) return StrictDecoder.decode(json, read.document(), schema);
        Decoded decoded = StrictDecoder.decode(read.tree().object(), schema);
        if (read.duplicates().isEmpty()) return decoded;
        var problems = new ArrayList<>(read.duplicates());
        problems.addAll(decoded.problems());
        return new Decoded(decoded.tree(), problems);
    }

    private static ApiException unhandled(GroupVersionKind kind, String why) {
        return ApiException.badRequest(kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a "
                + kind.kind() + ": " + why);
    }

    private static void requireKind(Read read, GroupVersionKind kind) {
        ObjectTree tree = read.tree().object();
        String apiVersion = tree.text("apiVersion");
        String name = tree.text("kind");
        boolean sameVersion = apiVersion.isEmpty() || apiVersion.equals(kind.apiVersion());
        boolean sameKind = name.isEmpty() || name.equals(kind.kind());
        if (sameVersion && sameKind) return;
        if (apiVersion.indexOf('/') != apiVersion.lastIndexOf('/'))
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + kind.kind()
                    + "): unexpected GroupVersion string: " + apiVersion + " ("
                    + shortened(read.text()) + ")");
        GroupVersionKind sent =
                GroupVersionKind.of(sameVersion ? kind.apiVersion() : apiVersion, sameKind ? kind.kind() : name);
        if (sameKind && !kind.group().isEmpty() && sent.group().equals(kind.group()))
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + kind.apiVersion() + ")");
        throw ApiException.badRequest(sent.kind() + " in version \"" + sent.version() + "\" cannot be handled as a "
                + kind.kind() + ": " + (Schemas.find(sent) == null ? unregistered(sent) : unconvertible(sent, kind)));
    }

    private static String unregistered(GroupVersionKind sent) {
        return "no kind \"" + sent.kind() + "\" is registered for version \"" + sent.apiVersion()
                + "\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"";
    }

    private static String unconvertible(GroupVersionKind sent, GroupVersionKind wanted) {
        String group = wanted.group().isEmpty() ? "core" : wanted.group().split("\\.")[0];
        return "converting (" + sent.version() + "." + sent.kind() + ") to (" + group + "." + wanted.kind()
                + "): unknown conversion";
    }

    /// @param kind of what names none, which only protobuf allows
    private Read read(ApiRequest request, GroupVersionKind kind, String unreadable) {
        return switch (request.body()) {
            case ApiRequest.Body.Value(var _, var tree) -> Read.of(tree);
            case ApiRequest.Body.Bytes bytes -> read(mediaType(request), bytes.bytes(), kind, unreadable);
            case null -> read(mediaType(request), new byte[0], kind, unreadable);
        };
    }

    private static Read read(String mediaType, byte[] bytes, GroupVersionKind kind, String unreadable) {
        boolean protobuf = ProtobufCodec.knows(kind);
        if (protobuf && mediaType.equals(ProtobufCodec.MEDIA_TYPE)) return protobuf(bytes, kind, unreadable);
        return switch (mediaType) {
            case "application/json" -> json(bytes, unreadable);
            case "application/yaml", "application/x-yaml", "text/yaml" -> yaml(bytes, unreadable);
            default -> {
                String accepted = protobuf ? ACCEPTED + ", " + ProtobufCodec.MEDIA_TYPE : ACCEPTED;
                throw ApiException.of(415, "UnsupportedMediaType", accepted);
            }
        };
    }

    private static Read protobuf(byte[] bytes, GroupVersionKind kind, String unreadable) {
        try {
            Read read = Read.of(ProtobufCodec.read(bytes, kind));
            read.requireModest(read.tree());
            return read;
        } catch (IllegalArgumentException malformed) {
            String shown = shortened(HexFormat.of().formatHex(bytes));
            throw ApiException.badRequest(unreadable + malformed.getMessage() + " (" + shown + ")");
        }
    }

    private static Read json(byte[] bytes, String unreadable) {
        try {
            Json.Document document = Json.readStrictly(bytes);
            requireObject(document.tree(), bytes, unreadable);
            return new Read(document, bytes);
        } catch (JsonSyntaxException malformed) {
            throw unparsed(String.valueOf(malformed.getMessage()), bytes, unreadable);
        }
    }

    private static void requireObject(Tree tree, byte[] bytes, String unreadable) {
        String type = goType(tree);
        if (!type.isEmpty())
            throw unparsed("json: cannot unmarshal " + type + " into Go value of type " + TYPE_META, bytes, unreadable);
    }

    /// What Go calls a value that is no object; "" for what is one, or null.
    public static String goType(Tree tree) {
        return switch (tree) {
            case ObjectTree ignored -> "";
            case Tree.Null ignored -> "";
            case ListTree ignored -> "array";
            case Tree.Text ignored -> "string";
            case Tree.Bool ignored -> "bool";
            case Tree.Whole ignored -> "number";
            case Tree.Decimal ignored -> "number";
        };
    }

    private static ApiException unparsed(String why, byte[] bytes, String unreadable) {
        String problem = "couldn't get version/kind; json parse error: " + why;
        if (unreadable.isEmpty()) return ApiException.badRequest(problem);
        boolean object = bytes.length > 0 && bytes[0] == '{';
        String shown = bytes.length == 0
                ? "<empty>"
                : shortened(
                        object
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : HexFormat.of().formatHex(bytes));
        return ApiException.badRequest(unreadable + problem + " (" + shown + ")");
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + " ...";
    }

    private static Read yaml(byte[] bytes, String unreadable) {
        try {
            Json.Document document = Yaml.readStrictly(new String(bytes, StandardCharsets.UTF_8));
            requireObject(document.tree(), bytes, unreadable);
            return new Read(document, null);
        } catch (JsonSyntaxException malformed) {
            throw ApiException.badRequest(
                    unreadable + malformed.getMessage() + " (" + HexFormat.of().formatHex(bytes) + ")");
        }
    }

    /// A JSON, merge or strategic merge patch.
    ///
    /// @param unreadable what stands before the reason when it is no JSON
    public Read patch(Call call, String unreadable) {
        return switch (call.request().body()) {
            case ApiRequest.Body.Value(var _, var tree) -> Read.of(tree);
            case ApiRequest.Body.Bytes sent -> patch(sent.bytes(), unreadable);
            case null -> patch(new byte[0], unreadable);
        };
    }

    private static Read patch(byte[] bytes, String unreadable) {
        try {
            return new Read(Json.readStrictly(bytes), null);
        } catch (JsonSyntaxException malformed) {
            throw ApiException.badRequest(unreadable + malformed.getMessage());
        }
    }

    /// What a patch made of an object, without what is not part of its kind.
    ///
    /// @param patch that was applied
    /// @param found what is wrong with the patch itself
    public ObjectTree patched(
            Call call,
            ResourceDefinition<?> kind,
            ObjectTree object,
            Read patch,
            List<String> found,
            Validation validation) {
        Decoded decoded;
        try {
            decoded = StrictDecoder.decode(object, kind.schema(), patch.spelling());
        } catch (DecodeException wrong) {
            throw invalidPatch(String.valueOf(wrong.getMessage()));
        }
        if (patch.isDeep()) requireModest(decoded.tree());
        var problems = new ArrayList<>(found);
        problems.addAll(decoded.problems());
        report(call, problems, validation, Bodies::invalidPatch);
        return decoded.tree();
    }

    /// What is read, and whatever is made of it, may have as many bytes as a request.
    ///
    /// @throws ApiException 413 for a tree that is larger or deeper
    public static void requireModest(Tree tree) {
        if (TreeSize.exceeds(tree, LIMIT, Json.DEEPEST)) throw tooLarge();
    }

    public static ApiException tooLarge() {
        return ApiException.of(413, "RequestEntityTooLarge", "Request entity too large: limit is " + LIMIT);
    }

    /// The 422 for a patch whose result is no object of its kind.
    public static ApiException invalidPatch(String why) {
        var errors = new FieldErrors();
        errors.invalid(FieldPath.of("patch"), FieldErrors.OMITTED, why);
        ApiException invalid = ApiException.invalid(new GroupVersionKind("", "", ""), "", errors.list());
        ObjectTree details = invalid.status().object("details").without("kind").without("name");
        return new ApiException(invalid.status().with("details", details));
    }

    /// What a server-side apply wants, as it was sent.
    public ObjectTree applied(Call call, Validation validation) {
        Read read = switch (call.request().body()) {
            case ApiRequest.Body.Value(var _, var tree) -> Read.of(tree);
            case ApiRequest.Body.Bytes sent -> appliedYaml(sent.bytes(), validation);
            case null -> appliedYaml(new byte[0], validation);
        };
        if (validation == Validation.WARN) call.warnings().addAll(read.duplicates());
        if (read.isDeep()) requireModest(read.tree());
        if (read.tree() instanceof ObjectTree object) return object;
        throw ApiException.badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: "
                + "json: cannot unmarshal array into Go value of type map[string]interface {}");
    }

    private static Read appliedYaml(byte[] bytes, Validation validation) {
        Json.Document document;
        try {
            document = Yaml.readStrictly(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonSyntaxException malformed) {
            throw ApiException.badRequest(
                    "error decoding YAML: error converting YAML to JSON: " + malformed.getMessage());
        }
        if (validation == Validation.STRICT && !document.duplicates().isEmpty())
            throw ApiException.badRequest(
                    "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  "
                            + String.join("\n  ", document.duplicates()));
        return new Read(document, null);
    }

    /// The options of a DELETE; null for an empty body.
    public @Nullable ObjectTree deleteOptions(Call call) {
        ApiRequest.Body body = call.request().body();
        if (body == null || body instanceof ApiRequest.Body.Bytes sent && sent.bytes().length == 0) return null;
        ObjectTree options = read(call.request(), DELETE_OPTIONS, "").tree().object();
        String kind = options.text("kind");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions"))
            throw ApiException.badRequest("no kind \"" + kind + "\" is registered for version \""
                    + options.text("apiVersion") + "\" in scheme \"k8s.io/apimachinery/pkg/runtime/scheme.go:30\"");
        return options;
    }

    private static void report(
            Call call, List<String> problems, Validation validation, Function<String, ApiException> refusal) {
        if (problems.isEmpty() || validation == Validation.IGNORE) return;
        if (validation == Validation.STRICT)
            throw refusal.apply("strict decoding error: " + String.join(", ", problems));
        call.warnings().addAll(problems);
    }
}
