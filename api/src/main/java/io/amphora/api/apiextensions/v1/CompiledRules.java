package io.amphora.api.apiextensions.v1;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import io.amphora.cel.CheckedExpression;
import io.amphora.cel.CompilationException;
import io.amphora.cel.Environment;
import io.amphora.cel.library.Libraries;
import io.amphora.cel.schema.SchemaType;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules in CEL that stand at one place of a schema (`x-kubernetes-validations`, KEP-2876), compiled.
///
/// @param type what they see as `self` and `oldSelf`
record CompiledRules(SchemaType type, List<Rule> rules) {
    static final String RULES = "x-kubernetes-validations";
    private static final String SELF = "self";
    private static final String OLD_SELF = "oldSelf";

    /// @param compiled null for a rule that is empty, or wrong
    /// @param error why the rule is wrong; "" for one that is not
    /// @param message null where there is no messageExpression, or it is wrong
    record Rule(
            ObjectTree source,
            @Nullable CheckedExpression compiled,
            String error,
            @Nullable CheckedExpression message,
            String messageError) {
        boolean usesOldSelf() {
            return compiled != null && compiled.uses(OLD_SELF);
        }

        boolean oldSelfIsOptional() {
            return source.bool("optionalOldSelf");
        }

        String rule() {
            return source.text("rule").strip();
        }

        /// What a rule that fails says, where no expression makes it.
        String saying() {
            String message = source.text("message");
            return message.isEmpty() ? "failed rule: " + rule() : message.strip();
        }

        /// What stands for the rule in errors about it.
        String shown() {
            String message = source.text("message");
            return message.isEmpty() ? rule() : message.strip();
        }
    }

    /// @param schema of the place
    /// @param rules those of the place itself, or of an `allOf` there
    /// @param root whether it is a resource
    /// @return null where there are none, or where expressions see nothing of the values
    static @Nullable CompiledRules of(ObjectTree schema, List<Tree> rules, boolean root) {
        if (rules.isEmpty()) return null;
        SchemaType type = SchemaType.of(schema, "selfType", root);
        if (type == null) return null;
        var structs = new LinkedHashMap<String, CelType>();
        type.collect(structs);
        Environment plain = environment(type.cel(), type.cel(), structs);
        Environment optional = null;
        var compiled = new ArrayList<Rule>();
        for (Tree each : rules) {
            ObjectTree rule = each.object();
            if (rule.bool("optionalOldSelf") && optional == null)
                optional = environment(type.cel(), OptionalType.create(type.cel()), structs);
            compiled.add(compiled(rule, rule.bool("optionalOldSelf") && optional != null ? optional : plain, plain));
        }
        return new CompiledRules(type, compiled);
    }

    private static Environment environment(CelType self, CelType oldSelf, Map<String, CelType> structs) {
        var variables = new LinkedHashMap<String, CelType>();
        variables.put(SELF, self);
        variables.put(OLD_SELF, oldSelf);
        return Environment.of(variables, structs, Libraries.KUBERNETES);
    }

    private static Rule compiled(ObjectTree source, Environment ofRule, Environment ofMessage) {
        CheckedExpression rule = null;
        String error = "";
        String text = source.text("rule");
        try {
            if (!text.isBlank()) rule = ofRule.compile(text);
            if (rule != null && !rule.resultType().equals(SimpleType.BOOL)) {
                rule = null;
                error = "cel expression must evaluate to a bool";
            }
        } catch (CompilationException wrong) {
            error = (wrong.onlyWhenRun() ? "program instantiation failed: " : "compilation failed: ")
                    + wrong.getMessage();
        }
        CheckedExpression message = null;
        String messageError = "";
        String expression = source.text("messageExpression");
        if (error.isEmpty() && !expression.isBlank()) {
            try {
                message = ofMessage.compile(expression);
                if (!message.resultType().equals(SimpleType.STRING)) {
                    message = null;
                    messageError = "messageExpression must evaluate to a string";
                }
            } catch (CompilationException wrong) {
                messageError = "messageExpression " + (wrong.onlyWhenRun() ? "instantiation" : "compilation")
                        + " failed: " + wrong.getMessage();
            }
        }
        return new Rule(source, rule, error, message, messageError);
    }
}
