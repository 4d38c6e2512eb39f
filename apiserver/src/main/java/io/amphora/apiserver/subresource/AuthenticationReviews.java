package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.registry.Endpoint;
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
import java.util.Optional;
import java.util.function.BiFunction;

/// Questions about who somebody is: `selfsubjectreviews`, `tokenreviews`.
public final class AuthenticationReviews {
    private AuthenticationReviews() {}

    /// Who am I?
    public static Endpoint selfSubject(Bodies bodies, Clock clock) {
        return (call, kind) -> {
            ObjectTree review = read(call, kind, bodies);
            ObjectTree metadata = review.object("metadata").with("creationTimestamp", Times.seconds(clock.now()));
            ObjectTree status = ObjectTree.of("userInfo", call.user().info());
            return new Reply.One(201, kind, review.with("metadata", metadata).with("status", status), null);
        };
    }

    /// Whose token is this?
    ///
    /// @param users finds the owner of a token for certain audiences
    public static Endpoint token(Bodies bodies, BiFunction<String, List<String>, Optional<User>> users) {
        return (call, kind) -> {
            ObjectTree review = read(call, kind, bodies);
            ObjectTree spec = review.object("spec");
            String token = spec.text("token");
            if (token.isEmpty()) throw ApiException.badRequest("token is required for TokenReview in authentication");
            var audiences = new ArrayList<String>();
            for (Tree each : spec.list("audiences")) if (each instanceof Tree.Text(var text)) audiences.add(text);
            return new Reply.One(201, kind, review.with("status", status(users, token, audiences)), null);
        };
    }

    private static ObjectTree status(
            BiFunction<String, List<String>, Optional<User>> users, String token, List<String> audiences) {
        Optional<User> user;
        try {
            user = users.apply(token, audiences);
        } catch (ApiException bad) {
            return ObjectTree.of("user", ObjectTree.EMPTY, "error", "[invalid bearer token, " + bad.getMessage() + "]");
        }
        if (user.isEmpty()) return ObjectTree.of("user", ObjectTree.EMPTY, "error", "invalid bearer token");
        ObjectTree status =
                ObjectTree.of("authenticated", true, "user", user.get().info());
        return audiences.isEmpty() ? status : status.with("audiences", ListTree.from(audiences));
    }

    private static ObjectTree read(Call call, ResourceDefinition<?> kind, Bodies bodies) {
        if (!call.info().verb().equals("create")) throw Refusals.methodNotAllowed();
        return bodies.object(call, kind, WriteOptions.create(call.request()).validation());
    }
}
