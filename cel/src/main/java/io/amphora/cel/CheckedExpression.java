package io.amphora.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import io.amphora.cel.cost.CostEstimate;
import io.amphora.cel.cost.CostEstimator;
import io.amphora.cel.cost.SizeEstimator;
import io.amphora.cel.library.Libraries;
import java.util.List;

/// An expression whose types fit. Immutable; may be evaluated by many threads at once.
public final class CheckedExpression {
    private final CelAbstractSyntaxTree ast;
    private final Program program;
    private final List<String> variables;

    CheckedExpression(CelAbstractSyntaxTree ast, Libraries libraries, List<String> variables) {
        this.ast = ast;
        this.variables = variables;
        this.program = new ProgramBuilder(ast, libraries, variables).build();
    }

    public CelType resultType() {
        return ast.getResultType();
    }

    /// Whether it reads that variable.
    public boolean uses(String variable) {
        return program.uses().contains(variable);
    }

    /// @param values of the variables, in the environment's order; what an expression does not use may be anything
    /// @param limit how much it may cost
    public Evaluation evaluate(long limit, Object... values) {
        if (values.length != variables.size()) throw new IllegalArgumentException("values for " + variables);
        return program.evaluate(limit, values);
    }

    /// What it costs at least and at most, by the sizes that values may have.
    public CostEstimate estimate(SizeEstimator sizes) {
        return new CostEstimator(ast, sizes).estimate();
    }
}
