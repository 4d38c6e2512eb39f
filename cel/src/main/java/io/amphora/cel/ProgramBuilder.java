package io.amphora.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import io.amphora.cel.Program.Frame;
import io.amphora.cel.Program.Node;
import io.amphora.cel.cost.CallCosts;
import io.amphora.cel.library.Libraries;
import io.amphora.cel.library.Overload;
import io.amphora.cel.value.Bytes;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.TypeValue;
import io.amphora.cel.value.Unsigned;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes nodes of a checked expression.
final class ProgramBuilder {
    private static final long LIST_COST = 10;
    private static final long MAP_COST = 30;

    /// Of a literal they are carried out at once.
    private static final Set<String> CONVERSIONS =
            Set.of("int", "uint", "double", "string", "bytes", "bool", "duration", "timestamp");

    private final CelAbstractSyntaxTree ast;
    private final Libraries libraries;
    private final Map<String, Integer> scope = new HashMap<>();
    private final List<String> variables;
    private final Set<String> uses = new LinkedHashSet<>();
    private int slots;

    ProgramBuilder(CelAbstractSyntaxTree ast, Libraries libraries, List<String> variables) {
        this.ast = ast;
        this.libraries = libraries;
        this.variables = variables;
        for (String variable : variables) scope.put(variable, slots++);
    }

    /// @throws CelException where a literal cannot be converted
    Program build() {
        Node root = node(ast.getExpr());
        return new Program(root, slots, Set.copyOf(uses));
    }

