package io.amphora.generator;

import static io.amphora.generator.ProtoComments.markers;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.amphora.generator.Model.Field;
import io.amphora.generator.Model.Presence;
import io.amphora.generator.Model.Scalar;
import io.amphora.generator.Model.Shape;
import io.amphora.generator.Model.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Puts the model together: names, types and numbers from the protobuf descriptors, merge rules and
/// descriptions from
/// the
/// comments, what is required from OpenAPI, the rest from the [Overlay].
final class ModelReader {
    private final ProtoComments comments = new ProtoComments(Overlay.PROTO_FILES);
    private final OpenApiClasses openApi = new OpenApiClasses();
    private final GoTypes go = new GoTypes();
    private final Map<String, Descriptor> messages = new LinkedHashMap<>();
    private final Map<String, Type> types = new TreeMap<>();
    private final Deque<String> wanted = new ArrayDeque<>();
    private final Set<String> overlayUsed = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    /// @throws IllegalStateException naming every difference that the overlay does not explain
    static Model read() {
        var reader = new ModelReader();
        for (String file : Overlay.PROTO_FILES) reader.collect(descriptors(file));
        reader.wantKinds();
        while (!reader.wanted.isEmpty()) reader.define(reader.wanted.pop());
        reader.addApiRegistration();
        reader.checkOverlay();
        if (!reader.problems.isEmpty()) throw new IllegalStateException(String.join("\n", reader.problems));
        return new Model(reader.types);
    }

    private static FileDescriptor descriptors(String file) {
        try {
            return (FileDescriptor) Class.forName("io.kubernetes.client.proto." + file)
                    .getMethod("getDescriptor")
                    .invoke(null);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("the protobuf artifact has no " + file, failure);
        }
    }

    private void collect(FileDescriptor file) {
        for (Descriptor message : file.getMessageTypes()) messages.put(openApiName(message), message);
    }

    private void wantKinds() {
        for (String name : messages.keySet())
            if (!apiVersion(name).isEmpty() || Overlay.EXTRA_TYPES.contains(name)) wanted.add(name);
    }

    /// The apiVersion of a kind: a type that has apiVersion and kind in JSON and not in protobuf.
    private String apiVersion(String name) {
        String extra = Overlay.EXTRA_KINDS.get(name);
        if (extra != null) return extra;
        var properties = openApi.find(name).map(OpenApiClasses.Type::properties).orElse(Set.of());
        if (!properties.contains("kind") || !properties.contains("apiVersion")) return "";
        if (Overlay.NO_KINDS.contains(name)) return "";
        Descriptor message = messages.get(name);
        return message == null || message.findFieldByName("kind") != null ? "" : apiVersionOf(name);
    }

    private static String apiVersionOf(String name) {
        String[] labels = name.split("\\.");
        String label = labels[labels.length - 3];
        String group = Overlay.GROUPS.getOrDefault(label, label);
        String version = labels[labels.length - 2];
        return group.isEmpty() ? version : group + "/" + version;
    }

    private void define(String name) {
        if (types.containsKey(name)) return;
        Descriptor message = messages.get(name);
        if (message == null) throw new IllegalStateException("no message " + name);
        String apiVersion = apiVersion(name);
        var fields = new ArrayList<Field>();
        if (!apiVersion.isEmpty()) addTypeMeta(fields);
        addFields(message, name, List.of(), fields);
        List<String> comment = comments.ofMessage(message.getFullName());
        boolean atomic = markers(comment, "structType").contains("atomic");
        types.put(name, new Type(name, apiVersion, atomic, ProtoComments.description(comment), fields));
        openApi.find(name).ifPresent(known -> compare(name, fields, known.properties()));
    }

    /// Protobuf has apiVersion and kind in its envelope only; their comments are those of a message that nothing
    /// contains.
    private void addTypeMeta(List<Field> fields) {
        String message = "k8s.io.apimachinery.pkg.apis.meta.v1.TypeMeta";
        fields.add(text("apiVersion", ProtoComments.description(comments.ofField(message, 2))));
        fields.add(text("kind", ProtoComments.description(comments.ofField(message, 1))));
    }

    private static Field text(String name, String description) {
        return new Field(
                name,
                List.of(),
                new Shape.Plain(Scalar.STRING),
                false,
                Presence.NON_ZERO,
                "string",
                "",
                "",
                "",
                description);
    }

    private void addFields(Descriptor message, String owner, List<Integer> outer, List<Field> fields) {
        for (FieldDescriptor field : message.getFields()) {
            String place = groupVersion(openApiName(message)) + "." + message.getName() + "." + field.getName();
            var numbers = new ArrayList<>(outer);
            numbers.add(field.getNumber());
            if (Overlay.DROPPED.contains(place)) overlayUsed.add(place);
            else if (Overlay.INLINED.contains(place)) {
                overlayUsed.add(place);
                addFields(field.getMessageType(), owner, numbers, fields);
            } else {
                fields.add(field(field, place, owner, numbers));
            }
        }
    }

