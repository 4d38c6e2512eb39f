package io.amphora.api.admissionregistration.v1;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.amphora.cel.CheckedExpression;
import io.amphora.cel.CompilationException;
import io.amphora.cel.Environment;
import io.amphora.cel.library.AuthorizerLibrary;
import io.amphora.cel.library.Libraries;
import io.amphora.cel.schema.SchemaType;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What expressions of admission policies may name (KEP-3488), and what becomes of them. Made once for a policy: each
/// variable that is compiled may be named by what follows.
public final class PolicyExpressions {
    /// The variables in the order in which evaluations take their values.
    public static final List<String> INPUTS = List.of(
            "object",
            "oldObject",
            "request",
            "namespaceObject",
            "params",
            "authorizer",
            "authorizer.requestResource",
            "variables");

    private static final String VARIABLES = "kubernetes.variables";
    private static final ObjectTree TEXT = ObjectTree.of("type", "string");

    /// `request`: an AdmissionRequest without the objects.
    public static final SchemaType REQUEST = request();

    /// `namespaceObject`: what of a Namespace does not change with every write in it.
    public static final SchemaType NAMESPACE = namespace();

    private static final List<CelType> ANNOTATION = List.of(SimpleType.STRING, SimpleType.NULL_TYPE);

    private final boolean params;
    private final boolean hasVariables;
    private final Map<String, CelType> variables = new TreeMap<>();
    private @Nullable Environment plain;
    private @Nullable Environment composed;

    /// @param params whether the policy has a `paramKind`
    /// @param hasVariables whether it has variables at all
    public PolicyExpressions(boolean params, boolean hasVariables) {
        this.params = params;
        this.hasVariables = hasVariables;
    }

    private static SchemaType request() {
        SchemaType text = known("kubernetes.text", TEXT);
        SchemaType kind = object("kubernetes.GroupVersionKind", "group", "version", "kind");
        SchemaType resource = object("kubernetes.GroupVersionResource", "group", "version", "resource");
        ObjectTree texts = ObjectTree.of("type", "array", "items", TEXT);
        SchemaType user = SchemaType.object(
                "kubernetes.UserInfo",
                Map.of(
                        "username",
                        text,
                        "uid",
                        text,
                        "groups",
                        known("kubernetes.groups", texts),
                        "extra",
                        known("kubernetes.extra", ObjectTree.of("type", "object", "additionalProperties", texts))));
        return SchemaType.object(
                "kubernetes.AdmissionRequest",
                Map.ofEntries(
                        Map.entry("kind", kind),
                        Map.entry("resource", resource),
                        Map.entry("subResource", text),
                        Map.entry("requestKind", kind),
                        Map.entry("requestResource", resource),
                        Map.entry("requestSubResource", text),
                        Map.entry("name", text),
                        Map.entry("namespace", text),
                        Map.entry("operation", text),
                        Map.entry("userInfo", user),
                        Map.entry("dryRun", known("kubernetes.bool", ObjectTree.of("type", "boolean"))),
                        Map.entry("options", SchemaType.dynamic())));
    }

    private static SchemaType namespace() {
        return known("kubernetes.Namespace", Json.read("""
                {"type": "object", "properties": {
                  "metadata": {"type": "object", "properties": {
                    "name": {"type": "string"}, "generateName": {"type": "string"}, "namespace": {"type": "string"},
                    "uid": {"type": "string"}, "resourceVersion": {"type": "string"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
                    "creationTimestamp": {"type": "string", "format": "date-time"},
                    "deletionTimestamp": {"type": "string", "format": "date-time"},
                    "deletionGracePeriodSeconds": {"type": "integer"},
                    "finalizers": {"type": "array", "items": {"type": "string"}}}},
                  "spec": {"type": "object", "properties": {
                    "finalizers": {"type": "array", "items": {"type": "string"}}}},
                  "status": {"type": "object", "properties": {"phase": {"type": "string"}}}}}""").object());
    }

    private static SchemaType known(String name, ObjectTree schema) {
        return Objects.requireNonNull(SchemaType.of(schema, name, false));
    }

    private static SchemaType object(String name, String... texts) {
        var fields = new LinkedHashMap<String, SchemaType>();
        for (String text : texts) fields.put(text, known("kubernetes.text", TEXT));
        return SchemaType.object(name, fields);
    }

    /// What was compiled, or why it could not be.
    ///
    /// @param expression null where there is an error
    /// @param error "" where there is none
    public record Compiled(@Nullable CheckedExpression expression, String error) {}

    /// @param withVariables whether it may name the policy's variables; a match condition may not
    /// @param results the types that it may have; empty for any
    Compiled compile(String expression, boolean withVariables, List<CelType> results) {
        try {
            CheckedExpression checked = environment(withVariables).compile(expression.strip());
            CelType result = checked.resultType();
            if (results.isEmpty() || results.contains(result)) return new Compiled(checked, "");
            String wanted = results.size() == 1
                    ? name(results.getFirst())
                    : "one of ["
                            + String.join(
                                    " ",
                                    results.stream()
                                            .map(PolicyExpressions::name)
                                            .toList())
                            + "]";
            return new Compiled(null, "must evaluate to " + wanted + " but got " + name(result));
        } catch (CompilationException wrong) {
            return new Compiled(null, "compilation failed: " + wrong.getMessage());
        }
    }

    private static String name(CelType type) {
        return type.kind() == CelKind.NULL_TYPE ? "null_type" : type.name();
    }

    /// A variable, which what comes after it may name.
    public Compiled variable(Variable variable) {
        Compiled compiled = compile(variable.expression(), true, List.of());
        if (compiled.expression() != null && !variable.name().isBlank()) {
            variables.put(variable.name(), compiled.expression().resultType());
            composed = null;
        }
        return compiled;
    }

    public Compiled condition(String expression) {
        return compile(expression, false, List.of(SimpleType.BOOL));
    }

    public Compiled validation(String expression) {
        return compile(expression, true, List.of(SimpleType.BOOL));
    }

    public Compiled message(String expression) {
        return compile(expression, true, List.of(SimpleType.STRING));
    }

    Compiled annotation(String expression) {
        return compile(expression, true, ANNOTATION);
    }

    private Environment environment(boolean withVariables) {
        if (withVariables && hasVariables) {
            Environment known = composed;
            if (known == null) composed = known = make(true);
            return known;
        }
        Environment known = plain;
        if (known == null) plain = known = make(false);
        return known;
    }

    private Environment make(boolean withVariables) {
        var inputs = new LinkedHashMap<String, CelType>();
        var structs = new LinkedHashMap<String, CelType>();
        REQUEST.collect(structs);
        NAMESPACE.collect(structs);
        for (String input : INPUTS) {
            switch (input) {
                case "request" -> inputs.put(input, REQUEST.cel());
                case "namespaceObject" -> inputs.put(input, NAMESPACE.cel());
                case "params" -> {
                    if (params) inputs.put(input, SimpleType.DYN);
                }
                case "authorizer" -> inputs.put(input, AuthorizerLibrary.AUTHORIZER);
                case "authorizer.requestResource" -> inputs.put(input, AuthorizerLibrary.RESOURCE_CHECK);
                case "variables" -> {
                    if (!withVariables) continue;
                    CelType type = Environment.objectType(VARIABLES, variables);
                    structs.put(VARIABLES, type);
                    inputs.put(input, type);
                }
                default -> inputs.put(input, SimpleType.DYN);
            }
        }
        return Environment.of(inputs, structs, Libraries.KUBERNETES);
    }
}
