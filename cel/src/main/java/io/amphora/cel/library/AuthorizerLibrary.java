package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.amphora.cel.value.Opaque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// `authorizer`: what the user of a request may do (KEP-3488, "Secondary authorization").
public final class AuthorizerLibrary implements Library {
    public static final CelType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    public static final CelType RESOURCE_CHECK = OpaqueType.create("kubernetes.authorization.ResourceCheck");
    private static final CelType PATH_CHECK = OpaqueType.create("kubernetes.authorization.PathCheck");
    private static final CelType GROUP_CHECK = OpaqueType.create("kubernetes.authorization.GroupCheck");
    private static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    /// What can be said of a question.
    public enum Part {
        /// Of a service account that is asked about, with [#ACCOUNT_NAME]; neither is said for the user of the request.
        ACCOUNT_NAMESPACE,
        ACCOUNT_NAME,
        VERB,
        /// Of what is no resource.
        PATH,
        GROUP,
        RESOURCE,
        SUBRESOURCE,
        NAMESPACE,
        NAME,
        FIELD_SELECTOR,
        LABEL_SELECTOR
    }

    /// What is asked, as far as it is known.
    public record Question(Map<Part, String> parts) {
        public static final Question NOTHING = new Question(Map.of());

        public Question {
            parts = Map.copyOf(parts);
        }

        /// @return "" for what is not said
        public String get(Part part) {
            return parts.getOrDefault(part, "");
        }

        public Question with(Part part, String said) {
            var more = new EnumMap<Part, String>(Part.class);
            more.putAll(parts);
            more.put(part, said);
            return new Question(more);
        }
    }

    /// @param error why there is no decision; "" where there is one
    public record Decision(boolean allowed, String reason, String error) implements Opaque {
        @Override
        public String typeName() {
            return DECISION.name();
        }
    }

    /// What answers, and what is asked so far.
    public record Check(CelType type, Question question, Function<Question, Decision> answers) implements Opaque {
        public static Check authorizer(Function<Question, Decision> answers) {
            return new Check(AUTHORIZER, Question.NOTHING, answers);
        }

        public static Check resource(Question question, Function<Question, Decision> answers) {
            return new Check(RESOURCE_CHECK, question, answers);
        }

        @Override
        public String typeName() {
            return type.name();
        }

        Check with(CelType type, Question question) {
            return new Check(type, question, answers);
        }
    }

    @Override
    public List<CelType> types() {
        return List.of(AUTHORIZER, PATH_CHECK, GROUP_CHECK, RESOURCE_CHECK, DECISION);
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<String, List<Overload>>();
        all.put("path", narrowed("authorizer_path", AUTHORIZER, PATH_CHECK, Part.PATH));
        all.put("group", narrowed("authorizer_group", AUTHORIZER, GROUP_CHECK, Part.GROUP));
        all.put("resource", narrowed("groupcheck_resource", GROUP_CHECK, RESOURCE_CHECK, Part.RESOURCE));
        all.put("subresource", narrowed("resourcecheck_subresource", RESOURCE_CHECK, RESOURCE_CHECK, Part.SUBRESOURCE));
        all.put("namespace", narrowed("resourcecheck_namespace", RESOURCE_CHECK, RESOURCE_CHECK, Part.NAMESPACE));
        all.put("name", narrowed("resourcecheck_name", RESOURCE_CHECK, RESOURCE_CHECK, Part.NAME));
        all.put(
                "fieldSelector",
                narrowed("authorizer_fieldselector", RESOURCE_CHECK, RESOURCE_CHECK, Part.FIELD_SELECTOR));
        all.put(
                "labelSelector",
                narrowed("authorizer_labelselector", RESOURCE_CHECK, RESOURCE_CHECK, Part.LABEL_SELECTOR));
        all.put(
                "serviceAccount",
                List.of(Overload.member(
                        "authorizer_serviceaccount", AUTHORIZER, List.of(AUTHORIZER, STRING, STRING), of -> {
                            Check check = (Check) of[0];
                            Question about = check.question()
                                    .with(Part.ACCOUNT_NAMESPACE, (String) of[1])
                                    .with(Part.ACCOUNT_NAME, (String) of[2]);
                            return check.with(AUTHORIZER, about);
                        })));
        all.put(
                "check",
                List.of(
                        Overload.member("pathcheck_check", DECISION, List.of(PATH_CHECK, STRING), of -> asked(of)),
                        Overload.member(
                                "resourcecheck_check", DECISION, List.of(RESOURCE_CHECK, STRING), of -> asked(of))));
        all.put(
                "allowed",
                List.of(Overload.member(
                        "decision_allowed", BOOL, List.of(DECISION), of -> ((Decision) of[0]).allowed())));
        all.put(
                "reason",
                List.of(Overload.member(
                        "decision_reason", STRING, List.of(DECISION), of -> ((Decision) of[0]).reason())));
        all.put(
                "errored",
                List.of(Overload.member(
                        "decision_errored",
                        BOOL,
                        List.of(DECISION),
                        of -> !((Decision) of[0]).error().isEmpty())));
        all.put(
                "error",
                List.of(Overload.member(
                        "decision_error", STRING, List.of(DECISION), of -> ((Decision) of[0]).error())));
        return all;
    }

    private static List<Overload> narrowed(String id, CelType of, CelType to, Part part) {
        return List.of(Overload.member(id, to, List.of(of, STRING), given -> {
            Check check = (Check) given[0];
            return check.with(to, check.question().with(part, (String) given[1]));
        }));
    }

    private static Object asked(Object[] of) {
        Check check = (Check) of[0];
        return check.answers().apply(check.question().with(Part.VERB, (String) of[1]));
    }
}