    private Node node(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(value(expr.constant()));
            case IDENT -> ident(expr.ident().name(), expr.id());
            case SELECT -> select(expr);
            case CALL -> call(expr);
            case LIST -> list(expr.list());
            case MAP -> map(expr.map());
            case COMPREHENSION -> fold(expr.comprehension());
            case STRUCT, NOT_SET -> throw new IllegalStateException(expr.getKind() + " is refused by the type checker");
        };
    }

    private static Node constant(Object value) {
        return frame -> value;
    }

    private static Object value(CelConstant constant) {
        return switch (constant.getKind()) {
            case NULL_VALUE -> Tree.NULL;
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case UINT64_VALUE -> new Unsigned(constant.uint64Value().longValue());
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            case BYTES_VALUE -> new Bytes(constant.bytesValue().toByteArray());
            default -> throw new IllegalStateException("a literal of kind " + constant.getKind());
        };
    }

    /// A variable, or the name of a type.
    private Node ident(String name, long id) {
        Integer slot = scope.get(name);
        if (slot == null) return constant(new TypeValue(typeName(id, name)));
        if (variables.contains(name)) uses.add(name);
        int at = slot;
        return frame -> {
            frame.spend(1);
            Object found = frame.slots[at];
            if (found instanceof CelException error) throw error;
            return found;
        };
    }

    private String typeName(long id, String name) {
        return ast.getReference(id).map(CelReference::name).orElse(name);
    }

    private Node select(CelExpr expr) {
        CelExpr.CelSelect select = expr.select();
        Optional<CelReference> qualified = ast.getReference(expr.id());
        if (qualified.isPresent() && !qualified.get().name().isEmpty())
            return ident(qualified.get().name(), expr.id());
        Node operand = node(select.operand());
        String field = select.field();
        if (select.testOnly()) return frame -> has(operand.evaluate(frame), field);
        return frame -> {
            Object of = operand.evaluate(frame);
            frame.spend(1);
            return field(of, field);
        };
    }

    private static Object field(Object of, String field) {
        return switch (of) {
            case MapValue map -> {
                Object found = map.find(field);
                if (found == null) throw new CelException("no such key: " + field);
                yield found;
            }
            case Optional<?> optional ->
                optional.isPresent() && optional.get() instanceof MapValue map
                        ? Optional.ofNullable(map.find(field))
                        : Optional.empty();
            case Tree.Null none -> throw new CelException("no such key: " + field);
            default -> throw CelException.noSuchOverload();
        };
    }

    private static boolean has(Object of, String field) {
        return switch (of) {
            case MapValue map -> {
                Object found = map.find(field);
                yield found != null && found != Tree.NULL;
            }
            case Optional<?> optional -> optional.isPresent() && has(optional.get(), field);
            default -> throw CelException.noSuchOverload();
        };
    }

    private Node call(CelExpr expr) {
        CelExpr.CelCall call = expr.call();
        List<CelExpr> arguments = call.args();
        return switch (call.function()) {
            case "_&&_" -> logical(arguments, false);
            case "_||_" -> logical(arguments, true);
            case "_?_:_" -> conditional(arguments);
            case "@not_strictly_false", "__not_strictly_false__" -> notStrictlyFalse(node(arguments.getFirst()));
            default -> function(expr.id(), call);
        };
    }

    /// `&&` and `||` with as many operands as there are: one that decides does so whether or not others have an error.
    ///
    /// @param deciding the value that decides
    private Node logical(List<CelExpr> operands, boolean deciding) {
        List<Node> nodes = operands.stream().map(this::node).toList();
        return frame -> {
            CelException first = null;
            for (Node each : nodes) {
                try {
                    Object value = each.evaluate(frame);
                    if (!(value instanceof Boolean bool)) throw CelException.noSuchOverload();
                    if (bool == deciding) return deciding;
                } catch (CelException.CostExceeded exceeded) {
                    throw exceeded;
                } catch (CelException error) {
                    if (first == null) first = error;
                }
            }
            if (first != null) throw first;
            return !deciding;
        };
    }

    private Node conditional(List<CelExpr> arguments) {
        Node condition = node(arguments.get(0));
        Node then = node(arguments.get(1));
        Node otherwise = node(arguments.get(2));
        return frame -> {
            if (!(condition.evaluate(frame) instanceof Boolean bool)) throw CelException.noSuchOverload();
            return (bool ? then : otherwise).evaluate(frame);
        };
    }

    private static Node notStrictlyFalse(Node operand) {
        return frame -> {
            try {
                return operand.evaluate(frame);
            } catch (CelException.CostExceeded exceeded) {
                throw exceeded;
            } catch (CelException error) {
                return true;
            }
        };
    }

    private Node function(long id, CelExpr.CelCall call) {
        var nodes = new ArrayList<Node>();
        Optional<CelReference> reference = ast.getReference(id);
        List<String> ids =
                reference.map(CelReference::overloadIds).map(List::copyOf).orElse(List.of());
        // `sets.contains(a, b)` looks like a call on `sets`; the type checker has taken that target away.
        String name = call.function();
        call.target().ifPresent(target -> nodes.add(node(target)));
        call.args().forEach(each -> nodes.add(node(each)));
        Overload.Body body = libraries.find(name, ids);
        if (body == null) throw new IllegalStateException("no function " + name);
        String overload = ids.size() == 1 ? ids.getFirst() : "";
        Node[] arguments = nodes.toArray(Node[]::new);
        if (CONVERSIONS.contains(name) && isLiteral(call))
            return constant(body.call(new Object[] {value(call.args().getFirst().constant())}));
        return frame -> {
            var values = new Object[arguments.length];
            for (int i = 0; i < values.length; i++) values[i] = arguments[i].evaluate(frame);
            Object result = body.call(values);
            frame.spend(CallCosts.spent(name, overload, values, result));
            return result;
        };
    }

    private static boolean isLiteral(CelExpr.CelCall call) {
        return call.args().size() == 1 && call.args().getFirst().getKind() == CelExpr.ExprKind.Kind.CONSTANT;
    }

    private Node list(CelExpr.CelList list) {
        List<Node> nodes = list.elements().stream().map(this::node).toList();
        Set<Integer> optional = Set.copyOf(list.optionalIndices());
        return frame -> {
            var items = new ArrayList<Object>(nodes.size());
            for (int i = 0; i < nodes.size(); i++) {
                Object item = nodes.get(i).evaluate(frame);
                if (!optional.contains(i)) items.add(item);
                else if (item instanceof Optional<?> some) some.ifPresent(items::add);
                else throw CelException.noSuchOverload();
            }
            frame.spend(LIST_COST);
            return new Growing(items, items.size());
        };
    }

    /// A list that shares its items with those it was made from, so that a fold that appends is linear. What an
    /// evaluation makes stays within its thread.
    private record Growing(ArrayList<Object> shared, int size) implements ListValue {
        @Override
        public Object get(int index) {
            return shared.get(index);
        }

        @Override
        public ListValue plus(ListValue other) {
            if (shared.size() != size) return ListValue.super.plus(other);
            for (int i = 0, count = other.size(); i < count; i++) shared.add(other.get(i));
            return new Growing(shared, shared.size());
        }
    }

    private Node map(CelExpr.CelMap map) {
        record Entry(Node key, Node value, boolean optional) {}
        List<Entry> entries = map.entries().stream()
                .map(each -> new Entry(node(each.key()), node(each.value()), each.optionalEntry()))
                .toList();
        return frame -> {
            var made = new LinkedHashMap<Object, Object>();
            for (Entry each : entries) {
                Object key = each.key().evaluate(frame);
                Object value = each.value().evaluate(frame);
                if (each.optional()) {
                    if (!(value instanceof Optional<?> some)) throw CelException.noSuchOverload();
                    if (some.isEmpty()) continue;
                    value = some.get();
                }
                if (made.putIfAbsent(key, value) != null) throw new CelException("Failed with repeated key");
            }
            frame.spend(MAP_COST);
            return new MapValue.Entries(made);
        };
    }

    /// A comprehension (cel-spec, "Macros"): what `all`, `exists`, `map` and the like expand to.
    private Node fold(CelExpr.CelComprehension fold) {
        Node range = node(fold.iterRange());
        Node init = node(fold.accuInit());
        boolean two = !fold.iterVar2().isEmpty();
        int accumulator = slots++;
        int first = slots++;
        int second = two ? slots++ : -1;
        Integer hiddenAccumulator = scope.put(fold.accuVar(), accumulator);
        Integer hiddenFirst = scope.put(fold.iterVar(), first);
        Integer hiddenSecond = two ? scope.put(fold.iterVar2(), second) : null;
        Node condition = node(fold.loopCondition());
        Node step = node(fold.loopStep());
        if (two) restore(fold.iterVar2(), hiddenSecond);
        restore(fold.iterVar(), hiddenFirst);
        // The result sees the accumulator, and the outer variable where the loop's had its name.
        if (fold.iterVar().equals(fold.accuVar())) scope.put(fold.accuVar(), accumulator);
        Node result = node(fold.result());
        restore(fold.accuVar(), hiddenAccumulator);
        return frame -> {
            Object over = range.evaluate(frame);
            frame.slots[accumulator] = evaluated(init, frame);
            switch (over) {
                case ListValue list -> {
                    for (int i = 0, count = list.size(); i < count; i++) {
                        frame.slots[first] = two ? (Object) (long) i : list.get(i);
                        if (two) frame.slots[second] = list.get(i);
                        if (!goesOn(condition, frame)) break;
                        frame.slots[accumulator] = evaluated(step, frame);
                    }
                }
                case MapValue map -> {
                    for (Object key : map.keys()) {
                        frame.slots[first] = key;
                        if (two) frame.slots[second] = valueOf(map, key);
                        if (!goesOn(condition, frame)) break;
                        frame.slots[accumulator] = evaluated(step, frame);
                    }
                }
                default -> throw CelException.noSuchOverload();
            }
            return result.evaluate(frame);
        };
    }

    private static Object valueOf(MapValue map, Object key) {
        Object value = map.find(key);
        return value == null ? new CelException("no such key: " + key) : value;
    }

    private static boolean goesOn(Node condition, Frame frame) {
        return !Boolean.FALSE.equals(evaluated(condition, frame));
    }

    /// The value, or its error, which is one until it is read.
    private static Object evaluated(Node node, Frame frame) {
        try {
            return node.evaluate(frame);
        } catch (CelException.CostExceeded exceeded) {
            throw exceeded;
        } catch (CelException error) {
            return error;
        }
    }

    private void restore(String name, @Nullable Integer hidden) {
        if (hidden == null) scope.remove(name);
        else scope.put(name, hidden);
    }
}
