package io.amphora.apiserver.admission.policy;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.admissionregistration.v1.PolicyExpressions;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.Authorizer.Decision;
import io.amphora.apiserver.auth.ServiceAccountName;
import io.amphora.apiserver.auth.User;
import io.amphora.cel.library.AuthorizerLibrary;
import io.amphora.cel.library.AuthorizerLibrary.Part;
import io.amphora.cel.library.AuthorizerLibrary.Question;
import io.amphora.cel.schema.TreeValues;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Function;

/// What expressions see of one request ([PolicyExpressions#INPUTS]).
final class PolicyInputs {
    private final Object object;
    private final Object old;
    private final Object request;
    private final Object namespace;
    private final AuthorizerLibrary.Check authorizer;
    private final AuthorizerLibrary.Check resource;

    /// @param object as it is about to be stored; empty for a DELETE
    /// @param namespace of the request; empty for none
    PolicyInputs(AdmissionRequest admission, ObjectTree object, ObjectTree namespace, Authorizer authorizer) {
        this.object = object.isEmpty() ? Tree.NULL : TreeValues.dynamic(object);
        this.old = admission.old().<Object>map(TreeValues::dynamic).orElse(Tree.NULL);
        this.request = TreeValues.of(request(admission), PolicyExpressions.REQUEST);
        this.namespace = namespace.isEmpty() ? Tree.NULL : TreeValues.of(namespace, PolicyExpressions.NAMESPACE);
        Function<Question, AuthorizerLibrary.Decision> answers = asked -> answer(asked, admission.user(), authorizer);
        ResourceDefinition<?> kind = admission.resource();
        this.authorizer = AuthorizerLibrary.Check.authorizer(answers);
        this.resource = AuthorizerLibrary.Check.resource(
                Question.NOTHING
                        .with(Part.GROUP, kind.group())
                        .with(Part.RESOURCE, kind.plural())
                        .with(Part.SUBRESOURCE, admission.subresource())
                        .with(Part.NAMESPACE, admission.namespace())
                        .with(Part.NAME, admission.name()),
                answers);
    }

    /// @param params [Tree#NULL] for none
    /// @param hasParams whether the policy's expressions may name them
    /// @param variables those of the policy; null where an expression may name none
    Object[] values(Tree params, boolean hasParams, Object variables, boolean hasVariables) {
        Object seen = params.isNull() ? Tree.NULL : TreeValues.dynamic(params);
        if (hasParams && hasVariables)
            return new Object[] {object, old, request, namespace, seen, authorizer, resource, variables};
        if (hasParams) return new Object[] {object, old, request, namespace, seen, authorizer, resource};
        if (hasVariables) return new Object[] {object, old, request, namespace, authorizer, resource, variables};
        return new Object[] {object, old, request, namespace, authorizer, resource};
    }

    private static ObjectTree request(AdmissionRequest admission) {
        ResourceDefinition<?> definition = admission.resource();
        GroupVersionKind gvk = definition.gvk();
        ObjectTree kind = ObjectTree.of("group", gvk.group(), "version", gvk.version(), "kind", gvk.kind());
        ObjectTree resource =
                ObjectTree.of("group", gvk.group(), "version", gvk.version(), "resource", definition.plural());
        User user = admission.user();
        var extra = ObjectTree.builder();
        user.extra().forEach((name, values) -> extra.put(name, ListTree.from(values)));
        ObjectTree who = ObjectTree.of(
                "username",
                user.name(),
                "uid",
                user.uid(),
                "groups",
                ListTree.from(user.groups()),
                "extra",
                extra.build());
        return ObjectTree.builder()
                .put("kind", kind)
                .put("resource", resource)
                .put("subResource", admission.subresource())
                .put("requestKind", kind)
                .put("requestResource", resource)
                .put("requestSubResource", admission.subresource())
                .put("name", admission.name())
                .put("namespace", admission.namespace())
                .put("operation", admission.operation().name())
                .put("userInfo", who)
                .put("dryRun", admission.dryRun())
                .put("options", admission.options())
                .build();
    }

    private static AuthorizerLibrary.Decision answer(Question asked, User user, Authorizer authorizer) {
        try {
            Decision decision = authorizer.decide(attributes(asked, user));
            return new AuthorizerLibrary.Decision(decision instanceof Decision.Allowed, decision.reason(), "");
        } catch (SelectorException malformed) {
            return new AuthorizerLibrary.Decision(false, "", String.valueOf(malformed.getMessage()));
        }
    }

    private static Attributes attributes(Question asked, User user) {
        String account = asked.get(Part.ACCOUNT_NAME);
        User who = account.isEmpty() ? user : account(asked.get(Part.ACCOUNT_NAMESPACE), account);
        String path = asked.get(Part.PATH);
        if (!path.isEmpty()) return Attributes.ofPath(who, asked.get(Part.VERB), path);
        return new Attributes(
                who,
                asked.get(Part.VERB),
                asked.get(Part.GROUP),
                "*",
                asked.get(Part.NAMESPACE),
                asked.get(Part.RESOURCE),
                asked.get(Part.SUBRESOURCE),
                asked.get(Part.NAME),
                "",
                LabelSelector.parse(asked.get(Part.LABEL_SELECTOR)),
                FieldSelector.parse(asked.get(Part.FIELD_SELECTOR)));
    }

    private static User account(String namespace, String name) {
        var account = new ServiceAccountName(namespace, name);
        var groups = new ArrayList<>(account.groups());
        groups.add(User.AUTHENTICATED);
        return new User(account.user(), "", groups, Map.of());
    }
}
