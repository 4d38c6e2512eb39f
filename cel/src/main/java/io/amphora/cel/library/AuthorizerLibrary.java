package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.amphora.cel.value.Opaque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/// `authorizer`: what the user of a request may do (KEP-3488, "Secondary authorization").
public final class AuthorizerLibrary implements Library {
    public static final CelType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    public static final CelType RESOURCE_CHECK = OpaqueType.create("kubernetes.authorization.ResourceCheck");
    private static final CelType PATH_CHECK = OpaqueType.create("kubernetes.authorization.PathCheck");
    private static final CelType GROUP_CHECK = OpaqueType.create("kubernetes.authorization.GroupCheck");
    private static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    /// What is asked, as far as it is known.
    ///
    /// @param account namespace and name of a service account; "" for the user of the request
    /// @param path of what is no resource; "" for a resource
    public record Question(
            String account,
            String verb,
            String path,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String fieldSelector,
            String labelSelector) {
        static final Question NOTHING = new Question("", "", "", "", "", "", "", "", "", "");

        public static Question ofResource(
                String group, String resource, String subresource, String namespace, String name) {
            return new Question("", "", "", group, resource, subresource, namespace, name, "", "");
        }

        private Question withPath(String said) {
            return new Question(
                    account, verb, said, group, resource, subresource, namespace, name, fieldSelector, labelSelector);
        }

        private Question withGroup(String said) {
            return new Question(
                    account, verb, path, said, resource, subresource, namespace, name, fieldSelector, labelSelector);
        }

        private Question withResource(String said) {
            return new Question(
                    account, verb, path, group, said, subresource, namespace, name, fieldSelector, labelSelector);
        }

        private Question withSubresource(String said) {
            return new Question(
                    account, verb, path, group, resource, said, namespace, name, fieldSelector, labelSelector);
        }

        private Question withNamespace(String said) {
            return new Question(
                    account, verb, path, group, resource, subresource, said, name, fieldSelector, labelSelector);
        }

        private Question withName(String said) {
            return new Question(
                    account, verb, path, group, resource, subresource, namespace, said, fieldSelector, labelSelector);
        }

        private Question withFieldSelector(String said) {
            return new Question(
                    account, verb, path, group, resource, subresource, namespace, name, said, labelSelector);
        }

        private Question withLabelSelector(String said) {
            return new Question(
                    account, verb, path, group, resource, subresource, namespace, name, fieldSelector, said);
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
        all.put("path", narrowed("authorizer_path", AUTHORIZER, PATH_CHECK, Question::withPath));
        all.put("group", narrowed("authorizer_group", AUTHORIZER, GROUP_CHECK, Question::withGroup));
        all.put("resource", narrowed("groupcheck_resource", GROUP_CHECK, RESOURCE_CHECK, Question::withResource));
        all.put(
                "subresource",
                narrowed("resourcecheck_subresource", RESOURCE_CHECK, RESOURCE_CHECK, Question::withSubresource));
        all.put(
                "namespace",
                narrowed("resourcecheck_namespace", RESOURCE_CHECK, RESOURCE_CHECK, Question::withNamespace));
        all.put("name", narrowed("resourcecheck_name", RESOURCE_CHECK, RESOURCE_CHECK, Question::withName));
        all.put(
                "fieldSelector",
                narrowed("authorizer_fieldselector", RESOURCE_CHECK, RESOURCE_CHECK, Question::withFieldSelector));
        all.put(
                "labelSelector",
                narrowed("authorizer_labelselector", RESOURCE_CHECK, RESOURCE_CHECK, Question::withLabelSelector));
        all.put(
                "serviceAccount",
                List.of(Overload.member(
                        "authorizer_serviceaccount", AUTHORIZER, List.of(AUTHORIZER, STRING, STRING), of -> {
                            Check check = (Check) of[0];
                            Question q = check.question();
                            return check.with(
                                    AUTHORIZER,
                                    new Question(of[1] + ":" + of[2], q.verb(), "", "", "", "", "", "", "", ""));
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

    private static List<Overload> narrowed(
            String id, CelType of, CelType to, BiFunction<Question, String, Question> narrow) {
        return List.of(Overload.member(id, to, List.of(of, STRING), given -> {
            Check check = (Check) given[0];
            return check.with(to, narrow.apply(check.question(), (String) given[1]));
        }));
    }

    private static Object asked(Object[] of) {
        Check check = (Check) of[0];
        Question q = check.question();
        return check.answers()
                .apply(new Question(
                        q.account(),
                        (String) of[1],
                        q.path(),
                        q.group(),
                        q.resource(),
                        q.subresource(),
                        q.namespace(),
                        q.name(),
                        q.fieldSelector(),
                        q.labelSelector()));
    }
}