    private Field field(FieldDescriptor field, String place, String owner, List<Integer> numbers) {
        String json = Overlay.RENAMED.getOrDefault(place, field.getName());
        if (Overlay.RENAMED.containsKey(place)) overlayUsed.add(place);
        List<String> comment = comments.ofField(field.getContainingType().getFullName(), field.getNumber());
        Shape shape = shape(field, comment);
        var entry = go.of(groupVersion(owner) + "." + owner.substring(owner.lastIndexOf('.') + 1) + "." + json);
        boolean required = openApi.find(owner)
                .map(known -> known.required().contains(json))
                .orElseGet(() ->
                        entry.mark() == '!' && markers(comment, "optional").isEmpty());
        return new Field(
                json,
                numbers,
                shape,
                required,
                presence(entry.mark(), shape),
                entry.type().isEmpty() ? goType(shape) : entry.type(),
                defaultValue(comment),
                String.join(",", markers(comment, "patchStrategy")),
                String.join(",", markers(comment, "patchMergeKey")),
                ProtoComments.description(comment));
    }

    private static Presence presence(char mark, Shape shape) {
        return switch (mark) {
            case '*' -> Presence.GIVEN;
            case '&', '!' -> Presence.ALWAYS;
            case '?' -> Presence.NULLABLE;
            default ->
                shape instanceof Shape.Ref || shape instanceof Shape.Plain(var scalar) && isMessage(scalar)
                        ? Presence.GIVEN
                        : Presence.NON_ZERO;
        };
    }

    private static boolean isMessage(Scalar scalar) {
        return switch (scalar) {
            case STRING, INT32, INT64, DOUBLE, BOOLEAN, BYTES -> false;
            default -> true;
        };
    }

    private Shape shape(FieldDescriptor field, List<String> comment) {
        if (field.isMapField())
            return new Shape.MapOf(
                    single(field.getMessageType().findFieldByName("value")),
                    markers(comment, "mapType").contains("atomic"));
        if (!field.isRepeated()) {
            Shape single = single(field);
            return single instanceof Shape.ListOf list ? withMerge(list, comment) : single;
        }
        return withMerge(new Shape.ListOf(single(field), "", List.of(), false), comment);
    }

    private static Shape.ListOf withMerge(Shape.ListOf list, List<String> comment) {
        List<String> types = markers(comment, "listType");
        return new Shape.ListOf(
                list.items(), types.isEmpty() ? "" : types.getFirst(), markers(comment, "listMapKey"), list.wrapped());
    }

    private Shape single(FieldDescriptor field) {
        return switch (field.getType()) {
            case STRING -> new Shape.Plain(Scalar.STRING);
            case INT32 -> new Shape.Plain(Scalar.INT32);
            case INT64 -> new Shape.Plain(Scalar.INT64);
            case BOOL -> new Shape.Plain(Scalar.BOOLEAN);
            case DOUBLE -> new Shape.Plain(Scalar.DOUBLE);
            case BYTES -> new Shape.Plain(Scalar.BYTES);
            case MESSAGE -> message(field.getMessageType());
            default ->
                throw new IllegalStateException("no JSON shape for " + field.getType() + " of " + field.getFullName());
        };
    }

    private Shape message(Descriptor message) {
        String name = openApiName(message);
        Scalar scalar = Overlay.SCALARS.get(name);
        if (scalar != null) return new Shape.Plain(scalar);
        if (Overlay.WRAPPED_LISTS.contains(name))
            return new Shape.ListOf(new Shape.Plain(Scalar.STRING), "", List.of(), true);
        wanted.push(name);
        return new Shape.Ref(name);
    }

    private static String defaultValue(List<String> comment) {
        List<String> values = markers(comment, "default");
        if (values.isEmpty()) return "";
        String value = values.getFirst();
        return value.startsWith("ref(")
                ? java.util.Objects.requireNonNull(
                        Overlay.DEFAULT_REFERENCES.get(value.substring(4, value.length() - 1)), value)
                : value;
    }

