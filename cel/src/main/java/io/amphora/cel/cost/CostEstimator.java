package io.amphora.cel.cost;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Estimates what an expression costs before it runs: CEL's rules (cel-spec, "Cost"), as Kubernetes applies them where
/// a rule is created.
public final class CostEstimator {
    private static final long LIST_COST = 10;
    private static final long MAP_COST = 30;
    private static final Set<String> ORDERINGS = Set.of("_<_", "_<=_", "_>_", "_>=_");
    private static final Set<CelKind> SCALARS =
            Set.of(CelKind.BOOL, CelKind.DOUBLE, CelKind.DURATION, CelKind.INT, CelKind.TIMESTAMP, CelKind.UINT);

    private final CelAbstractSyntaxTree ast;
    private final SizeEstimator sizes;
    private final Map<Long, List<String>> paths = new HashMap<>();
    private final Map<Long, SizeEstimate> computed = new HashMap<>();
    private final Map<Long, Entries> entries = new HashMap<>();
    private final Map<String, Deque<Local>> locals = new HashMap<>();

    /// How large the keys and values of a container are.
    private record Entries(boolean list, SizeEstimate key, SizeEstimate value) {
        static @Nullable Entries union(@Nullable Entries a, @Nullable Entries b) {
            if (a == null || b == null) return null;
            return new Entries(a.list, a.key.union(b.key), a.value.union(b.value));
        }
    }

    private record Local(
            @Nullable List<String> path,
            @Nullable SizeEstimate size,
            @Nullable Entries entries) {}

    private record Call(CostEstimate cost, @Nullable SizeEstimate result) {
        static Call of(CostEstimate cost) {
            return new Call(cost, null);
        }
    }

    public CostEstimator(CelAbstractSyntaxTree ast, SizeEstimator sizes) {
        this.ast = ast;
        this.sizes = sizes;
    }

    public CostEstimate estimate() {
        return cost(ast.getExpr());
    }

    private CostEstimate cost(CelExpr expr) {
        return switch (expr.getKind()) {
            case IDENT -> ident(expr);
            case SELECT -> select(expr);
            case CALL -> call(expr);
            case LIST -> list(expr);
            case MAP -> map(expr);
            case COMPREHENSION -> fold(expr);
            case CONSTANT, STRUCT, NOT_SET -> CostEstimate.ZERO;
        };
    }

    private CostEstimate ident(CelExpr expr) {
        String name = expr.ident().name();
        Local local = local(name);
        paths.put(expr.id(), local == null ? List.of(name) : local.path() == null ? List.of() : local.path());
        return CostEstimate.ONE;
    }

    private CostEstimate select(CelExpr expr) {
        CelExpr.CelSelect select = expr.select();
        CostEstimate sum = cost(select.operand());
        if (select.testOnly()) return sum;
        CelKind kind = type(select.operand()).kind();
        if (kind == CelKind.MAP || kind == CelKind.STRUCT || kind == CelKind.TYPE_PARAM)
            sum = sum.plus(CostEstimate.ONE);
        paths.put(expr.id(), extended(path(select.operand()), select.field()));
        return sum;
    }

    private CostEstimate call(CelExpr expr) {
        CelExpr.CelCall call = expr.call();
        if (call.function().equals("dyn")) {
            CelExpr argument = call.args().getFirst();
            CostEstimate cost = cost(argument).plus(CostEstimate.ONE);
            copySizes(argument, expr);
            return cost;
        }
        List<CelExpr> arguments = call.args();
        List<CostEstimate> costs = arguments.stream().map(this::cost).toList();
        List<String> overloads = ast.getReference(expr.id())
                .map(CelReference::overloadIds)
                .map(List::copyOf)
                .orElse(List.of());
        if (overloads.isEmpty()) return CostEstimate.ZERO;
        CostEstimate sum = CostEstimate.ZERO;
        CelExpr target = call.target().orElse(null);
        if (target != null) sum = cost(target);
        var least = new CostEstimate(CostEstimate.ENDLESS, 0);
        SizeEstimate result = null;
        for (String overload : overloads) {
            Call one = function(expr, call.function(), overload, target, arguments, costs);
            least = least.union(one.cost());
            SizeEstimate size = one.result();
            if (size != null) result = result == null ? size : result.union(size);
            if (overload.equals("index_list") || overload.equals("index_map")) {
                Entries of = entries(arguments.getFirst());
                result = of == null ? null : of.value();
                paths.put(
                        expr.id(),
                        extended(path(arguments.getFirst()), overload.equals("index_list") ? "@items" : "@values"));
            }
            if (result == null) result = size(expr);
        }
        if (result != null) computed.put(expr.id(), result);
        return sum.plus(least);
    }

