package io.amphora.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.StructType;
import dev.cel.common.types.TypeType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelStandardMacro;
import io.amphora.cel.library.Libraries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What expressions of one kind may name: variables with their types, and the functions of libraries.
public final class Environment {
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableReservedIds(true)
            .enableOptionalSyntax(true)
            .populateMacroCalls(false)
            .build();

    /// CEL's own, whose errors point at the argument as they do in Kubernetes.
    private static final CelMacro HAS = CelMacro.newGlobalMacro("has", 1, (factory, target, arguments) -> {
        CelExpr argument = arguments.getFirst();
        if (argument.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            CelExpr.CelSelect select = argument.select();
            return Optional.of(factory.newSelect(select.operand(), select.field(), true));
        }
        return Optional.of(factory.reportError(
                CelIssue.formatError(factory.getSourceLocation(argument), "invalid argument to has() macro")));
    });

    private final CelCompiler compiler;
    private final Libraries libraries;
    private final List<String> variables;

    private Environment(CelCompiler compiler, Libraries libraries, List<String> variables) {
        this.compiler = compiler;
        this.libraries = libraries;
        this.variables = variables;
    }

    /// @param variables names and types; evaluations take their values in this order
    /// @param objects the types of objects that variables are made of, by name
    public static Environment of(
            LinkedHashMap<String, CelType> variables, Map<String, CelType> objects, Libraries libraries) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(
                        CelStandardMacro.ALL,
                        CelStandardMacro.EXISTS,
                        CelStandardMacro.EXISTS_ONE,
                        CelStandardMacro.EXISTS_ONE_NEW,
                        CelStandardMacro.MAP,
                        CelStandardMacro.MAP_FILTER,
                        CelStandardMacro.FILTER)
                .addMacros(HAS)
                .setTypeProvider(new ObjectTypes(ImmutableMap.copyOf(objects)))
                .addLibraries(CelExtensions.optional(1), CelExtensions.comprehensions(), CelExtensions.lists(2))
                .addFunctionDeclarations(libraries.declarations());
        variables.forEach(builder::addVar);
        for (CelType type : libraries.types()) builder.addVar(type.name(), TypeType.create(type));
        return new Environment(builder.build(), libraries, List.copyOf(variables.keySet()));
    }

    /// The type of an object with these fields.
    public static CelType objectType(String name, Map<String, CelType> fields) {
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
        return StructType.create(name, known.keySet(), field -> Optional.ofNullable(known.get(field)));
    }

    /// @throws CompilationException where the expression is not of the language, or its types do not fit
    public CheckedExpression compile(String expression) throws CompilationException {
        CelValidationResult parsed = compiler.parse(expression);
        CelValidationResult checked = parsed;
        try {
            if (!parsed.hasError()) checked = compiler.check(parsed.getAst());
            if (checked.hasError())
                throw new CompilationException(Issues.text(checked.getErrors(), checked.getSource()), false);
            CelAbstractSyntaxTree ast = checked.getAst();
            Literals.check(ast);
            return new CheckedExpression(ast, libraries, variables);
        } catch (CelException unusable) {
            throw new CompilationException(String.valueOf(unusable.getMessage()), true);
        } catch (CelValidationException impossible) {
            throw new CompilationException(String.valueOf(impossible.getMessage()), false);
        }
    }

    private static final class ObjectTypes implements CelTypeProvider {
        private final ImmutableMap<String, CelType> byName;

        ObjectTypes(ImmutableMap<String, CelType> byName) {
            this.byName = byName;
        }

        @Override
        public ImmutableCollection<CelType> types() {
            return byName.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }
}
