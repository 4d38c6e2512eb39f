package io.amphora.apiserver.admission.policy;

import io.amphora.api.admissionregistration.v1.MatchCondition;
import io.amphora.api.admissionregistration.v1.PolicyExpressions;
import io.amphora.api.admissionregistration.v1.PolicyExpressions.Compiled;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import io.amphora.api.admissionregistration.v1.Validation;
import io.amphora.api.admissionregistration.v1.Variable;
import io.amphora.cel.CelException;
import io.amphora.cel.Evaluation;
import io.amphora.cel.value.MapValue;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A validating policy with its expressions, compiled. Immutable; judges many requests at once.
final class CompiledPolicy {
    /// In CEL's units, as Kubernetes has them (apiserver/pkg/apis/cel).
    private static final long PER_EXPRESSION = 1_000_000;

    private static final long PER_POLICY = 10_000_000;

    private record Condition(String expression, Compiled compiled) {}

    private record Rule(
            Validation source,
            Compiled expression,
            @Nullable Compiled message) {}

    private final ValidatingAdmissionPolicySpec spec;
    private final boolean hasParams;
    private final List<Condition> conditions = new ArrayList<>();
    private final Map<String, Compiled> variables = new LinkedHashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    CompiledPolicy(ValidatingAdmissionPolicy policy) {
        spec = policy.spec();
        hasParams = spec.findParamKind().isPresent();
        var expressions = new PolicyExpressions(hasParams, !spec.variables().isEmpty());
        for (MatchCondition each : spec.matchConditions())
            conditions.add(new Condition(each.expression().strip(), expressions.condition(each.expression())));
        for (Variable each : spec.variables()) variables.put(each.name(), expressions.variable(each));
        for (Validation each : spec.validations()) {
            String message = each.messageExpression();
            rules.add(new Rule(
                    each,
                    expressions.validation(each.expression()),
                    message.isBlank() ? null : expressions.message(message)));
        }
    }

    ValidatingAdmissionPolicySpec spec() {
        return spec;
    }

    boolean failsClosed() {
        return !spec.failurePolicy().equals("Ignore");
    }

    /// What a policy has against a request.
    ///
    /// @param reason of the answer, such as `Invalid`
    record Objection(String message, String reason) {}

    /// @param params [Tree#NULL] for none
    List<Objection> judge(PolicyInputs inputs, Tree params) {
        var judgement = new Judgement(inputs, params);
        var objections = new ArrayList<Objection>();
        if (!judgement.isMeant(objections)) return objections;
        for (Rule rule : rules) {
            if (judgement.budget < 0) break;
            judgement.rule(rule, objections);
        }
        return objections;
    }

    /// One request before one policy with one set of parameters.
    private final class Judgement {
        private final Object[] plain;
        private final Object[] composed;
        private long budget = PER_POLICY;

        Judgement(PolicyInputs inputs, Tree params) {
            plain = inputs.values(params, hasParams, Tree.NULL, false);
            boolean hasVariables = !variables.isEmpty();
            composed = hasVariables ? inputs.values(params, hasParams, new Variables(), true) : plain;
        }

        private Evaluation evaluate(Compiled compiled, Object[] values) {
            if (compiled.expression() == null) return new Evaluation(null, new CelException(compiled.error()), 0);
            Evaluation evaluation = compiled.expression().evaluate(PER_EXPRESSION, values);
            budget -= evaluation.cost();
            return evaluation;
        }

        /// Whether all match conditions hold. One that does not decides, whatever errors others have.
        boolean isMeant(List<Objection> objections) {
            String first = null;
            for (Condition condition : conditions) {
                Evaluation evaluation = evaluate(condition.compiled(), plain);
                if (Boolean.FALSE.equals(evaluation.value())) return false;
                if (evaluation.error() != null && first == null)
                    first = failure(condition.expression(), evaluation.error());
            }
            if (first == null) return true;
            if (failsClosed()) objections.add(new Objection(first, "Invalid"));
            return false;
        }

        private String failure(String expression, CelException error) {
            return "expression '" + expression + "' resulted in error: " + error.getMessage();
        }

        void rule(Rule rule, List<Objection> objections) {
            String reason = rule.source().findReason().orElse("Invalid");
            String expression = rule.source().expression().strip();
            Evaluation evaluation = evaluate(rule.expression(), composed);
            if (budget < 0) {
                if (failsClosed())
                    objections.add(new Objection(
                            "validation failed due to running out of cost budget, no further validation rules will be run",
                            "Invalid"));
                return;
            }
            CelException error = evaluation.error();
            if (error != null) {
                if (failsClosed()) objections.add(new Objection(failure(expression, error), "Invalid"));
                return;
            }
            if (!evaluation.isTrue()) objections.add(new Objection(message(rule, expression), reason));
        }

        private String message(Rule rule, String expression) {
            String message = rule.source().message().strip();
            String otherwise = message.isEmpty() ? "failed expression: " + expression : message;
            if (rule.message() == null) return otherwise;
            String said = evaluate(rule.message(), composed).message();
            return said == null ? otherwise : said;
        }

        /// `variables`: each is evaluated when it is first named, and once.
        private final class Variables implements MapValue {
            private final Map<String, Object> known = new HashMap<>();

            @Override
            public int size() {
                return variables.size();
            }

            @Override
            public @Nullable Object find(Object key) {
                Compiled compiled = key instanceof String name ? variables.get(name) : null;
                if (compiled == null) return null;
                Object value = known.get(key);
                if (value == null) {
                    Evaluation evaluation = evaluate(compiled, composed);
                    value = evaluation.error() == null ? evaluation.valueOrThrow() : evaluation.error();
                    known.put((String) key, value);
                }
                if (value instanceof CelException error)
                    throw new CelException(
                            "composited variable \"" + key + "\" fails to evaluate: " + error.getMessage());
                return value;
            }

            @Override
            public Collection<?> keys() {
                return variables.keySet();
            }

            @Override
            public boolean isObject() {
                return true;
            }
        }
    }
}
