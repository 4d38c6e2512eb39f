package io.amphora.kubectl.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The functions of templates: Go's own, and kubectl's `exists` and `base64decode`.
final class Functions {
    /// How a function is called.
    ///
    /// @param least how many values it takes at least, or when not variadic, exactly
    /// @param textFirst whether the first must be a text
    record Shape(int least, boolean variadic, boolean textFirst) {
        Shape(int least, boolean variadic) {
            this(least, variadic, false);
        }
    }

    /// What a function finds wrong.
    static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mistake(String message) {
            super(message, null, false, false);
        }
    }

    private static final Map<String, Shape> SHAPES = Map.ofEntries(
            Map.entry("and", new Shape(1, true)),
            Map.entry("or", new Shape(1, true)),
            Map.entry("not", new Shape(1, false)),
            Map.entry("call", new Shape(1, true)),
            Map.entry("html", new Shape(0, true)),
            Map.entry("js", new Shape(0, true)),
            Map.entry("urlquery", new Shape(0, true)),
            Map.entry("index", new Shape(1, true)),
            Map.entry("slice", new Shape(1, true)),
            Map.entry("len", new Shape(1, false)),
            Map.entry("print", new Shape(0, true)),
            Map.entry("printf", new Shape(1, true, true)),
            Map.entry("println", new Shape(0, true)),
            Map.entry("eq", new Shape(1, true)),
            Map.entry("ne", new Shape(2, false)),
            Map.entry("lt", new Shape(2, false)),
            Map.entry("le", new Shape(2, false)),
            Map.entry("gt", new Shape(2, false)),
            Map.entry("ge", new Shape(2, false)),
            Map.entry("exists", new Shape(1, true)),
            Map.entry("base64decode", new Shape(1, false, true)));

    private Functions() {}

    static boolean isFunction(String name) {
        return SHAPES.containsKey(name);
    }

    static Shape shape(String name) {
        Shape shape = SHAPES.get(name);
        if (shape == null) throw new Mistake(name + " is not a defined function");
        return shape;
    }

    /// `and` and `or` are not among these, as they do not look at all their values, nor is `call`.
    static Value call(String name, List<Value> given) {
        List<Value> values = given.stream().map(Value::bare).toList();
        return switch (name) {
            case "not" -> new Value.Bool(!values.getFirst().isTrue());
            case "html" -> text(Escapes.html(Format.joined(values)));
            case "js" -> text(Escapes.js(Format.joined(values)));
            case "urlquery" -> text(Escapes.urlQuery(Format.joined(values)));
            case "print" -> text(Format.sprint(values));
            case "println" -> text(Format.sprintln(values));
            case "printf" ->
                text(Format.sprintf(((Value.Text) values.getFirst()).bytes(), values.subList(1, values.size())));
            case "len" -> new Value.Whole(length(values.getFirst()));
            case "index" -> index(values.getFirst(), values.subList(1, values.size()));
            case "slice" -> slice(values.getFirst(), values.subList(1, values.size()));
            case "exists" -> new Value.Bool(exists(values.getFirst(), values.subList(1, values.size())));
            case "base64decode" -> text(Base64Text.decode(((Value.Text) values.getFirst()).bytes()));
            default -> new Value.Bool(Comparison.compare(name, values));
        };
    }

    private static Value text(String bytes) {
        return new Value.Text(bytes);
    }

    /// Why `call` fails, as it always does: nothing that a template is given here is a function.
    static String uncallable(String written, Value value) {
        return isNothing(value.bare())
                ? "call of nil"
                : "non-function " + written + " of type " + value.bare().type();
    }

    private static boolean isNothing(Value value) {
        return value.isMissing() || value instanceof Value.Nil;
    }

    private static long length(Value value) {
        return switch (value) {
            case Value.Text(var bytes) -> bytes.length();
            case Value.Items(var items) -> items.size();
            case Value.Entries(var entries) -> entries.size();
            case Value.Missing _, Value.Nil _ -> throw new Mistake("reflect: call of reflect.Value.Type on zero Value");
            default -> throw new Mistake("len of type " + value.type());
        };
    }

    private static Value index(Value item, List<Value> keys) {
        if (isNothing(item)) throw new Mistake("index of untyped nil");
        Value here = item;
        for (Value key : keys) {
            here = switch (here.bare()) {
                case Value.Items(var items) -> {
                    int at = position(key, items.size());
                    if (at == items.size()) throw new Mistake("reflect: slice index out of range");
                    yield items.get(at);
                }
                case Value.Text(var bytes) -> {
                    int at = position(key, bytes.length());
                    if (at == bytes.length()) throw new Mistake("reflect: string index out of range");
                    yield new Value.Octet(bytes.charAt(at));
                }
                case Value.Entries(var entries) -> entries.getOrDefault(key(key), new Value.Boxed(Value.NIL));
                case Value.Missing _, Value.Nil _ -> throw new Mistake("index of nil pointer");
                default ->
                    throw new Mistake("can't index item of type " + here.bare().type());
            };
        }
        return here;
    }

    private static String key(Value key) {
        if (key instanceof Value.Text(var bytes)) return bytes;
        if (isNothing(key)) throw new Mistake("value is nil; should be of type string");
        throw new Mistake("value has type " + key.type() + "; should be string");
    }

    private static int position(Value index, int most) {
        long at = switch (index) {
            case Value.Whole(var value, var _) -> value;
            case Value.Octet(var value) -> value;
            case Value.Missing _, Value.Nil _ -> throw new Mistake("cannot index slice/array with nil");
            default -> throw new Mistake("cannot index slice/array with type " + index.type());
        };
        if (at < 0 || at > most) throw new Mistake("index out of range: " + at);
        return (int) at;
    }

    private static Value slice(Value item, List<Value> indexes) {
        if (isNothing(item)) throw new Mistake("slice of untyped nil");
        if (indexes.size() > 3) throw new Mistake("too many slice indexes: " + indexes.size());
        int most = switch (item) {
            case Value.Text(var bytes) -> {
                if (indexes.size() == 3) throw new Mistake("cannot 3-index slice a string");
                yield bytes.length();
            }
            case Value.Items(var items) -> items.size();
            default -> throw new Mistake("can't slice item of type " + item.type());
        };
        var bounds = new ArrayList<Integer>(List.of(0, most));
        for (int i = 0; i < indexes.size(); i++) {
            int bound = position(indexes.get(i), most);
            if (i < 2) bounds.set(i, bound);
            else bounds.add(bound);
        }
        for (int i = 1; i < bounds.size(); i++)
            if (bounds.get(i - 1) > bounds.get(i))
                throw new Mistake("invalid slice index: " + bounds.get(i - 1) + " > " + bounds.get(i));
        int from = bounds.get(0);
        int to = bounds.get(1);
        return item instanceof Value.Items(var items)
                ? new Value.Items(items.subList(from, to))
                : text(((Value.Text) item).bytes().substring(from, to));
    }

    private static boolean exists(Value item, List<Value> keys) {
        Value here = item;
        for (Value key : keys) {
            long at = key instanceof Value.Whole(var value, var _) ? value : -1;
            switch (here.bare()) {
                case Value.Items(var items) when at >= 0 && at < items.size() -> here = items.get((int) at);
                case Value.Text(var bytes)
                when at >= 0 && at < bytes.length() -> here = new Value.Octet(bytes.charAt((int) at));
                case Value.Entries(var entries)
                when isNothing(key) || key instanceof Value.Text ->
                    here = entries.getOrDefault(isNothing(key) ? "" : key(key), Value.NIL);
                default -> {
                    return false;
                }
            }
        }
        return !isNothing(here.bare());
    }
}
