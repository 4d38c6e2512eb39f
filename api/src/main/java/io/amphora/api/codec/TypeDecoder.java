package io.amphora.api.codec;

import io.amphora.api.schema.Declarations;
import io.amphora.api.schema.Declarations.Presence;
import io.amphora.api.schema.Declarations.Scalar;
import io.amphora.api.schema.Declarations.Shape;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.quantity.QuantityFormatException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Decodes the objects of one built-in type. Both the fields here and the names in a tree are sorted, so one
/// walk along
/// both
/// finds what is known, unknown and absent; an object that is canonical already comes out as itself.
final class TypeDecoder {
    private static final Map<String, TypeDecoder> DECODERS = new ConcurrentHashMap<>();
    private static final String SCHEMA_TYPE =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

    private record Field(String name, Shape shape, Presence presence, String goType) {}

    private final String name;
    private final Field[] fields;
    private @Nullable ObjectTree zero;

    private TypeDecoder(Declarations.Type type) {
        this.name = type.name().substring(type.name().lastIndexOf('.') + 1);
        var sorted = new TreeMap<String, Field>();
        for (Declarations.Field field : type.fields())
            sorted.put(field.name(), new Field(field.name(), field.shape(), field.presence(), field.goType()));
        this.fields = sorted.values().toArray(Field[]::new);
    }

    static @Nullable TypeDecoder find(String type) {
        TypeDecoder known = DECODERS.get(type);
        if (known != null || type.isEmpty()) return known;
        Declarations.Type declared = Declarations.find(type);
        return declared == null ? null : DECODERS.computeIfAbsent(type, ignored -> new TypeDecoder(declared));
    }

    private static TypeDecoder of(String type) {
        return Objects.requireNonNull(find(type), type);
    }

    String name() {
        return name;
    }

    /// The shape of a field's values; null for a field that is unknown.
    @Nullable
    Shape findShape(String field) {
        Field found = findField(field);
        return found == null ? null : found.shape;
    }

    /// Whether null takes away what stood in a field before, as it does where Go has a pointer.
    boolean isPointer(String field) {
        Field found = findField(field);
        return found != null && found.presence == Presence.GIVEN;
    }

    private @Nullable Field findField(String name) {
        for (Field field : fields) if (field.name.equals(name)) return field;
        return null;
    }

    /// What an empty object is written as.
    ObjectTree zero() {
        ObjectTree known = zero;
        if (known == null) zero = known = object(ObjectTree.EMPTY, new DecodePass());
        return known;
    }

    ObjectTree object(ObjectTree in, DecodePass pass) {
        String outer = pass.enterStruct(name);
        ObjectTree.@Nullable Builder out = null;
        int at = 0;
        int field = 0;
        while (at < in.size() || field < fields.length) {
            int order = at == in.size()
                    ? 1
                    : field == fields.length ? -1 : in.nameAt(at).compareTo(fields[field].name);
            @Nullable Tree before = order > 0 ? null : in.valueAt(at);
            String member = order < 0 ? in.nameAt(at) : fields[field].name;
            @Nullable Tree after = null;
            if (order < 0) pass.unknown(member);
            else after = field(fields[field], before, pass);
            if (out == null && after != before) out = start(in, at);
            if (out != null && after != null) out.put(member, after);
            if (order <= 0) at++;
            if (order >= 0) field++;
        }
        pass.leaveStruct(outer);
        return out == null ? in : out.build();
    }

    private static ObjectTree.Builder start(ObjectTree in, int until) {
        ObjectTree.Builder out = ObjectTree.builder();
        for (int i = 0; i < until; i++) out.put(in.nameAt(i), in.valueAt(i));
        return out;
    }

    /// What a field is written as, null when it is not.
    private static @Nullable Tree field(Field field, @Nullable Tree value, DecodePass pass) {
        if (value == null || value.isNull()) return absent(field);
        pass.enterField(field.name);
        @Nullable Tree decoded = value(field.shape, value, field.goType, pass);
        pass.leave();
        if (decoded == null) return absent(field);
        return switch (field.presence) {
            case NON_ZERO -> isZero(decoded) ? null : decoded;
            case GIVEN -> decoded;
            case ALWAYS, NULLABLE -> isCollection(field.shape) && isZero(decoded) ? Tree.NULL : decoded;
        };
    }