    private CostEstimate list(CelExpr expr) {
        CostEstimate sum = CostEstimate.fixed(LIST_COST);
        List<CelExpr> elements = expr.list().elements();
        var item = new SizeEstimate(elements.isEmpty() ? 0 : CostEstimate.ENDLESS, 0);
        for (CelExpr each : elements) {
            sum = sum.plus(cost(each));
            item = item.union(sizeOrUnknown(each));
        }
        entries.put(expr.id(), new Entries(true, SizeEstimate.ONE, item));
        return sum;
    }

    private CostEstimate map(CelExpr expr) {
        CostEstimate sum = CostEstimate.fixed(MAP_COST);
        List<CelExpr.CelMap.Entry> all = expr.map().entries();
        var key = new SizeEstimate(all.isEmpty() ? 0 : CostEstimate.ENDLESS, 0);
        SizeEstimate value = key;
        for (CelExpr.CelMap.Entry each : all) {
            sum = sum.plus(cost(each.key())).plus(cost(each.value()));
            key = key.union(sizeOrUnknown(each.key()));
            value = value.union(sizeOrUnknown(each.value()));
        }
        entries.put(expr.id(), new Entries(false, key, value));
        return sum;
    }

    private CostEstimate fold(CelExpr expr) {
        CelExpr.CelComprehension fold = expr.comprehension();
        if (isBind(fold)) return bind(expr, fold);
        CostEstimate sum = cost(fold.iterRange()).plus(cost(fold.accuInit()));
        push(fold.accuVar(), new Local(path(fold.accuInit()), size(fold.accuInit()), entries(fold.accuInit())));
        boolean two = !fold.iterVar2().isEmpty();
        pushIteration(fold, two);
        CostEstimate loop = cost(fold.loopCondition());
        CostEstimate step = cost(fold.loopStep());
        pop(fold.iterVar());
        if (two) pop(fold.iterVar2());
        sum = sum.plus(cost(fold.result()));
        pop(fold.accuVar());
        SizeEstimate range = sizeOrUnknown(fold.iterRange());
        sum = sum.plus(range.times(step.plus(loop)));
        if (fold.accuInit().getKind() == Kind.CONSTANT) setSize(expr, size(fold.accuInit()));
        else if (fold.accuInit().getKind() == Kind.LIST || fold.accuInit().getKind() == Kind.MAP) {
            computed.put(expr.id(), range);
            Entries made = entries(fold.loopStep());
            if (made != null) entries.put(expr.id(), made);
        }
        return sum;
    }

    private static boolean isBind(CelExpr.CelComprehension fold) {
        return fold.iterRange().getKind() == Kind.LIST
                && fold.iterRange().list().elements().isEmpty()
                && fold.loopCondition().getKind() == Kind.CONSTANT
                && fold.loopCondition().constant().equals(CelConstant.ofValue(false))
                && !isAccumulator(fold.accuVar());
    }

    private CostEstimate bind(CelExpr expr, CelExpr.CelComprehension fold) {
        CostEstimate sum = cost(fold.iterRange()).plus(cost(fold.accuInit()));
        push(fold.accuVar(), new Local(path(fold.accuInit()), size(fold.accuInit()), entries(fold.accuInit())));
        sum = sum.plus(cost(fold.result()));
        pop(fold.accuVar());
        copySizes(fold.result(), expr);
        return sum;
    }

    private void pushIteration(CelExpr.CelComprehension fold, boolean two) {
        CelExpr range = fold.iterRange();
        Entries of = entries(range);
        boolean list = of == null ? type(range).kind() == CelKind.LIST : of.list();
        SizeEstimate key = of == null ? null : of.key();
        SizeEstimate value = of == null ? null : of.value();
        List<String> path = path(range);
        if (two) {
            push(fold.iterVar(), new Local(extended(path, list ? "@indices" : "@keys"), key, null));
            push(fold.iterVar2(), new Local(extended(path, list ? "@items" : "@values"), value, null));
        } else if (list) push(fold.iterVar(), new Local(extended(path, "@items"), value, null));
        else push(fold.iterVar(), new Local(extended(path, "@keys"), key, null));
    }

    // -- calls ------------------------------------------------------------------------------------------------------

    private static CostEstimate sum(List<CostEstimate> costs) {
        return costs.stream().reduce(CostEstimate.ZERO, CostEstimate::plus);
    }

