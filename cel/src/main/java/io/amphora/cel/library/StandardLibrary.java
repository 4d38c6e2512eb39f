package io.amphora.cel.library;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.SimpleType;
import io.amphora.cel.CelException;
import io.amphora.cel.value.Bytes;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.TypeValue;
import io.amphora.cel.value.Unsigned;
import io.amphora.cel.value.Values;
import io.amphora.machinery.time.GoDuration;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The functions and operators of the language itself. The type checker knows their overloads; here each chooses by
/// what its arguments are. `&&`, `||`, `?:` and the folds are the evaluator's, as they do not evaluate all arguments.
final class StandardLibrary implements Library {
    private final Map<String, List<Overload>> functions = new HashMap<>();

    StandardLibrary() {
        put("_==_", of -> Values.equal(of[0], of[1]));
        put("_!=_", of -> !Values.equal(of[0], of[1]));
        put("_<_", of -> Values.compare(of[0], of[1]) < 0);
        put("_<=_", of -> Values.compare(of[0], of[1]) <= 0);
        put("_>_", of -> Values.compare(of[0], of[1]) > 0);
        put("_>=_", of -> Values.compare(of[0], of[1]) >= 0);
        put("_+_", of -> plus(of[0], of[1]));
        put("_-_", of -> minus(of[0], of[1]));
        put("_*_", of -> times(of[0], of[1]));
        put("_/_", of -> divided(of[0], of[1]));
        put("_%_", of -> remainder(of[0], of[1]));
        put("-_", of -> negated(of[0]));
        put("!_", of -> !bool(of[0]));
        put("@in", of -> in(of[0], of[1]));
        put("_[_]", of -> index(of[0], of[1]));
        put("size", of -> size(of[0]));
        put("startsWith", of -> text(of[0]).startsWith(text(of[1])));
        put("endsWith", of -> text(of[0]).endsWith(text(of[1])));
        put("contains", of -> text(of[0]).contains(text(of[1])));
        put("matches", of -> pattern(text(of[1])).matcher(text(of[0])).find());
        put("type", of -> new TypeValue(Values.typeName(of[0])));
        put("dyn", of -> of[0]);
        put("int", of -> toInt(of[0]));
        put("uint", of -> toUint(of[0]));
        put("double", of -> toDouble(of[0]));
        put("string", of -> toText(of[0]));
        put("bytes", of -> of[0] instanceof String text ? new Bytes(text.getBytes(StandardCharsets.UTF_8)) : of[0]);
        put("bool", of -> toBool(of[0]));
        put("timestamp", of -> toTimestamp(of[0]));
        put("duration", of -> toDuration(of[0]));
        putTimes();
    }

    private void put(String name, Overload.Body body) {
        functions.put(name, List.of(Overload.global(name, SimpleType.DYN, List.of(), body)));
    }

    @Override
    public Map<String, List<Overload>> functions() {
        return functions;
    }

    // -- arithmetic -------------------------------------------------------------------------------------------------

    private static CelException overflow(Object of) {
        String type = switch (of) {
            case Unsigned number -> "unsigned integer";
            case Instant time -> "timestamp";
            case Duration duration -> "duration";
            default -> "integer";
        };
        return new CelException(type + " overflow");
    }

    static Object plus(Object left, Object right) {
        try {
            return switch (left) {
                case Long a when right instanceof Long b -> Math.addExact(a, b);
                case Unsigned(var a)
                when right instanceof Unsigned(var b) -> {
                    if (Long.compareUnsigned(a + b, a) < 0) throw overflow(left);
                    yield new Unsigned(a + b);
                }
                case Double a when right instanceof Double b -> a + b;
                case String a when right instanceof String b -> a + b;
                case Bytes(var a)
                when right instanceof Bytes(var b) ->
                    new Bytes(ByteBuffer.allocate(a.length + b.length)
                            .put(a)
                            .put(b)
                            .array());
                case ListValue a when right instanceof ListValue b -> a.plus(b);
                case Duration a when right instanceof Duration b -> checked(a.plus(b));
                case Instant a when right instanceof Duration b -> checked(a.plus(b));
                case Duration a when right instanceof Instant b -> checked(b.plus(a));
                default -> throw CelException.noSuchOverload();
            };
        } catch (ArithmeticException | DateTimeException over) {
            throw overflow(left);
        }
    }

