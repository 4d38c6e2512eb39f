package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.codec.ProtobufCodec;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.registry.Versions;
import io.amphora.apiserver.request.JsonOrder;
import io.amphora.apiserver.request.Query;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.Reply.Told;
import io.amphora.apiserver.state.Stored;
import io.amphora.apiserver.wire.Accept.Choice;
import io.amphora.apiserver.wire.Accept.Encoding;
import io.amphora.apiserver.wire.Tables.Include;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonWriter;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Writes replies in the form and encoding that a request asks for.
///
/// What is asked for as it is stored is written from the bytes that are stored; everything else is made of
/// trees.
final class Rendering {
    /// In bytes. Nobody has to know the length of what is longer, and nobody should have to hold it twice.
    private static final int LONGEST_WHOLE = 256 * 1024;

    /// Bytes of JSON, from which a list in another form is encoded alone.
    private static final int LARGEST_AT_ONCE = 2 << 20;

    private final ApiRequest request;
    private final Accept accept;
    private final Predicate<ResourceDefinition<?>> custom;
    private final Clock clock;
    private boolean columnsToDescribe = true;

    /// @param custom whether a kind is a CRD's: those name their kind in every item of a list
    Rendering(ApiRequest request, Predicate<ResourceDefinition<?>> custom, Clock clock) {
        this.request = request;
        this.accept = Accept.parse(request.header("accept"));
        this.custom = custom;
        this.clock = clock;
    }

    record Written(int code, String contentType, byte[] bytes) {}

    Written write(Reply reply) {
        return switch (reply) {
            case Reply.One one -> one(one);
            case Reply.Many many -> many(many);
            case Reply.Listed listed -> listed(listed);
            case Reply.Document document -> document(document);
            case Reply.Bytes bytes -> new Written(bytes.code(), bytes.contentType(), bytes.bytes());
            case Reply.Events ignored -> throw new IllegalArgumentException("a watch is streamed");
            case Reply.Connection ignored -> throw new IllegalArgumentException("a connection is handed over");
        };
    }

    private Written one(Reply.One one) {
        Choice choice = choose("PartialObjectMetadata", one.kind(), one.kind().gvk());
        if (choice.isPlain() && choice.encoding() == Encoding.JSON && !isPretty() && one.stored() != null)
            return new Written(one.code(), choice.encoding().mediaType(), bytes(one.stored()));
        return encoded(one.code(), choice.encoding(), formed(one.kind(), one.tree(), choice));
    }

    private static byte[] bytes(Stored stored) {
        var out = new ByteArrayOutputStream(stored.size() + 1);
        stored.writeTo(out);
        out.write('\n');
        return out.toByteArray();
    }

    private Written many(Reply.Many many) {
        Choice choice = ofList(many.kind());
        return isAsStored(many, choice)
                ? new Written(many.code(), choice.encoding().mediaType(), concatenated(many))
                : encoded(many.code(), choice.encoding(), list(shown(many), choice));
    }

    private Choice ofList(ResourceDefinition<?> kind) {
        return choose("PartialObjectMetadataList", kind, listOf(kind));
    }

    private boolean isAsStored(Reply.Many many, Choice choice) {
        // A custom resource may have been stored when another version of its kind was.
        return choice.isPlain()
                && choice.encoding() == Encoding.JSON
                && !isPretty()
                && many.kind().storage() == null
                && !custom.test(many.kind());
    }

    /// Whether a list is written as it is stored, and is too long to be put together before it is sent.
    boolean isStreamed(Reply.Many many) {
        return isAsStored(many, ofList(many.kind())) && size(many) > LONGEST_WHOLE;
    }

    private static long size(Reply.Many many) {
        long size = 512;
        for (Stored item : many.items()) size += item.size() + 1;
        return size;
    }

    /// Whether an answer that cannot leave while it is written takes so much memory that it has to wait its turn.
    static boolean isLarge(Reply reply) {
        return reply instanceof Reply.Many many && size(many) > LARGEST_AT_ONCE;
    }