    private Call function(
            CelExpr expr,
            String function,
            String overload,
            @Nullable CelExpr target,
            List<CelExpr> of,
            List<CostEstimate> costs) {
        Call library = library(function, overload, target, of);
        if (library != null) return new Call(library.cost().plus(sum(costs)), library.result());
        return switch (function) {
            case "startsWith", "endsWith" ->
                Call.of(sizeOrUnknown(of.getFirst()).scaled(CallCosts.TRAVERSAL).plus(sum(costs)));
            case "@in" ->
                overload.equals("in_list")
                        ? Call.of(sizeOrUnknown(of.get(1)).scaled(1).plus(sum(costs)))
                        : Call.of(CostEstimate.ONE.plus(sum(costs)));
            case "matches" -> {
                CelExpr text = target != null ? target : of.getFirst();
                CostEstimate walk = sizeOrUnknown(text).plus(SizeEstimate.ONE).scaled(CallCosts.TRAVERSAL);
                CostEstimate regex = sizeOrUnknown(of.getLast()).scaled(CallCosts.REGEX_LENGTH);
                yield target == null
                        ? Call.of(CostEstimate.ONE.plus(sum(costs)))
                        : Call.of(walk.times(regex).plus(sum(costs)));
            }
            case "contains" -> {
                if (target == null) yield Call.of(CostEstimate.ONE.plus(sum(costs)));
                CostEstimate text = sizeOrUnknown(target).scaled(CallCosts.TRAVERSAL);
                CostEstimate part = sizeOrUnknown(of.getFirst()).scaled(CallCosts.TRAVERSAL);
                yield Call.of(text.times(part).plus(sum(costs)));
            }
            case "format" -> {
                if (target == null) yield Call.of(CostEstimate.ONE.plus(sum(costs)));
                SizeEstimate text = sizeOrUnknown(target);
                yield Call.of(text.scaled(CallCosts.TRAVERSAL).plus(sum(costs)));
            }
            case "strings.quote" -> {
                SizeEstimate text = sizeOrUnknown(of.getFirst());
                var quoted = new SizeEstimate(
                        SizeEstimate.sum(text.min(), 2), SizeEstimate.sum(SizeEstimate.product(text.max(), 2), 2));
                yield new Call(text.scaled(CallCosts.TRAVERSAL).plus(sum(costs)), quoted);
            }
            case "bytes", "string" -> conversion(overload, of, costs);
            case "_&&_", "_||_" -> {
                CostEstimate first = costs.getFirst();
                yield Call.of(new CostEstimate(first.min(), sum(costs).max()));
            }
            case "_?_:_" -> {
                SizeEstimate size = sizeOrUnknown(of.get(1)).union(sizeOrUnknown(of.get(2)));
                Entries both = Entries.union(entries(of.get(1)), entries(of.get(2)));
                if (both != null) entries.put(expr.id(), both);
                yield new Call(costs.get(0).plus(costs.get(1).union(costs.get(2))), size);
            }
            case "_+_" -> plus(expr, overload, of, costs);
            case "_==_", "_!=_" ->
                type(of.getFirst()).kind() == CelKind.OPAQUE && !(type(of.getFirst()) instanceof OptionalType)
                        ? Call.of(CostEstimate.ONE.plus(sum(costs)))
                        : compared(of, costs);
            default ->
                ORDERINGS.contains(function) && (overload.endsWith("string") || overload.endsWith("bytes"))
                        ? compared(of, costs)
                        : Call.of(CostEstimate.ONE.plus(sum(costs)));
        };
    }

    private Call conversion(String overload, List<CelExpr> of, List<CostEstimate> costs) {
        SizeEstimate size = sizeOrUnknown(of.getFirst());
        CostEstimate cost = size.scaled(CallCosts.TRAVERSAL).plus(sum(costs));
        return switch (overload) {
            case "string_to_bytes" -> new Call(cost, new SizeEstimate(size.min(), SizeEstimate.product(size.max(), 4)));
            case "bytes_to_string" -> new Call(cost, new SizeEstimate(size.min() / 4, size.max()));
            default -> Call.of(CostEstimate.ONE.plus(sum(costs)));
        };
    }

    private Call plus(CelExpr expr, String overload, List<CelExpr> of, List<CostEstimate> costs) {
        if (!overload.equals("add_string") && !overload.equals("add_bytes") && !overload.equals("add_list"))
            return Call.of(CostEstimate.ONE.plus(sum(costs)));
        SizeEstimate size = sizeOrUnknown(of.get(0)).plus(sizeOrUnknown(of.get(1)));
        Entries both = Entries.union(entries(of.get(0)), entries(of.get(1)));
        if (both != null) entries.put(expr.id(), both);
        CostEstimate own = overload.equals("add_list") ? CostEstimate.ONE : size.scaled(CallCosts.TRAVERSAL);
        return new Call(own.plus(sum(costs)), size);
    }

