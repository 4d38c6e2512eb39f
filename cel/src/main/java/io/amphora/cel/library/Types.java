package io.amphora.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.amphora.cel.value.Bytes;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.Opaque;
import io.amphora.cel.value.TypeValue;
import io.amphora.cel.value.Unsigned;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The types that libraries speak of.
final class Types {
    static final CelType T = TypeParamType.create("T");
    static final CelType LIST_OF_T = ListType.create(T);
    static final CelType STRINGS = ListType.create(SimpleType.STRING);
    static final CelType DYN_LIST = ListType.create(SimpleType.DYN);

    private Types() {}

    /// Whether a value may stand for a parameter of that type; what is in lists and maps is not looked at.
    static boolean accepts(CelType type, Object value) {
        return switch (type.kind()) {
            case BOOL -> value instanceof Boolean;
            case INT -> value instanceof Long;
            case UINT -> value instanceof Unsigned;
            case DOUBLE -> value instanceof Double;
            case STRING -> value instanceof String;
            case BYTES -> value instanceof Bytes;
            case TIMESTAMP -> value instanceof Instant;
            case DURATION -> value instanceof Duration;
            case LIST -> value instanceof ListValue;
            case MAP -> value instanceof MapValue;
            case NULL_TYPE -> value instanceof Tree.Null;
            case TYPE -> value instanceof TypeValue;
            case OPAQUE ->
                value instanceof Optional<?>
                        ? type.name().startsWith("optional_type")
                        : value instanceof Opaque opaque && opaque.typeName().equals(type.name());
            default -> !(type instanceof MapType);
        };
    }
}
