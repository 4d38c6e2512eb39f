package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.auth.TokenOwner;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.EndpointAdmission;
import io.amphora.apiserver.registry.Times;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// Questions about who somebody is: `selfsubjectreviews`, `tokenreviews`.
///
/// @param tokens finds the owner of a token for certain audiences
public record AuthenticationReviews(
        Bodies bodies,
        EndpointAdmission admission,
        Clock clock,
        BiFunction<String, List<String>, Optional<TokenOwner>> tokens) {
    private static final String GROUP = "authentication.k8s.io";

    public Map<String, Endpoint> endpoints() {
        return Map.of("selfsubjectreviews." + GROUP, this::selfSubject, "tokenreviews." + GROUP, this::token);
    }

    /// Who am I?
    private Reply selfSubject(Call call, ResourceDefinition<?> kind) {
        ObjectTree review = read(call, kind);
        ObjectTree metadata = ObjectTree.of("creationTimestamp", Times.seconds(clock.now()));
        ObjectTree status = ObjectTree.of("userInfo", call.user().info());
        return new Reply.One(201, kind, review.with("metadata", metadata).with("status", status), null);
    }

    /// Whose token is this?
    private Reply token(Call call, ResourceDefinition<?> kind) {
        ObjectTree review = read(call, kind);
        ObjectTree spec = review.object("spec");
        String token = spec.text("token");
        if (token.isEmpty()) throw ApiException.badRequest("token is required for TokenReview in authentication");
        var audiences = new ArrayList<String>();
        for (Tree each : spec.list("audiences")) if (each instanceof Tree.Text(var text)) audiences.add(text);
        return new Reply.One(201, kind, review.with("status", status(token, audiences)), null);
    }

    private ObjectTree status(String token, List<String> audiences) {
        Optional<TokenOwner> found;
        try {
            found = tokens.apply(token, audiences);
        } catch (ApiException bad) {
            return ObjectTree.of("user", ObjectTree.EMPTY, "error", "[invalid bearer token, " + bad.getMessage() + "]");
        }
        if (found.isEmpty()) return ObjectTree.of("user", ObjectTree.EMPTY, "error", "invalid bearer token");
        ObjectTree status =
                ObjectTree.of("authenticated", true, "user", found.get().user().info());
        List<String> its = found.get().audiences();
        return its.isEmpty() ? status : status.with("audiences", ListTree.from(its));
    }

    private ObjectTree read(Call call, ResourceDefinition<?> kind) {
        if (!call.info().verb().equals("create")) throw Refusals.methodNotAllowed();
        WriteOptions options = WriteOptions.create(call.request());
        ObjectTree sent = bodies.object(call, kind, options.validation());
        return admission.review(call, kind, options, sent, clock.now());
    }
}