    private Call compared(List<CelExpr> of, List<CostEstimate> costs) {
        long most = Math.min(
                sizeOrUnknown(of.get(0)).max(), sizeOrUnknown(of.get(1)).max());
        CostEstimate own = new SizeEstimate(most > 0 ? 1 : 0, most).scaled(CallCosts.TRAVERSAL);
        return Call.of(own.plus(sum(costs)));
    }

    /// Kubernetes' own functions and the strings extension; null for all others. What tests its target here and is no
    /// member costs as any other call.
    private @Nullable Call library(String function, String overload, @Nullable CelExpr target, List<CelExpr> of) {
        switch (function) {
            case "check":
                return Call.of(CostEstimate.fixed(CallCosts.AUTHORIZATION));
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf":
                return target == null ? null : Call.of(traversal(target));
            case "url":
                return Call.of(sizeOrUnknown(of.getFirst()).scaled(CallCosts.TRAVERSAL));
            case "lowerAscii", "upperAscii", "substring", "trim":
                return target == null
                        ? null
                        : new Call(sizeOrUnknown(target).scaled(CallCosts.TRAVERSAL), sizeOrUnknown(target));
            case "replace":
                return target == null ? null : replaced(target, of);
            case "split":
                if (target == null) return null;
                SizeEstimate whole = sizeOrUnknown(target);
                long most = of.size() > 1 && of.get(1).getKind() == Kind.CONSTANT
                        ? Math.max(0, of.get(1).constant().int64Value())
                        : whole.max();
                return new Call(whole.scaled(2 * CallCosts.TRAVERSAL), new SizeEstimate(0, most));
            case "join":
                return target == null ? null : joined(target, of);
            case "find", "findAll":
                if (target == null) return null;
                SizeEstimate text = sizeOrUnknown(target);
                CostEstimate walk = text.plus(SizeEstimate.ONE).scaled(CallCosts.TRAVERSAL);
                CostEstimate regex = sizeOrUnknown(of.getFirst()).scaled(CallCosts.REGEX_LENGTH);
                return new Call(walk.times(regex), new SizeEstimate(0, text.max()));
            case "containsIP", "containsCIDR":
                return target == null ? null : contained(function, overload, of);
            default:
                return null;
        }
    }

    private CostEstimate traversal(CelExpr target) {
        SizeEstimate size = sizeOrUnknown(target);
        if (!(type(target) instanceof ListType list) || !list.hasElemType()) return size.scaled(CallCosts.TRAVERSAL);
        CostEstimate item = CostEstimate.ONE;
        CelKind kind = list.elemType().kind();
        if (kind == CelKind.STRING || kind == CelKind.BYTES) {
            List<String> path = path(target);
            SizeEstimate each = path.isEmpty() ? null : sizes.size(extended(path, "@items"));
            item = item.plus((each == null ? SizeEstimate.UNKNOWN : each).scaled(CallCosts.TRAVERSAL));
        }
        return size.times(item);
    }

    private Call replaced(CelExpr target, List<CelExpr> of) {
        SizeEstimate text = sizeOrUnknown(target);
        SizeEstimate old = sizeOrUnknown(of.get(0));
        SizeEstimate by = sizeOrUnknown(of.get(1));
        long mostCount = 0;
        long mostKept = 0;
        if (old.min() == 0) {
            mostCount = SizeEstimate.sum(text.max(), 1);
            mostKept = text.max();
        } else if (by.max() <= old.min()) mostKept = text.max();
        else mostCount = (long) Math.ceil((double) text.max() / old.min());
        long leastCount = 0;
        long leastKept = 0;
        if (old.max() == 0) {
            leastCount = SizeEstimate.sum(text.min(), 1);
            leastKept = text.min();
        } else if (old.max() <= by.min()) leastKept = text.min();
        else leastCount = (long) Math.ceil((double) text.min() / old.max());
        SizeEstimate result =
                new SizeEstimate(leastCount, mostCount).times(by).plus(new SizeEstimate(leastKept, mostKept));
        return new Call(text.scaled(2 * CallCosts.TRAVERSAL), result);
    }

