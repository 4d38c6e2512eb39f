package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Cells;
import io.amphora.api.Defaults;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.cel.schema.FieldNames;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What validating and mutating policies, and the bindings of both, have in common.
final class Policies {
    static final FieldPath SPEC = FieldPath.of("spec");

    private Policies() {}

    static ObjectTree defaults(ObjectTree policy) {
        return Defaults.inNew(
                policy,
                "spec",
                spec -> Defaults.in(
                        Defaults.absent(spec, "failurePolicy", "Fail"), "matchConstraints", Matching::defaults));
    }

    static ObjectTree bindingDefaults(ObjectTree binding) {
        return Defaults.in(binding, "spec", spec -> Defaults.in(spec, "matchResources", Matching::defaults));
    }

    /// All of a policy up to its variables.
    ///
    /// @return what its expressions may name, its variables among them
    static PolicyExpressions validate(
            String failurePolicy,
            Optional<ParamKind> params,
            Optional<MatchResources> match,
            List<MatchCondition> conditions,
            List<Variable> variables,
            FieldErrors errors) {
        Checks.oneOf(failurePolicy, Matching.FAILURE_POLICIES, SPEC.child("failurePolicy"), errors);
        params.ifPresent(kind -> paramKind(kind, SPEC.child("paramKind"), errors));
        FieldPath constraints = SPEC.child("matchConstraints");
        if (match.isEmpty()) {
            errors.required(constraints, "");
        } else {
            Matching.resources(match.get(), constraints, errors);
            if (match.get().resourceRules().isEmpty()) errors.required(constraints.child("resourceRules"), "");
        }
        var expressions = new PolicyExpressions(params.isPresent(), !variables.isEmpty());
        Matching.conditions(conditions, expressions, SPEC.child("matchConditions"), errors);
        for (int i = 0; i < variables.size(); i++)
            variable(variables.get(i), expressions, SPEC.child("variables").index(i), errors);
        return expressions;
    }

    private static void paramKind(ParamKind kind, FieldPath at, FieldErrors errors) {
        FieldPath path = at.child("apiVersion");
        String apiVersion = kind.apiVersion();
        int slash = apiVersion.lastIndexOf('/');
        if (apiVersion.isEmpty()) {
            errors.required(path, "");
        } else if (apiVersion.indexOf('/') != slash) {
            errors.invalid(path, apiVersion, "unexpected GroupVersion string: " + apiVersion);
        } else {
            String group = slash < 0 ? "" : apiVersion.substring(0, slash);
            String version = apiVersion.substring(slash + 1);
            if (!group.isEmpty()) joined(path, group, "", Names.isDNS1123Subdomain(group), errors);
            if (version.isEmpty()) errors.invalid(path, apiVersion, "version must be specified");
            else joined(path, version, "", Names.isDNS1035Label(version), errors);
        }
        String name = kind.kind();
        if (name.isEmpty()) errors.required(at.child("kind"), "");
        else
            joined(
                    at.child("kind"),
                    name,
                    "may have mixed case, but should otherwise match: ",
                    Names.isDNS1035Label(name.toLowerCase(Locale.ROOT)),
                    errors);
    }

    private static void joined(FieldPath at, String value, String before, List<String> problems, FieldErrors errors) {
        if (!problems.isEmpty()) errors.invalid(at, value, before + String.join(",", problems));
    }

    private static void variable(Variable variable, PolicyExpressions expressions, FieldPath at, FieldErrors errors) {
        String name = variable.name();
        if (name.isBlank()) errors.required(at.child("name"), "name is not specified");
        else if (!FieldNames.isIdentifier(name))
            errors.invalid(at.child("name"), name, "must be a valid CEL identifier");
        FieldPath path = at.child("expression");
        expression(variable.expression(), path, errors);
        if (!variable.expression().isBlank())
            report(expressions.variable(variable), variable.expression(), path, errors);
    }

    static void report(PolicyExpressions.Compiled compiled, String expression, FieldPath at, FieldErrors errors) {
        if (!compiled.error().isEmpty()) errors.invalid(at, expression, compiled.error());
    }

    static void expression(String expression, FieldPath at, FieldErrors errors) {
        if (expression.isBlank()) errors.required(at, "expression is not specified");
    }

    static void policyName(String name, FieldErrors errors) {
        FieldPath at = SPEC.child("policyName");
        if (name.isEmpty()) errors.required(at, "");
        else Checks.subdomain(name, at, errors);
    }

    static void paramRef(ParamRef ref, FieldErrors errors) {
        FieldPath at = SPEC.child("paramRef");
        boolean named = !ref.name().isEmpty();
        boolean selected = ref.findSelector().isPresent();
        String both = "name and selector are mutually exclusive";
        if (named) {
            errors.invalidAll(at.child("name"), ref.name(), Names.isValidPathSegmentName(ref.name()));
            if (selected) errors.forbidden(at.child("name"), both);
        }
        Labels.selector(ref.findSelector(), at.child("selector"), errors);
        if (named && selected) errors.forbidden(at.child("selector"), both);
        if (!named && !selected) errors.required(at, "one of name or selector must be specified");
        Checks.oneOf(
                ref.parameterNotFoundAction(), List.of("Deny", "Allow"), at.child("parameterNotFoundAction"), errors);
    }

    static String paramKind(Optional<ParamKind> kind) {
        return kind.map(present -> present.apiVersion() + "/" + present.kind()).orElse(Cells.UNSET);
    }

    static String paramRef(Optional<ParamRef> found) {
        if (found.isEmpty()) return Cells.UNSET;
        ParamRef ref = found.get();
        if (!ref.name().isEmpty()) return ref.namespace().isEmpty() ? ref.name() : ref.namespace() + "/" + ref.name();
        return ref.findSelector().isPresent() ? Cells.selector(ref.selector().tree()) : Cells.UNSET;
    }
}