    private static @Nullable Tree absent(Field field) {
        return switch (field.presence) {
            case NON_ZERO, GIVEN -> null;
            case ALWAYS -> zero(field.shape);
            case NULLABLE -> Tree.NULL;
        };
    }

    private static boolean isCollection(Shape shape) {
        return shape instanceof Shape.ListOf || shape instanceof Shape.MapOf;
    }

    private static boolean isZero(Tree value) {
        return switch (value) {
            case Tree.Text(var text) -> text.isEmpty();
            case Tree.Whole(var number) -> number == 0;
            case Tree.Decimal(var number) -> number == 0;
            case Tree.Bool(var bool) -> !bool;
            case ListTree list -> list.isEmpty();
            case ObjectTree object -> object.isEmpty();
            case Tree.Null ignored -> true;
        };
    }

    private static Tree zero(Shape shape) {
        return switch (shape) {
            case Shape.Ref(var type) -> of(type).zero();
            case Shape.ListOf ignored -> Tree.NULL;
            case Shape.MapOf ignored -> Tree.NULL;
            case Shape.Plain(var scalar) ->
                switch (scalar) {
                    case STRING -> Tree.of("");
                    case INT32, INT64, DOUBLE, INT_OR_STRING -> Tree.of(0);
                    case BOOLEAN -> Tree.Bool.FALSE;
                    case QUANTITY -> Tree.of("0");
                    case BYTES, TIME, MICRO_TIME, RAW_EXTENSION, FIELDS_V1, JSON -> Tree.NULL;
                    case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS -> Tree.NULL;
                };
        };
    }

    /// A value's canonical form; null when it is not of the shape.
    private static @Nullable Tree value(Shape shape, Tree value, String goType, DecodePass pass) {
        return switch (shape) {
            case Shape.Plain(var scalar) -> scalar(scalar, value, goType, pass);
            case Shape.Ref(var type) -> {
                if (value instanceof ObjectTree object) yield of(type).object(object, pass);
                pass.wrongType(value, goType);
                yield null;
            }
            case Shape.ListOf list -> {
                if (value instanceof ListTree items) yield list(list, items, goType, pass);
                pass.wrongType(value, goType);
                yield null;
            }
            case Shape.MapOf map -> {
                if (value instanceof ObjectTree object) yield map(map, object, goType, pass);
                pass.wrongType(value, goType);
                yield null;
            }
        };
    }

    private static Tree list(Shape.ListOf shape, ListTree in, String goType, DecodePass pass) {
        String itemType = itemType(shape.items(), goType);
        @Nullable ArrayList<Tree> out = null;
        for (int i = 0; i < in.size(); i++) {
            Tree before = in.get(i);
            pass.enter(i);
            @Nullable Tree decoded = before.isNull() ? null : value(shape.items(), before, itemType, pass);
            pass.leave();
            Tree after = decoded == null ? zeroItem(shape.items()) : decoded;
            if (out == null && after != before) out = new ArrayList<>(in.items().subList(0, i));
            if (out != null) out.add(after);
        }
        return out == null ? in : new ListTree(out);
    }

    private static Tree map(Shape.MapOf shape, ObjectTree in, String goType, DecodePass pass) {
        String itemType = itemType(shape.values(), goType);
        return in.map((name, before) -> {
            pass.enter(name);
            @Nullable Tree decoded = before.isNull() ? null : value(shape.values(), before, itemType, pass);
            pass.leave();
            return decoded == null ? zeroItem(shape.values()) : decoded;
        });
    }

    /// Bytes that are null inside a map or a list become empty ones when they are stored.
    private static Tree zeroItem(Shape shape) {
        return shape instanceof Shape.Plain(var scalar) && scalar == Scalar.BYTES ? Tree.of("") : zero(shape);
    }