    private Call joined(CelExpr target, List<CelExpr> of) {
        SizeEstimate list = sizeOrUnknown(target);
        List<String> path = path(target);
        SizeEstimate item = path.isEmpty() ? null : sizes.size(extended(path, "@items"));
        SizeEstimate size = list.times(item == null ? SizeEstimate.UNKNOWN : item);
        if (!of.isEmpty()) {
            var separators = new SizeEstimate(Math.max(0, list.min() - 1), Math.max(0, list.max() - 1));
            size = size.plus(sizeOrUnknown(of.getFirst()).times(separators));
        }
        return new Call(size.scaled(CallCosts.TRAVERSAL), size);
    }

    /// Addresses are 4 to 16 bytes.
    private Call contained(String function, String overload, List<CelExpr> of) {
        var bytes = new SizeEstimate(4, 16);
        CostEstimate cost = bytes.plus(bytes).scaled(CallCosts.TRAVERSAL);
        if (function.equals("containsCIDR"))
            cost = cost.plus(bytes.scaled(CallCosts.TRAVERSAL)).plus(CostEstimate.ONE);
        if (overload.endsWith("_string"))
            cost = cost.plus(sizeOrUnknown(of.getFirst()).scaled(CallCosts.TRAVERSAL));
        return Call.of(cost);
    }

    // -- sizes ------------------------------------------------------------------------------------------------------

    private CelType type(CelExpr expr) {
        return ast.getType(expr.id()).orElse(SimpleType.DYN);
    }

    private static boolean isAccumulator(String name) {
        return name.equals("__result__") || name.equals("@result");
    }

    /// Empty where the value is not reached from a variable.
    private List<String> path(CelExpr expr) {
        if (expr.getKind() == Kind.IDENT) {
            Local local = local(expr.ident().name());
            if (local != null) return local.path() == null ? List.of() : local.path();
        }
        List<String> path = paths.getOrDefault(expr.id(), List.of());
        return !path.isEmpty() && isAccumulator(path.getFirst()) ? List.of() : path;
    }

    private static List<String> extended(List<String> path, String more) {
        if (path.isEmpty()) return List.of();
        var extended = new ArrayList<>(path);
        extended.add(more);
        return extended;
    }

    private void push(String name, Local local) {
        locals.computeIfAbsent(name, any -> new ArrayDeque<>()).push(local);
    }

    private void pop(String name) {
        Deque<Local> stack = locals.get(name);
        if (stack != null) stack.pop();
    }

    private @Nullable Local local(String name) {
        Deque<Local> stack = locals.get(name);
        return stack == null ? null : stack.peek();
    }

    private void setSize(CelExpr expr, @Nullable SizeEstimate size) {
        if (size != null) computed.put(expr.id(), size);
    }

    private void copySizes(CelExpr from, CelExpr to) {
        setSize(to, size(from));
        Entries of = entries(from);
        if (of != null) entries.put(to.id(), of);
    }

    private @Nullable Entries entries(CelExpr expr) {
        Entries found = entries.get(expr.id());
        if (found != null || expr.getKind() != Kind.IDENT) return found;
        Local local = local(expr.ident().name());
        return local == null ? null : local.entries();
    }

    private SizeEstimate sizeOrUnknown(CelExpr expr) {
        SizeEstimate size = size(expr);
        return size == null ? SizeEstimate.UNKNOWN : size;
    }

    private @Nullable SizeEstimate size(CelExpr expr) {
        SizeEstimate known = computed.get(expr.id());
        if (known != null) return known;
        SizeEstimate written = written(expr);
        if (written != null) return written;
        List<String> path = path(expr);
        SizeEstimate told = path.isEmpty() ? null : sizes.size(path);
        if (told != null) {
            computed.put(expr.id(), told);
            return told;
        }
        if (isScalar(type(expr))) return SizeEstimate.ONE;
        if (expr.getKind() != Kind.IDENT) return null;
        Local local = local(expr.ident().name());
        return local == null ? null : local.size();
    }

    private static boolean isScalar(CelType type) {
        if (type instanceof OptionalType optional)
            return isScalar(optional.parameters().getFirst());
        return SCALARS.contains(type.kind());
    }

    private static @Nullable SizeEstimate written(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT ->
                switch (expr.constant().getKind()) {
                    case STRING_VALUE -> {
                        String text = expr.constant().stringValue();
                        yield SizeEstimate.fixed(text.codePointCount(0, text.length()));
                    }
                    case BYTES_VALUE ->
                        SizeEstimate.fixed(expr.constant().bytesValue().size());
                    default -> SizeEstimate.ONE;
                };
            case LIST -> SizeEstimate.fixed(expr.list().elements().size());
            case MAP -> SizeEstimate.fixed(expr.map().entries().size());
            default -> null;
        };
    }
}