    private static Object minus(Object left, Object right) {
        try {
            return switch (left) {
                case Long a when right instanceof Long b -> Math.subtractExact(a, b);
                case Unsigned(var a)
                when right instanceof Unsigned(var b) -> {
                    if (Long.compareUnsigned(a, b) < 0) throw overflow(left);
                    yield new Unsigned(a - b);
                }
                case Double a when right instanceof Double b -> a - b;
                case Duration a when right instanceof Duration b -> checked(a.minus(b));
                case Instant a when right instanceof Duration b -> checked(a.minus(b));
                case Instant a when right instanceof Instant b -> checked(Duration.between(b, a));
                default -> throw CelException.noSuchOverload();
            };
        } catch (ArithmeticException | DateTimeException over) {
            throw overflow(left);
        }
    }

    private static Object times(Object left, Object right) {
        try {
            return switch (left) {
                case Long a when right instanceof Long b -> Math.multiplyExact(a, b);
                case Unsigned(var a)
                when right instanceof Unsigned(var b) -> {
                    if (Math.unsignedMultiplyHigh(a, b) != 0) throw overflow(left);
                    yield new Unsigned(a * b);
                }
                case Double a when right instanceof Double b -> a * b;
                default -> throw CelException.noSuchOverload();
            };
        } catch (ArithmeticException over) {
            throw overflow(left);
        }
    }

