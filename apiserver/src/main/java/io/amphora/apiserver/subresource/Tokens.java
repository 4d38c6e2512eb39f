package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.api.schema.Schemas;
import io.amphora.apiserver.auth.ServiceAccountTokens;
import io.amphora.apiserver.auth.ServiceAccountTokens.Bound;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.EndpointAdmission;
import io.amphora.apiserver.registry.Times;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `serviceaccounts/token`: issues a token for an account, maybe bound to a Pod, a Secret or a Node (KEP-1205).
public record Tokens(ClusterState state, ServiceAccountTokens tokens, EndpointAdmission admission, Bodies bodies)
        implements Endpoint {
    private static final GroupVersionKind REQUEST = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");
    private static final ResourceDefinition<?> SHOWN = ServiceAccounts.DEFINITION;
    private static final long HOUR = 3600;
    /// No token lives longer: whoever finds one that was forgotten has had it for a year at most.
    private static final long LONGEST = 365 * 24 * HOUR;

    @Override
    public Reply answer(Call call, ResourceDefinition<?> kind) {
        if (!call.info().verb().equals("create")) throw Refusals.methodNotAllowed();
        WriteOptions options = WriteOptions.create(call.request());
        ObjectTree sent = bodies.object(call, REQUEST, Schemas.of(REQUEST), options.validation());
        requireName(call, sent);
        requireLife(seconds(sent.object("spec")));
        Stored account = state.now()
                .find(ServiceAccounts.DEFINITION, call.namespace(), call.name())
                .orElseThrow(() -> ApiException.notFound(ServiceAccounts.DEFINITION, call.name()));
        ObjectTree request = forAudiences(admission.create(call, kind, options, sent));
        ObjectTree spec = request.object("spec");
        long seconds = shortened(call, seconds(spec));
        Optional<Bound> bound = bound(call, spec.object("boundObjectRef"));
        String uid = account.metadata().text("uid");
        var audiences = new ArrayList<String>();
        for (Tree each : spec.list("audiences")) if (each instanceof Tree.Text(var text)) audiences.add(text);
        var issued = tokens.issue(call.namespace(), call.name(), uid, audiences, Duration.ofSeconds(seconds), bound);
        return new Reply.One(201, SHOWN, answer(account, request, seconds, issued), null);
    }

    /// A token that names nobody is for this server. Admission sees what was sent: a node may ask for that without a
    /// Pod that names the server.
    private ObjectTree forAudiences(ObjectTree request) {
        ObjectTree spec = request.object("spec");
        return spec.list("audiences").isEmpty()
                ? request.with("spec", spec.with("audiences", ListTree.from(List.of(tokens.issuer()))))
                : request;
    }

    private static long seconds(ObjectTree spec) {
        return spec.get("expirationSeconds") instanceof Tree.Whole(var value) ? value : HOUR;
    }

    private static long shortened(Call call, long seconds) {
        if (seconds <= LONGEST) return seconds;
        call.warnings().add("requested expiration of " + seconds + " seconds shortened to " + LONGEST + " seconds");
        return LONGEST;
    }

    private static ObjectTree answer(
            Stored account, ObjectTree request, long seconds, ServiceAccountTokens.Issued issued) {
        ObjectTree metadata = ObjectTree.of(
                "name", account.name(),
                "namespace", account.namespace(),
                "uid", account.metadata().text("uid"),
                "creationTimestamp", account.metadata().text("creationTimestamp"));
        ObjectTree spec = request.object("spec").with("expirationSeconds", seconds);
        if (!spec.has("boundObjectRef")) spec = spec.with("boundObjectRef", Tree.NULL);
        return request.with("metadata", metadata)
                .with("spec", spec)
                .with(
                        "status",
                        ObjectTree.of("token", issued.token(), "expirationTimestamp", Times.seconds(issued.expires())));
    }

    private static void requireName(Call call, ObjectTree request) {
        ObjectTree metadata = request.object("metadata");
        String name = metadata.text("name");
        String namespace = metadata.text("namespace");
        var errors = new FieldErrors();
        if (!name.isEmpty() && !name.equals(call.name()))
            errors.invalid(
                    FieldPath.of("metadata").child("name"), name, "must match the service account name if specified");
        if (!namespace.isEmpty() && !namespace.equals(call.namespace()))
            errors.invalid(
                    FieldPath.of("metadata").child("namespace"),
                    namespace,
                    "must match the service account namespace if specified");
        if (!errors.isEmpty()) throw ApiException.invalid(REQUEST, call.name(), errors.list());
    }

    private static void requireLife(long seconds) {
        var errors = new FieldErrors();
        FieldPath field = FieldPath.of("spec").child("expirationSeconds");
        if (seconds < 600) errors.invalid(field, seconds, "may not specify a duration less than 10 minutes");
        if (seconds > 1L << 32) errors.invalid(field, seconds, "may not specify a duration larger than 2^32 seconds");
        if (!errors.isEmpty()) throw ApiException.invalid(REQUEST, "", errors.list());
    }

    private Optional<Bound> bound(Call call, ObjectTree reference) {
        if (reference.isEmpty()) return Optional.empty();
        String kind = reference.text("kind");
        String name = reference.text("name");
        ResourceDefinition<?> resource = switch (reference.text("apiVersion") + " " + kind) {
            case "v1 Pod" -> Pods.DEFINITION;
            case "v1 Secret" -> Secrets.DEFINITION;
            case "v1 Node" -> Nodes.DEFINITION;
            default ->
                throw ApiException.badRequest("cannot bind token to object of type "
                        + shown(reference.text("apiVersion")) + ", Kind=" + kind);
        };
        Stored object = state.now()
                .find(resource, resource.namespaced() ? call.namespace() : "", name)
                .orElseThrow(() -> ApiException.notFound(resource, name));
        String uid = object.metadata().text("uid");
        String asked = reference.text("uid");
        if (!asked.isEmpty() && !asked.equals(uid)) throw otherObject(kind, name, asked);
        if (kind.equals("Pod")) requireAccount(call, object);
        String node = kind.equals("Pod") ? object.tree().object("spec").text("nodeName") : "";
        String nodeUid = state.now()
                .find(Nodes.DEFINITION, "", node)
                .map(found -> found.metadata().text("uid"))
                .orElse("");
        return Optional.of(new Bound(kind, name, uid, node, nodeUid));
    }

    private static void requireAccount(Call call, Stored pod) {
        if (pod.tree().object("spec").text("serviceAccountName").equals(call.name())) return;
        throw ApiException.badRequest("cannot bind token for serviceaccount \"" + call.name()
                + "\" to pod running with different serviceaccount name.");
    }

    private static String shown(String apiVersion) {
        return apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
    }

    private static ApiException otherObject(String kind, String name, String asked) {
        return ApiException.of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind + " \"" + name
                        + "\": the UID in the bound object reference (" + asked
                        + ") does not match the UID in record. The object might have been deleted and then recreated",
                ObjectTree.of("name", name, "kind", kind));
    }
}