    /// @throws ApiException 507 for a list that would not fit into memory in another form
    static void requireRoom(Reply reply) {
        if (reply instanceof Reply.Many many
                && size(many) > Runtime.getRuntime().maxMemory() / 8)
            throw ApiException.of(
                    507,
                    "InsufficientStorage",
                    "the list is too large to be encoded as a whole: ask for pages (limit=500), or for JSON");
    }

    private byte[] concatenated(Reply.Many many) {
        var out = new ByteArrayOutputStream((int) size(many));
        try {
            write(many, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /// Writes the list as it is stored, item after item, no tree walked.
    void write(Reply.Many many, OutputStream out) throws IOException {
        out.write(utf8("{\"kind\":\"" + many.kind().listKind() + "\",\"apiVersion\":\""
                + many.kind().gvk().apiVersion() + "\",\"metadata\":"));
        out.write(Json.bytes(many.metadata()));
        out.write(utf8(",\"items\":["));
        boolean first = true;
        for (Stored item : many.items()) {
            if (!first) out.write(',');
            first = false;
            item.writeUntypedTo(out);
        }
        out.write(utf8("]}\n"));
    }

    private Reply.Listed shown(Reply.Many many) {
        var objects = new ArrayList<ObjectTree>(many.items().size());
        for (Stored item : many.items()) objects.add(Versions.shown(many.kind(), item));
        return new Reply.Listed(many.kind(), many.metadata(), objects);
    }

    private Written listed(Reply.Listed listed) {
        Choice choice = ofList(listed.kind());
        return encoded(listed.code(), choice.encoding(), list(listed, choice));
    }

    private ObjectTree list(Reply.Listed listed, Choice choice) {
        return switch (choice.kind()) {
            case "Table" -> table(listed.kind(), listed.items(), listed.metadata(), choice);
            case "PartialObjectMetadataList" ->
                Tables.metadataOnly(listed.items(), listed.metadata(), choice.version());
            default -> plainList(listed);
        };
    }

    private ObjectTree plainList(Reply.Listed listed) {
        boolean typed = custom.test(listed.kind());
        ObjectTree metadata = listed.metadata();
        List<Tree> items = listed.items().stream()
                .<Tree>map(object -> typed ? object : object.without("kind").without("apiVersion"))
                .toList();
        return ObjectTree.of(
                "kind",
                listed.kind().listKind(),
                "apiVersion",
                listed.kind().gvk().apiVersion(),
                "metadata",
                typed && !metadata.has("continue") ? metadata.with("continue", "") : metadata,
                "items",
                new ListTree(items));
    }

    /// A Status and the like have no other form, whatever was asked for.
    private Written document(Reply.Document document) {
        Choice choice;
        try {
            GroupVersionKind kind = GroupVersionKind.of(
                    document.tree().text("apiVersion"), document.tree().text("kind"));
            choice = accept.choose(any -> any.encoding() != Encoding.PROTOBUF || ProtobufCodec.knows(kind));
        } catch (ApiException unacceptable) {
            choice = new Choice(Encoding.JSON, "", "");
        }
        return encoded(document.code(), choice.encoding(), document.tree());
    }

    /// One event of a watch, with what separates it from the next.
    ///
    /// @param choice the watch's, see [#ofEvents]
    byte[] event(ResourceDefinition<?> kind, Choice choice, Told told) {
        Stored stored = told.stored();
        boolean json = choice.encoding() != Encoding.PROTOBUF;
        if (json && choice.isPlain() && stored != null) return stored.frame(told.type());
        ObjectTree object = told.type().equals("ERROR") ? told.tree() : formed(kind, told.tree(), choice);
        if (!json) return ProtobufCodec.writeEvent(new ProtobufCodec.Event(told.type(), object));
        var event =
                new JsonWriter().beginObject().name("type").value(told.type()).name("object");
        JsonOrder.write(object, event);
        return ended(event.endObject().toBytes());
    }

    /// How the events of a watch of a kind are written, each of them alike.
    ///
    /// @throws ApiException 406 when there is nothing that the client accepts
    Choice ofEvents(ResourceDefinition<?> kind) {
        return choose("PartialObjectMetadata", kind, kind.gvk());
    }

    /// The content type of a watch.
    static String watchType(Choice choice) {
        return choice.encoding() == Encoding.PROTOBUF
                ? Encoding.PROTOBUF.mediaType() + ";stream=watch"
                : Encoding.JSON.mediaType();
    }

    /// @param metadataOnly the form that has nothing but metadata
    /// @param shown of what is shown as it is
    /// @throws ApiException 406 when nothing is acceptable, 400 for a malformed option of Tables
    private Choice choose(String metadataOnly, ResourceDefinition<?> kind, GroupVersionKind shown) {
        Choice chosen = accept.choose(choice -> {
            boolean form = choice.version().equals("v1") || choice.version().equals("v1beta1");
            boolean protobuf = choice.encoding() == Encoding.PROTOBUF;
            if (choice.isPlain()) return !protobuf || ProtobufCodec.knows(shown);
            if (choice.kind().equals("Table")) return form && !protobuf && isRead(kind);
            return form
                    && choice.kind().equals(metadataOnly)
                    && (!protobuf
                            || ProtobufCodec.knows(
                                    new GroupVersionKind("meta.k8s.io", choice.version(), choice.kind())));
        });
        if (chosen.kind().equals("Table")) Include.of(request.parameter("includeObject"));
        return chosen;
    }

    /// What is asked and never read (reviews) has no rows.
    private static boolean isRead(ResourceDefinition<?> kind) {
        return !kind.verbs().equals(Set.of("create"));
    }

    /// The refusal of a client that accepts nothing that there is.
    Written unacceptable() {
        try {
            accept.choose(none -> false);
            throw new IllegalStateException("nothing was acceptable after all");
        } catch (ApiException refused) {
            return write(new Reply.Document(refused.code(), refused.status()));
        }
    }

    private static GroupVersionKind listOf(ResourceDefinition<?> kind) {
        return new GroupVersionKind(kind.group(), kind.version(), kind.listKind());
    }

    private ObjectTree formed(ResourceDefinition<?> kind, ObjectTree object, Choice choice) {
        return switch (choice.kind()) {
            case "Table" -> {
                ObjectTree metadata = ObjectTree.of(
                        "resourceVersion", object.object("metadata").text("resourceVersion"));
                yield table(kind, List.of(object), metadata, choice);
            }
            case "PartialObjectMetadata" -> Tables.metadataOnly(object, choice.version());
            default -> object;
        };
    }

    private ObjectTree table(ResourceDefinition<?> kind, List<ObjectTree> objects, ObjectTree metadata, Choice choice) {
        Include include = Include.of(request.parameter("includeObject"));
        ObjectTree table =
                Tables.table(kind, objects, metadata, choice.version(), include, columnsToDescribe, clock.now());
        columnsToDescribe = false;
        return table.get("columnDefinitions").isNull() ? table.with("columnDefinitions", ListTree.EMPTY) : table;
    }

    private Written encoded(int code, Encoding encoding, ObjectTree tree) {
        byte[] bytes = switch (encoding) {
            case JSON -> isPretty() ? utf8(Pretty.print(tree)) : ended(JsonOrder.bytes(tree));
            case YAML -> utf8(Yaml.write(tree));
            case PROTOBUF -> ProtobufCodec.write(tree);
        };
        return new Written(code, encoding.mediaType(), bytes);
    }

    private static byte[] ended(byte[] line) {
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        return ended;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private boolean isPretty() {
        if (request.query().containsKey("pretty")) return Query.isTrue(request, "pretty");
        String agent = request.header("user-agent");
        return agent.startsWith("curl") || agent.startsWith("Wget");
    }
}