    private static Object divided(Object left, Object right) {
        return switch (left) {
            case Long a
            when right instanceof Long b -> {
                if (b == 0) throw new CelException("division by zero");
                if (a == Long.MIN_VALUE && b == -1) throw overflow(left);
                yield a / b;
            }
            case Unsigned(var a)
            when right instanceof Unsigned(var b) -> {
                if (b == 0) throw new CelException("division by zero");
                yield new Unsigned(Long.divideUnsigned(a, b));
            }
            case Double a when right instanceof Double b -> a / b;
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object remainder(Object left, Object right) {
        return switch (left) {
            case Long a
            when right instanceof Long b -> {
                if (b == 0) throw new CelException("modulus by zero");
                if (a == Long.MIN_VALUE && b == -1) throw overflow(left);
                yield a % b;
            }
            case Unsigned(var a)
            when right instanceof Unsigned(var b) -> {
                if (b == 0) throw new CelException("modulus by zero");
                yield new Unsigned(Long.remainderUnsigned(a, b));
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object negated(Object value) {
        return switch (value) {
            case Long number when number == Long.MIN_VALUE -> throw overflow(value);
            case Long number -> -number;
            case Double number -> -number;
            case Duration duration -> duration.negated();
            default -> throw CelException.noSuchOverload();
        };
    }

    /// Durations are 64 bits of nanoseconds in Go.
    private static Duration checked(Duration duration) {
        return Duration.ofNanos(duration.toNanos());
    }

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static Instant checked(Instant time) {
        if (time.isBefore(FIRST) || time.isAfter(LAST)) throw overflow(time);
        return time;
    }

    // -- containers and texts ---------------------------------------------------------------------------------------

    private static boolean in(Object value, Object container) {
        return switch (container) {
            case ListValue list -> {
                for (int i = 0; i < list.size(); i++) if (Values.equal(value, list.get(i))) yield true;
                yield false;
            }
            case MapValue map -> map.find(value) != null;
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object index(Object container, Object at) {
        return switch (container) {
            case ListValue list -> item(list, at);
            case MapValue map -> {
                Object found = map.find(at);
                if (found == null) throw new CelException("no such key: " + plain(at));
                yield found;
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object item(ListValue list, Object at) {
        long index = switch (at) {
            case Long number -> number;
            case Unsigned(var bits) -> bits;
            case Double number when number == Math.rint(number) -> number.longValue();
            default -> throw new CelException("unsupported index type '" + Values.typeName(at) + "' in list");
        };
        if (index < 0 || index >= list.size()) throw new CelException("index out of bounds: " + index);
        return list.get((int) index);
    }

    private static String plain(Object value) {
        return value instanceof Double || value instanceof Long || value instanceof Boolean
                ? (String) toText(value)
                : value.toString();
    }

    private static long size(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case Bytes(var array) -> array.length;
            case ListValue list -> list.size();
            case MapValue map -> map.size();
            default -> throw CelException.noSuchOverload();
        };
    }

    static String text(Object value) {
        if (value instanceof String text) return text;
        throw CelException.noSuchOverload();
    }

    private static boolean bool(Object value) {
        if (value instanceof Boolean bool) return bool;
        throw CelException.noSuchOverload();
    }

    static Pattern pattern(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException bad) {
            throw new CelException(
                    "error parsing regexp: " + String.valueOf(bad.getMessage()).replace("error parsing regexp: ", ""));
        }
    }

    // -- conversions ------------------------------------------------------------------------------------------------

    private static Object toInt(Object value) {
        return switch (value) {
            case Long number -> number;
            case Unsigned(var bits) -> {
                if (bits < 0) throw new CelException("integer overflow");
                yield bits;
            }
            case Double number -> {
                if (number.isNaN() || number >= 0x1p63 || number <= -0x1p63) throw new CelException("integer overflow");
                yield number.longValue();
            }
            case String text -> {
                try {
                    yield Long.parseLong(text);
                } catch (NumberFormatException bad) {
                    throw CelException.conversion("string", "int");
                }
            }
            case Instant time -> time.getEpochSecond();
            case Duration duration -> duration.toNanos();
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object toUint(Object value) {
        return switch (value) {
            case Unsigned number -> number;
            case Long number -> {
                if (number < 0) throw new CelException("unsigned integer overflow");
                yield new Unsigned(number);
            }
            case Double number -> {
                if (number.isNaN() || number < 0 || number >= 0x1p64)
                    throw new CelException("unsigned integer overflow");
                yield new Unsigned(number < 0x1p63 ? number.longValue() : (long) (number - 0x1p63) + Long.MIN_VALUE);
            }
            case String text -> {
                try {
                    yield new Unsigned(Long.parseUnsignedLong(text));
                } catch (NumberFormatException bad) {
                    throw CelException.conversion("string", "uint");
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object toDouble(Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number.doubleValue();
            case Unsigned number -> number.asDouble();
            case String text -> {
                try {
                    if (text.isBlank()
                            || !text.equals(text.strip())
                            || "dDfF".indexOf(text.charAt(text.length() - 1)) >= 0 && !text.matches("(?i)[+-]?inf"))
                        throw new NumberFormatException(text);
                    yield switch (text.toLowerCase(java.util.Locale.ROOT)) {
                        case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
                        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
                        case "nan" -> Double.NaN;
                        default -> Double.parseDouble(text);
                    };
                } catch (NumberFormatException bad) {
                    throw CelException.conversion("string", "double");
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    static Object toText(Object value) {
        return switch (value) {
            case String text -> text;
            case Long number -> number.toString();
            case Unsigned number -> number.toString();
            case Double number -> GoNumber.text(number);
            case Boolean bool -> bool.toString();
            case Bytes(var array) -> {
                try {
                    yield StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(array))
                            .toString();
                } catch (CharacterCodingException bad) {
                    throw new CelException("invalid UTF-8 in bytes, cannot convert to string");
                }
            }
            case Instant time -> Instants.text(time);
            case Duration duration -> seconds(duration);
            case IpLibrary.Address address -> address.toString();
            case IpLibrary.Range range -> range.toString();
            default -> throw CelException.noSuchOverload();
        };
    }

    private static String seconds(Duration duration) {
        double all = duration.getSeconds() + duration.getNano() / 1e9;
        return GoNumber.plain(all) + "s";
    }

    private static Object toBool(Object value) {
        return switch (value) {
            case Boolean bool -> bool;
            case String text ->
                switch (text) {
                    case "1", "t", "T", "true", "TRUE", "True" -> true;
                    case "0", "f", "F", "false", "FALSE", "False" -> false;
                    default -> throw CelException.conversion("string", "bool");
                };
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object toTimestamp(Object value) {
        return switch (value) {
            case Instant time -> time;
            case Long seconds -> checked(Instant.ofEpochSecond(seconds));
            case String text -> {
                try {
                    yield checked(OffsetDateTime.parse(text).toInstant());
                } catch (DateTimeParseException bad) {
                    throw CelException.conversion("string", "google.protobuf.Timestamp");
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object toDuration(Object value) {
        return switch (value) {
            case Duration duration -> duration;
            case Long nanos -> Duration.ofNanos(nanos);
            case String text -> {
                try {
                    yield GoDuration.parse(text);
                } catch (IllegalArgumentException bad) {
                    throw CelException.conversion("string", "google.protobuf.Duration");
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    // -- times ------------------------------------------------------------------------------------------------------

    private void putTimes() {
        put("getFullYear", of -> at(of, ZonedDateTime::getYear));
        put("getMonth", of -> at(of, time -> time.getMonthValue() - 1));
        put("getDayOfYear", of -> at(of, time -> time.getDayOfYear() - 1));
        put("getDate", of -> at(of, ZonedDateTime::getDayOfMonth));
        put("getDayOfMonth", of -> at(of, time -> time.getDayOfMonth() - 1));
        put("getDayOfWeek", of -> at(of, time -> time.getDayOfWeek().getValue() % 7));
        put("getHours", of -> of[0] instanceof Duration duration ? duration.toHours() : at(of, ZonedDateTime::getHour));
        put(
                "getMinutes",
                of -> of[0] instanceof Duration duration ? duration.toMinutes() : at(of, ZonedDateTime::getMinute));
        put(
                "getSeconds",
                of -> of[0] instanceof Duration duration
                        ? duration.toNanos() / 1_000_000_000L
                        : at(of, ZonedDateTime::getSecond));
        put(
                "getMilliseconds",
                of -> of[0] instanceof Duration duration
                        ? duration.toNanos() / 1_000_000L
                        : at(of, time -> time.getNano() / 1_000_000));
    }

    private static long at(Object[] of, Function<ZonedDateTime, Integer> part) {
        if (!(of[0] instanceof Instant time)) throw CelException.noSuchOverload();
        return part.apply(time.atZone(of.length > 1 ? zone(text(of[1])) : ZoneOffset.UTC));
    }

    /// A zone's name, or an offset such as `02:00` or `-02:30`.
    private static ZoneId zone(String name) {
        try {
            if (!name.contains(":")) return ZoneId.of(name.isEmpty() ? "UTC" : name);
            boolean west = name.startsWith("-");
            String[] parts = name.replaceFirst("^[+-]", "").split(":", 2);
            int minutes = Integer.parseInt(parts[0]) * 60 + Integer.parseInt(parts[1]);
            return ZoneOffset.ofTotalSeconds((west ? -minutes : minutes) * 60);
        } catch (DateTimeException | NumberFormatException unknown) {
            throw new CelException("unknown time zone " + name);
        }
    }

    /// @return for `optMap` and the like: what [Optional] is in CEL
    static Optional<?> optional(Object value) {
        if (value instanceof Optional<?> optional) return optional;
        throw CelException.noSuchOverload();
    }
}