    /// `[]v1.FinalizerName` has items called `v1.FinalizerName`; a named collection's are called by their shape.
    private static String itemType(Shape items, String goType) {
        int bracket = goType.lastIndexOf(']');
        return bracket < 0
                ? Declarations.goType(items)
                : goType.startsWith("[]") ? goType.substring(2) : goType.substring(bracket + 1);
    }

    private static @Nullable Tree scalar(Scalar scalar, Tree value, String goType, DecodePass pass) {
        return switch (scalar) {
            case STRING -> value instanceof Tree.Text ? value : refuse(value, goType, pass);
            case INT32 -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, goType, pass);
            case INT64 -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE, goType, pass);
            case DOUBLE ->
                value instanceof Tree.Whole || value instanceof Tree.Decimal ? value : refuse(value, goType, pass);
            case BOOLEAN -> value instanceof Tree.Bool ? value : refuse(value, goType, pass);
            case BYTES ->
                switch (value) {
                    case Tree.Text text -> GoBase64.canonical(text, pass);
                    case ListTree numbers -> GoBase64.ofNumbers(numbers, pass);
                    default -> refuse(value, goType, pass);
                };
            case TIME -> value instanceof Tree.Text text ? GoTime.seconds(text) : refuseAtOnce(value, "string", pass);
            case MICRO_TIME ->
                value instanceof Tree.Text text ? GoTime.micros(text) : refuseAtOnce(value, "string", pass);
            case QUANTITY -> quantity(value instanceof Tree.Decimal ? Tree.of(pass.spelled(value)) : value);
            case INT_OR_STRING -> value instanceof Tree.Text ? value : intAtOnce(value, pass);
            case RAW_EXTENSION, FIELDS_V1, JSON -> value;
            case SCHEMA_OR_ARRAY -> value instanceof ListTree list ? list.map(item -> schema(item)) : schema(value);
            case SCHEMA_OR_BOOL ->
                value instanceof Tree.Bool ? value : schemaOrFail(value, "boolean or JSON schema expected");
            case SCHEMA_OR_STRINGS -> value instanceof ListTree ? value : schema(value);
        };
    }

    private static @Nullable Tree refuse(Tree value, String goType, DecodePass pass) {
        pass.wrongType(value, goType);
        return null;
    }

    /// Types that parse themselves end the decoding when they fail.
    private static @Nullable Tree refuseAtOnce(Tree value, String goType, DecodePass pass) {
        pass.wrongType(value, goType);
        pass.throwFirst();
        return null;
    }

    private static @Nullable Tree whole(Tree value, long from, long to, String goType, DecodePass pass) {
        if (value instanceof Tree.Whole(var number) && number >= from && number <= to) return value;
        if (value instanceof Tree.Whole || value instanceof Tree.Decimal)
            pass.wrongType("number " + pass.spelled(value), goType);
        else pass.wrongType(value, goType);
        return null;
    }

    private static @Nullable Tree intAtOnce(Tree value, DecodePass pass) {
        @Nullable Tree whole = whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "int32", pass);
        if (whole == null) pass.throwFirst();
        return whole;
    }

    private static Tree quantity(Tree value) {
        try {
            String text = Quantity.parse(value).toString();
            return value instanceof Tree.Text(var written) && written.equals(text) ? value : Tree.of(text);
        } catch (QuantityFormatException malformed) {
            throw new DecodeException(Objects.requireNonNull(malformed.getMessage()));
        }
    }

    private static Tree schemaOrFail(Tree value, String message) {
        if (!(value instanceof ObjectTree)) throw new DecodeException(message);
        return schema(value);
    }

    /// A schema inside a value that parses itself: unknown fields in it go silently.
    private static Tree schema(Tree value) {
        if (!(value instanceof ObjectTree object)) return value;
        var pass = new DecodePass();
        ObjectTree decoded = of(SCHEMA_TYPE).object(object, pass);
        pass.throwFirst();
        return decoded;
    }
}
