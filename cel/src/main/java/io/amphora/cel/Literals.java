package io.amphora.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import io.amphora.cel.library.FormatClauses;
import io.amphora.machinery.time.GoDuration;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What Kubernetes checks of literals besides their types: times, durations and regular expressions that are written
/// out must be ones, and the items of a list have one type (but those that `format` takes).
final class Literals {
    private final CelAbstractSyntaxTree ast;
    private final List<CelIssue> issues = new ArrayList<>();
    private final List<String> badPatterns = new ArrayList<>();

    private Literals(CelAbstractSyntaxTree ast) {
        this.ast = ast;
    }

    static void check(CelAbstractSyntaxTree ast) throws CompilationException {
        var literals = new Literals(ast);
        literals.walk(ast.getExpr(), false);
        CelSource source = ast.getSource();
        if (!literals.issues.isEmpty()) throw new CompilationException(Issues.text(literals.issues, source), false);
        if (!literals.badPatterns.isEmpty())
            throw new CompilationException("error parsing regexp: " + literals.badPatterns.getFirst(), true);
    }

    private void walk(CelExpr expr, boolean mixed) {
        switch (expr.getKind()) {
            case SELECT -> walk(expr.select().operand(), mixed);
            case CALL -> call(expr, expr.call());
            case LIST -> {
                if (!mixed) sameTypes(expr.list().elements());
                expr.list().elements().forEach(each -> walk(each, mixed));
            }
            case MAP -> {
                var keys = new ArrayList<CelExpr>();
                var values = new ArrayList<CelExpr>();
                for (CelExpr.CelMap.Entry entry : expr.map().entries()) {
                    keys.add(entry.key());
                    values.add(entry.value());
                    walk(entry.key(), mixed);
                    walk(entry.value(), mixed);
                }
                if (mixed) return;
                sameTypes(keys);
                sameTypes(values);
            }
            case COMPREHENSION -> {
                CelExpr.CelComprehension fold = expr.comprehension();
                for (CelExpr each : List.of(
                        fold.iterRange(), fold.accuInit(), fold.loopCondition(), fold.loopStep(), fold.result()))
                    walk(each, mixed);
            }
            default -> {}
        }
    }

    private void call(CelExpr expr, CelExpr.CelCall call) {
        call.target().ifPresent(target -> walk(target, false));
        boolean formats = call.function().equals("format");
        call.args().forEach(each -> walk(each, formats));
        if (formats) format(expr, call);
        if (call.args().isEmpty()) return;
        CelExpr last = call.args().getLast();
        if (last.getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || last.constant().getKind() != CelConstant.Kind.STRING_VALUE) return;
        switch (call.function()) {
            case "timestamp" -> literal(last, "invalid timestamp argument", OffsetDateTime::parse);
            case "duration" -> literal(last, "invalid duration argument", GoDuration::parse);
            case "matches" -> literal(last, "invalid matches argument", Pattern::compile);
            case "find", "findAll" -> {
                try {
                    Pattern.compile(last.constant().stringValue());
                } catch (PatternSyntaxException bad) {
                    badPatterns.add(String.valueOf(bad.getMessage()).replace("error parsing regexp: ", ""));
                }
            }
            default -> {}
        }
    }

    /// A format that is written out, with its arguments: each clause must suit its argument.
    private void format(CelExpr expr, CelExpr.CelCall call) {
        CelExpr format = call.target().orElse(null);
        if (format == null
                || format.getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || call.args().size() != 1
                || call.args().getFirst().getKind() != CelExpr.ExprKind.Kind.LIST) return;
        List<CelExpr> arguments = call.args().getFirst().list().elements();
        List<CelKind> kinds = arguments.stream()
                .map(each -> ast.getType(each.id()).map(CelType::kind).orElse(CelKind.DYN))
                .toList();
        FormatClauses.problem(format.constant().stringValue(), kinds)
                .ifPresent(problem ->
                        report(problem.argument() < 0 ? expr : arguments.get(problem.argument()), problem.message()));
    }

    private void literal(CelExpr literal, String wrong, Consumer<String> parse) {
        try {
            parse.accept(literal.constant().stringValue());
        } catch (DateTimeException | IllegalArgumentException | PatternSyntaxException bad) {
            report(literal, wrong);
        }
    }

    private void sameTypes(List<CelExpr> items) {
        CelType first = null;
        for (CelExpr each : items) {
            CelType type = ast.getType(each.id()).orElse(null);
            if (type == null || type.kind() == CelKind.DYN || type.name().startsWith("optional_type")) continue;
            if (first == null) first = type;
            else if (!first.isAssignableFrom(type)) {
                report(
                        each,
                        "expected type '" + Issues.typeName(first) + "' but found '" + Issues.typeName(type) + "'");
                return;
            }
        }
    }

    private void report(CelExpr expr, String message) {
        CelSource source = ast.getSource();
        Integer offset = source.getPositionsMap().get(expr.id());
        CelSourceLocation at = offset == null
                ? CelSourceLocation.NONE
                : source.getOffsetLocation(offset).orElse(CelSourceLocation.NONE);
        issues.add(CelIssue.formatError(expr.id(), at, message));
    }
}
