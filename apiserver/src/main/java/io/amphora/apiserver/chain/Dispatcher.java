package io.amphora.apiserver.chain;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.registry.Deletion;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.ReadPath;
import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.registry.WritePath;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.RequestInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds who answers: a path, a resource of the registry, or an endpoint of its own.
///
/// @param endpoints by `resource.group` or `resource.group/subresource`; `*/subresource` serves all kinds that
///     have it
public record Dispatcher(
        Registry registry,
        ReadPath reads,
        WritePath writes,
        Deletion deletions,
        Map<String, Endpoint> endpoints,
        List<PathHandler> paths) {

    Reply dispatch(Call call) {
        return call.info().isResource() ? resource(call) : path(call);
    }

    private Reply path(Call call) {
        String path = call.info().path();
        if (path.contains("//"))
            throw path.startsWith("/api/") || path.startsWith("/apis/")
                    ? Refusals.notFound()
                    : PlainRefusal.pageNotFound();
        for (PathHandler handler : paths) {
            Optional<Reply> reply = handler.answer(call);
            if (reply.isPresent()) return reply.get();
        }
        throw PlainRefusal.pageNotFound();
    }

    private Reply resource(Call call) {
        RequestInfo info = call.info();
        if (info.path().startsWith("//") || !registry.groups().contains(info.group()))
            throw PlainRefusal.pageNotFound();
        if (namesNothing(info)) throw unknown(info);
        ResourceDefinition<?> kind =
                registry.find(info.group(), info.version(), info.resource()).orElseThrow(() -> unknown(info));
        requirePlace(call, kind);
        String deprecation = kind.strategy().deprecation();
        if (!deprecation.isEmpty()) call.warnings().add(deprecation);
        if (!info.rest().isEmpty() && !info.subresource().equals("proxy")) throw unknown(info);
        Endpoint endpoint = endpoint(kind, info.subresource());
        if (endpoint != null) return endpoint.answer(call, kind);
        return info.subresource().isEmpty() ? object(call, kind) : part(call, kind);
    }

    /// Whether a part of the path is empty; what is passed on to others is not looked at.
    private static boolean namesNothing(RequestInfo info) {
        int empty = info.path().indexOf("//");
        return empty >= 0 && (!info.isPassedOn() || empty < info.path().indexOf("/" + info.subresource()));
    }

    /// Of a group that clients have defined nothing is known beyond the kinds themselves.
    private RuntimeException unknown(RequestInfo info) {
        boolean builtIn =
                registry.all().stream().anyMatch(kind -> kind.group().equals(info.group()) && kind.isBuiltIn());
        return builtIn ? Refusals.notFound() : PlainRefusal.pageNotFound();
    }

    /// A kind of the cluster is in no namespace, and a name alone does not find an object of a namespace.
    private void requirePlace(Call call, ResourceDefinition<?> kind) {
        RequestInfo info = call.info();
        boolean inNamespace = !info.namespace().isEmpty();
        if (kind.namespaced() && !inNamespace) {
            boolean named = info.path().split("/").length > (info.group().isEmpty() ? 4 : 5)
                    && !info.verb().equals("watch");
            if (named) throw unknown(info);
            if (info.verb().equals("create") || info.verb().equals("deletecollection"))
                throw Refusals.methodNotAllowed();
        }
        if (!kind.namespaced() && inNamespace && !isNamespaceItself(info, kind)) throw unknown(info);
        if (info.verb().equals("watch") && !info.subresource().isEmpty()) throw unknown(info);
    }

    /// The path of a Namespace is one in a namespace, its own; `namespaces/a/namespaces/b` is none, although a Role in
    /// `a` might allow it.
    private static boolean isNamespaceItself(RequestInfo info, ResourceDefinition<?> kind) {
        return kind.qualifiedName().equals("namespaces") && info.name().equals(info.namespace());
    }

    private @Nullable Endpoint endpoint(ResourceDefinition<?> kind, String subresource) {
        if (subresource.isEmpty()) return endpoints.get(kind.qualifiedName());
        if (!kind.subresources().contains(subresource)) throw Refusals.notFound();
        Endpoint own = endpoints.get(kind.qualifiedName() + "/" + subresource);
        return own != null ? own : endpoints.get("*/" + subresource);
    }

    private Reply object(Call call, ResourceDefinition<?> kind) {
        String verb = call.info().verb();
        boolean named = !call.name().isEmpty();
        boolean namesOne = call.request().method().equals("HEAD")
                || (verb.equals("create") && named)
                || (List.of("update", "patch").contains(verb) && !named);
        if (!kind.verbs().contains(verb) || namesOne) throw Refusals.methodNotAllowed();
        return switch (verb) {
            case "get" -> reads.get(call, kind);
            case "list" -> reads.list(call, kind);
            case "watch" -> watch(call, kind);
            case "create" -> writes.create(call, kind);
            case "update" -> writes.update(call, kind);
            case "patch" -> writes.patch(call, kind);
            case "delete" -> deletions.delete(call, kind);
            case "deletecollection" -> deletions.deleteCollection(call, kind);
            default -> throw Refusals.methodNotAllowed();
        };
    }

    /// A kind that has become another in the meantime has ended its watches already; this one ends too.
    private Reply watch(Call call, ResourceDefinition<?> kind) {
        Reply reply = reads.watch(call, kind);
        boolean current = registry.find(kind.group(), kind.version(), kind.plural())
                .filter(each -> each == kind)
                .isPresent();
        if (!current && reply instanceof Reply.Events events) events.source().close();
        return reply;
    }

    /// A subresource that shows the object itself.
    private Reply part(Call call, ResourceDefinition<?> kind) {
        return switch (call.info().verb()) {
            case "get" -> reads.get(call, kind);
            case "update" -> writes.update(call, kind);
            case "patch" -> writes.patch(call, kind);
            default -> throw Refusals.methodNotAllowed();
        };
    }
}
