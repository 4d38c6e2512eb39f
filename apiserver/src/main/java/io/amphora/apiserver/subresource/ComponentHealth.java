package io.amphora.apiserver.subresource;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.ListOptions;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/// `componentstatuses`: how the components of the control plane fare, asked when somebody wants to know.
public final class ComponentHealth implements Endpoint {
    private final Map<String, Supplier<Optional<String>>> components = new ConcurrentSkipListMap<>();

    /// @param etcd why the store cannot be read; empty when it can
    public ComponentHealth(Supplier<Optional<String>> etcd) {
        watchOver("controller-manager", () -> unreachable(10_257));
        watchOver("scheduler", () -> unreachable(10_259));
        watchOver("etcd-0", etcd);
    }

    /// In the words of Kubernetes, which asks where the component would listen.
    private static Optional<String> unreachable(int port) {
        return Optional.of("Get \"https://127.0.0.1:" + port + "/healthz\": dial tcp 127.0.0.1:" + port
                + ": connect: connection refused");
    }

    /// @param failure why it is not well; empty when it is
    public void watchOver(String name, Supplier<Optional<String>> failure) {
        components.put(name, failure);
    }

    @Override
    public Reply answer(Call call, ResourceDefinition<?> kind) {
        return switch (call.info().verb()) {
            case "get" -> new Reply.One(200, kind, get(call.name(), kind), null);
            case "list" -> list(call, kind);
            default -> throw Refusals.methodNotAllowed();
        };
    }

    private ObjectTree get(String name, ResourceDefinition<?> kind) {
        Supplier<Optional<String>> component = components.get(name);
        if (component == null) throw Statuses.unclassified("Component not found: " + name);
        return status(kind, name, component.get());
    }

    private Reply list(Call call, ResourceDefinition<?> kind) {
        ListOptions options = ListOptions.of(call.request(), false);
        var items = new ArrayList<ObjectTree>();
        components.forEach((name, failure) -> {
            boolean wanted = options.labels().matches(ObjectTree.EMPTY)
                    && options.fields().matches(field -> field.equals("metadata.name") ? name : "");
            if (wanted) items.add(status(kind, name, failure.get()));
        });
        return new Reply.Listed(kind, ObjectTree.EMPTY, items);
    }

    private static ObjectTree status(ResourceDefinition<?> kind, String name, Optional<String> failure) {
        ObjectTree condition = ObjectTree.of(
                "type", "Healthy", "status", failure.isEmpty() ? "True" : "False", "message", failure.orElse("ok"));
        return ObjectTree.of(
                "kind",
                kind.kind(),
                "apiVersion",
                kind.gvk().apiVersion(),
                "metadata",
                ObjectTree.of("name", name),
                "conditions",
                ListTree.of(condition));
    }
}
