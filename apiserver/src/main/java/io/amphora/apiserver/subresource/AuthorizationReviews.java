package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.Authorizer.Decision;
import io.amphora.apiserver.auth.RbacAuthorizer;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.EndpointAdmission;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Questions about what somebody may do: `subjectaccessreviews` and its kin, `selfsubjectrulesreviews`.
public final class AuthorizationReviews {
    private static final String GROUP = "authorization.k8s.io";
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath RESOURCE = SPEC.child("resourceAttributes");
    private static final FieldPath PATH = SPEC.child("nonResourceAttributes");

    private final Bodies bodies;
    private final EndpointAdmission admission;
    private final Authorizer authorizer;
    private final RbacAuthorizer rbac;
    private final Clock clock;

    public AuthorizationReviews(
            Bodies bodies, EndpointAdmission admission, Authorizer authorizer, RbacAuthorizer rbac, Clock clock) {
        this.bodies = bodies;
        this.admission = admission;
        this.authorizer = authorizer;
        this.rbac = rbac;
        this.clock = clock;
    }

    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "subjectaccessreviews." + GROUP, this::subject,
                "localsubjectaccessreviews." + GROUP, this::local,
                "selfsubjectaccessreviews." + GROUP, this::self,
                "selfsubjectrulesreviews." + GROUP, this::rules);
    }

    /// May somebody do this?
    private Reply subject(Call call, ResourceDefinition<?> kind) {
        ObjectTree review = read(call, kind);
        var errors = new FieldErrors();
        validateMetadata(review.object("metadata"), review, "must be empty", errors);
        validateAttributes(review.object("spec"), errors);
        validateSubject(review.object("spec"), errors);
        throwIfAny(errors);
        return answer(kind, review, user(review.object("spec")));
    }

    /// May somebody do this in this namespace?
    private Reply local(Call call, ResourceDefinition<?> kind) {
        ObjectTree sent = read(call, kind);
        ObjectTree review = sent.withAt(Tree.of(call.namespace()), "metadata", "namespace");
        ObjectTree spec = review.object("spec");
        var errors = new FieldErrors();
        if (spec.has("nonResourceAttributes"))
            errors.invalid(PATH, spec.get("nonResourceAttributes"), "disallowed on this kind of request");
        else {
            validateAttributes(spec, errors);
            validateSubject(spec, errors);
            String namespace = spec.object("resourceAttributes").text("namespace");
            ObjectTree metadata = review.object("metadata").without("namespace");
            validateMetadata(metadata, review, "must be empty except for namespace", errors);
            if (spec.has("resourceAttributes") && !namespace.equals(call.namespace()))
                errors.invalid(RESOURCE.child("namespace"), namespace, "must match metadata.namespace");
        }
        throwIfAny(errors);
        return answer(kind, review, user(spec));
    }

    /// May I do this?
    private Reply self(Call call, ResourceDefinition<?> kind) {
        ObjectTree review = read(call, kind);
        var errors = new FieldErrors();
        validateMetadata(review.object("metadata"), review, "must be empty", errors);
        validateAttributes(review.object("spec"), errors);
        throwIfAny(errors);
        return answer(kind, review, call.user());
    }

    /// What may I do in a namespace?
    private Reply rules(Call call, ResourceDefinition<?> kind) {
        ObjectTree review = read(call, kind);
        String namespace = review.object("spec").text("namespace");
        if (namespace.isEmpty()) throw ApiException.badRequest("no namespace on request");
        var resources = new ArrayList<Tree>();
        var paths = new ArrayList<Tree>();
        for (PolicyRule rule : rbac.rules(call.user(), namespace)) {
            if (!rule.resources().isEmpty()) resources.add(rule.tree().without("nonResourceURLs"));
            if (!rule.nonResourceURLs().isEmpty())
                paths.add(ObjectTree.of(
                        "verbs", rule.tree().get("verbs"),
                        "nonResourceURLs", rule.tree().get("nonResourceURLs")));
        }
        ObjectTree status = ObjectTree.of(
                "incomplete", false,
                "resourceRules", new ListTree(resources),
                "nonResourceRules", new ListTree(paths));
        ObjectTree answer = review.with("metadata", ObjectTree.EMPTY)
                .with("spec", ObjectTree.EMPTY)
                .with("status", status);
        return new Reply.One(201, kind, answer, null);
    }

    private ObjectTree read(Call call, ResourceDefinition<?> kind) {
        if (!call.info().verb().equals("create")) throw Refusals.methodNotAllowed();
        WriteOptions options = WriteOptions.create(call.request());
        ObjectTree sent = bodies.object(call, kind, options.validation());
        return admission.review(call, kind, options, sent, clock.now());
    }

    private Reply answer(ResourceDefinition<?> kind, ObjectTree review, User user) {
        ObjectTree spec = review.object("spec");
        AccessSelectors selectors = AccessSelectors.of(spec.object("resourceAttributes"), RESOURCE);
        Decision decision = authorizer.decide(attributes(user, spec, selectors));
        var status = ObjectTree.builder().put("allowed", decision instanceof Decision.Allowed);
        if (decision instanceof Decision.Denied) status.put("denied", true);
        if (!decision.reason().isEmpty()) status.put("reason", decision.reason());
        if (!selectors.error().isEmpty()) status.put("evaluationError", selectors.error());
        return new Reply.One(201, kind, review.with("status", status.build()), null);
    }

    private static Attributes attributes(User user, ObjectTree spec, AccessSelectors selectors) {
        if (spec.find("nonResourceAttributes") instanceof ObjectTree path)
            return Attributes.ofPath(user, path.text("verb"), path.text("path"));
        ObjectTree what = spec.object("resourceAttributes");
        return new Attributes(
                user,
                what.text("verb"),
                what.text("group"),
                what.text("version"),
                what.text("namespace"),
                what.text("resource"),
                what.text("subresource"),
                what.text("name"),
                "",
                selectors.labels(),
                selectors.fields());
    }

    private static User user(ObjectTree spec) {
        var extra = new HashMap<String, List<String>>();
        for (var each : spec.object("extra"))
            extra.put(each.getKey(), texts(each.getValue().list()));
        return new User(spec.text("user"), spec.text("uid"), texts(spec.list("groups")), extra);
    }

    private static List<String> texts(ListTree list) {
        var texts = new ArrayList<String>();
        for (Tree each : list) if (each instanceof Tree.Text(var text)) texts.add(text);
        return texts;
    }

    private static void validateMetadata(ObjectTree metadata, ObjectTree review, String why, FieldErrors errors) {
        if (!metadata.without("managedFields").isEmpty())
            errors.invalid(FieldPath.of("metadata"), review.object("metadata"), why);
    }

    private static void validateAttributes(ObjectTree spec, FieldErrors errors) {
        boolean resource = spec.has("resourceAttributes");
        boolean path = spec.has("nonResourceAttributes");
        if (resource && path)
            errors.invalid(
                    PATH,
                    spec.get("nonResourceAttributes"),
                    "cannot be specified in combination with resourceAttributes");
        if (!resource && !path)
            errors.invalid(
                    RESOURCE, null, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        AccessSelectors.validate(spec.object("resourceAttributes"), RESOURCE, errors);
    }

    private static void validateSubject(ObjectTree spec, FieldErrors errors) {
        if (spec.text("user").isEmpty() && spec.list("groups").isEmpty())
            errors.invalid(SPEC.child("user"), "", "at least one of user or group must be specified");
    }

    /// These refusals name no kind.
    private static void throwIfAny(FieldErrors errors) {
        if (errors.isEmpty()) return;
        ApiException invalid = ApiException.invalid(new GroupVersionKind(GROUP, "v1", ""), "", errors.list());
        ObjectTree details = invalid.status().object("details").without("kind");
        throw new ApiException(invalid.status().with("details", details));
    }
}
