package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.registry.Versions;
import io.amphora.apiserver.request.Query;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.Reply.Told;
import io.amphora.apiserver.state.Stored;
import io.amphora.apiserver.wire.Accept.Choice;
import io.amphora.apiserver.wire.Accept.Encoding;
import io.amphora.apiserver.wire.Tables.Include;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Writes replies in the form and encoding that a request asks for.
///
/// What is asked for as it is stored is written from the bytes that are stored; everything else is made of trees.
final class Rendering {
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
            case Reply.Document document -> document(document);
            case Reply.Bytes bytes -> new Written(bytes.code(), bytes.contentType(), bytes.bytes());
            case Reply.Events ignored -> throw new IllegalArgumentException("a watch is streamed");
            case Reply.Connection ignored -> throw new IllegalArgumentException("a connection is handed over");
        };
    }

    private Written one(Reply.One one) {
        Choice choice = choose("PartialObjectMetadata");
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
        Choice choice = choose("PartialObjectMetadataList");
        boolean asStored = choice.isPlain() && choice.encoding() == Encoding.JSON && !isPretty();
        if (asStored && Versions.isStored(many.kind()))
            return new Written(many.code(), choice.encoding().mediaType(), concatenated(many));
        return encoded(many.code(), choice.encoding(), list(many, choice));
    }

    /// The list as it is stored, item after item, no tree walked.
    private byte[] concatenated(Reply.Many many) {
        boolean typed = custom.test(many.kind());
        int size = 512;
        for (Stored item : many.items()) size += item.size() + 1;
        var out = new ByteArrayOutputStream(size);
        out.writeBytes(("{\"kind\":\"" + many.kind().kind() + "List\",\"apiVersion\":\""
                        + many.kind().gvk().apiVersion() + "\",\"metadata\":")
                .getBytes(StandardCharsets.UTF_8));
        out.writeBytes(Json.bytes(many.metadata()));
        out.writeBytes(",\"items\":[".getBytes(StandardCharsets.UTF_8));
        boolean first = true;
        for (Stored item : many.items()) {
            if (!first) out.write(',');
            first = false;
            if (typed) item.writeTo(out);
            else item.writeUntypedTo(out);
        }
        out.writeBytes("]}\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private ObjectTree list(Reply.Many many, Choice choice) {
        var objects = new ArrayList<ObjectTree>(many.items().size());
        for (Stored item : many.items()) objects.add(Versions.shown(many.kind(), item));
        return switch (choice.kind()) {
            case "Table" -> table(many.kind(), objects, many.metadata(), choice);
            case "PartialObjectMetadataList" -> Tables.metadataOnly(objects, many.metadata(), choice.version());
            default -> plainList(many, objects);
        };
    }

    private ObjectTree plainList(Reply.Many many, List<ObjectTree> objects) {
        boolean typed = custom.test(many.kind());
        List<Tree> items = objects.stream()
                .<Tree>map(object -> typed ? object : object.without("kind").without("apiVersion"))
                .toList();
        return ObjectTree.of(
                "kind",
                many.kind().kind() + "List",
                "apiVersion",
                many.kind().gvk().apiVersion(),
                "metadata",
                many.metadata(),
                "items",
                new ListTree(items));
    }

    /// A Status and the like have no other form, whatever was asked for.
    private Written document(Reply.Document document) {
        Choice choice;
        try {
            choice = accept.choose(any -> true);
        } catch (ApiException unacceptable) {
            choice = new Choice(Encoding.JSON, "", "");
        }
        return encoded(document.code(), choice.encoding(), document.tree());
    }

    /// One event of a watch, with what separates it from the next.
    byte[] event(ResourceDefinition<?> kind, Told told) {
        Choice choice = choose("PartialObjectMetadata");
        Stored stored = told.stored();
        if (choice.isPlain() && stored != null) return stored.frame(told.type());
        ObjectTree object = told.type().equals("ERROR") ? told.tree() : formed(kind, told.tree(), choice);
        ObjectTree event = ObjectTree.of("type", told.type(), "object", object);
        return (Json.write(event) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// @throws ApiException 406 when there is nothing that the client accepts
    Choice choose(String metadataOnly) {
        return accept.choose(
                form -> (form.version().equals("v1") || form.version().equals("v1beta1"))
                        && (form.kind().equals("Table") || form.kind().equals(metadataOnly)));
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
        String text = switch (encoding) {
            case JSON, PROTOBUF -> isPretty() ? Pretty.print(tree) : Json.write(tree) + "\n";
            case YAML -> Yaml.write(tree);
        };
        String type = encoding == Encoding.YAML ? encoding.mediaType() : Encoding.JSON.mediaType();
        return new Written(code, type, text.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isPretty() {
        if (request.query().containsKey("pretty")) return Query.isTrue(request, "pretty");
        String agent = request.header("user-agent");
        return agent.startsWith("curl") || agent.startsWith("Wget");
    }
}