    /// What Kubernetes' JSON decoder calls a shape.
    static String goType(Shape shape) {
        return switch (shape) {
            case Shape.Plain(var scalar) ->
                switch (scalar) {
                    case STRING -> "string";
                    case INT32 -> "int32";
                    case INT64 -> "int64";
                    case DOUBLE -> "float64";
                    case BOOLEAN -> "bool";
                    case BYTES -> "[]uint8";
                    case TIME -> "v1.Time";
                    case MICRO_TIME -> "v1.MicroTime";
                    case QUANTITY -> "resource.Quantity";
                    case INT_OR_STRING -> "intstr.IntOrString";
                    case RAW_EXTENSION -> "runtime.RawExtension";
                    case FIELDS_V1 -> "v1.FieldsV1";
                    case JSON -> "v1.JSON";
                    case SCHEMA_OR_ARRAY -> "v1.JSONSchemaPropsOrArray";
                    case SCHEMA_OR_BOOL -> "v1.JSONSchemaPropsOrBool";
                    case SCHEMA_OR_STRINGS -> "v1.JSONSchemaPropsOrStringArray";
                };
            case Shape.Ref(var type) -> {
                String[] labels = type.split("\\.");
                yield labels[labels.length - 2] + "." + labels[labels.length - 1];
            }
            case Shape.ListOf list -> list.wrapped() ? "v1.ExtraValue" : "[]" + goType(list.items());
            case Shape.MapOf map -> "map[string]" + goType(map.values());
        };
    }

    private void compare(String name, List<Field> fields, Set<String> properties) {
        var ours = fields.stream().map(Field::name).collect(Collectors.toSet());
        for (String field : ours)
            if (!properties.contains(field)) problems.add(name + "." + field + " is not in OpenAPI");
        for (String field : properties)
            if (!ours.contains(field)) problems.add(name + "." + field + " is in OpenAPI only");
    }

    private void addApiRegistration() {
        Overlay.APIREGISTRATION_TYPES.forEach((simpleName, lines) -> {
            String name = Overlay.APIREGISTRATION + simpleName;
            boolean kind = simpleName.equals("APIService") || simpleName.equals("APIServiceList");
            var fields = new ArrayList<Field>();
            if (kind) addTypeMeta(fields);
            for (String line : lines.subList(1, lines.size())) fields.add(handWritten(simpleName, line));
            types.put(name, new Type(name, kind ? "apiregistration.k8s.io/v1" : "", false, lines.getFirst(), fields));
            openApi.find(name).ifPresent(known -> {
                compare(name, fields, known.properties());
                for (Field field : fields)
                    if (field.required() != known.required().contains(field.name()))
                        problems.add(name + "." + field.name() + ": required?");
            });
        });
    }

    private Field handWritten(String type, String line) {
        int bar = line.indexOf('|');
        String[] words = line.substring(0, bar).split(" ");
        boolean required = words[0].endsWith("!");
        String name = required ? words[0].substring(0, words[0].length() - 1) : words[0];
        var entry = go.of("apiregistration.v1." + type + "." + name);
        Shape shape = handWrittenShape(words);
        boolean merge = line.contains(" merge/");
        return new Field(
                name,
                List.of(Integer.parseInt(words[1])),
                shape,
                required,
                presence(entry.mark(), shape),
                entry.type().isEmpty() ? goType(shape) : entry.type(),
                "",
                merge ? "merge" : "",
                merge ? "type" : "",
                line.substring(bar + 1));
    }

    private static Shape handWrittenShape(String[] words) {
        String last = words[words.length - 1].equals("atomic") ? words[words.length - 2] : words[words.length - 1];
        Shape leaf = last.startsWith("@")
                ? new Shape.Ref(handWrittenType(last.substring(1)))
                : new Shape.Plain(Scalar.valueOf(last));
        if (words[2].equals("list")) return new Shape.ListOf(leaf, "", List.of(), false);
        if (words[2].equals("list/map/type")) return new Shape.ListOf(leaf, "map", List.of("type"), false);
        return leaf;
    }

    private static String handWrittenType(String simpleName) {
        return (simpleName.equals("ObjectMeta") || simpleName.equals("ListMeta")
                        ? Overlay.META
                        : Overlay.APIREGISTRATION)
                + simpleName;
    }

    private void checkOverlay() {
        for (String place : Overlay.INLINED)
            if (!overlayUsed.contains(place)) problems.add("overlay: nothing to inline at " + place);
        for (String place : Overlay.RENAMED.keySet())
            if (!overlayUsed.contains(place)) problems.add("overlay: nothing to rename at " + place);
        for (String place : Overlay.DROPPED)
            if (!overlayUsed.contains(place)) problems.add("overlay: nothing to drop at " + place);
        var generated = types.values().stream()
                .map(type -> type.groupVersion() + "." + type.simpleName())
                .collect(Collectors.toSet());
        for (String field : go.unused(generated)) problems.add("go-types.txt: no field " + field);
    }

    static String openApiName(Descriptor message) {
        String name = message.getFullName();
        if (!name.startsWith("k8s.io.")) throw new IllegalStateException(name);
        return "io.k8s."
                + name.substring("k8s.io.".length()).replace("apiextensions_apiserver", "apiextensions-apiserver");
    }

    static String groupVersion(String name) {
        String[] labels = name.split("\\.");
        return labels[labels.length - 3] + "." + labels[labels.length - 2];
    }
}
