package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The requests on one kind, in one namespace or in all. Immutable.
///
/// Every method throws [ApiException] for an answer of 400 and above. Objects that say their namespace are
/// written
/// there; names are looked up in the namespace of [#inNamespace].
public final class Resource<T extends ApiObject> {
    private final Client client;
    private final Target<T> target;
    private final String namespace;

    Resource(Client client, Target<T> target, String namespace) {
        this.client = client;
        this.target = target;
        this.namespace = namespace;
    }

    public Resource<T> inNamespace(String namespace) {
        return new Resource<>(client, target, namespace);
    }

    public Target<T> target() {
        return target;
    }

    public T get(String name) {
        return view(client.call("GET", path(name), Map.of(), null));
    }

    /// The object, if there is one.
    public Optional<T> find(String name) {
        try {
            return Optional.of(get(name));
        } catch (ApiException refused) {
            if (refused.code() == 404) return Optional.empty();
            throw refused;
        }
    }

    public Page<T> list(ListOptions options) {
        ObjectTree list = client.call("GET", target.path(namespace), options.query(), null);
        var items = new ArrayList<T>();
        for (Tree item : list.list("items")) items.add(view(withKind(item.object())));
        ObjectTree metadata = list.object("metadata");
        return new Page<>(items, metadata.text("resourceVersion"), metadata.text("continue"));
    }

    public List<T> list() {
        return listAll(ListOptions.ALL).items();
    }

    /// All pages as one, each of at most the options' limit (500 without one).
    public Page<T> listAll(ListOptions options) {
        var paged = options.query().containsKey("limit") ? options : options.withLimit(500);
        var items = new ArrayList<T>();
        Page<T> page = list(paged);
        items.addAll(page.items());
        while (!page.isLast()) {
            page = list(paged.withResourceVersion("")
                    .with("resourceVersionMatch", "")
                    .withContinue(page.continueToken()));
            items.addAll(page.items());
        }
        return new Page<>(items, page.resourceVersion(), "");
    }

    /// See [Transport#watch]; the objects in the events are trees, because a Status may be among them.
    public Transport.Subscription watch(ListOptions options, Consumer<Transport.WatchEvent> events, Runnable closed) {
        var query = options.with("watch", "true").query();
        return client.transport().watch(client.request("GET", target.path(namespace), query, null), events, closed);
    }

    public T create(T object) {
        return create(object, WriteOptions.PLAIN);
    }

    public T create(T object, WriteOptions options) {
        return view(client.call("POST", target.path(namespaceOf(object)), options.query(), Client.json(object.tree())));
    }

    public T update(T object) {
        return update(object, "", WriteOptions.PLAIN);
    }

    public T updateStatus(T object) {
        return update(object, "status", WriteOptions.PLAIN);
    }

    public T update(T object, String subresource, WriteOptions options) {
        String path = target.path(namespaceOf(object)) + "/" + object.name() + below(subresource);
        return view(client.call("PUT", path, options.query(), Client.json(object.tree())));
    }

    public T patch(String name, PatchType type, Tree patch) {
        return patch(name, type, patch, WriteOptions.PLAIN, "");
    }

    /// @param subresource `status`, `scale`, …; "" for the object itself
    public T patch(String name, PatchType type, Tree patch, WriteOptions options, String subresource) {
        var body = new ApiRequest.Body.Value(type.contentType(), patch);
        return view(client.call("PATCH", path(name) + below(subresource), options.query(), body));
    }

    /// Server-side apply: what `object` says is wanted, nothing else is touched.
    public T apply(T object, String fieldManager, boolean force) {
        var options = WriteOptions.PLAIN.withFieldManager(fieldManager);
        return inNamespace(namespaceOf(object))
                .patch(object.name(), PatchType.APPLY, object.tree(), force ? options.force() : options, "");
    }

    /// The answer: the object that goes, or a Status.
    public ObjectTree delete(String name) {
        return delete(name, DeleteOptions.PLAIN);
    }

    public ObjectTree delete(String name, DeleteOptions options) {
        return client.call("DELETE", path(name), Map.of(), Client.json(options.tree()));
    }

    /// Deletes all that the options select.
    public void deleteCollection(DeleteOptions options, ListOptions which) {
        client.call("DELETE", target.path(namespace), which.query(), Client.json(options.tree()));
    }

    /// Reads a subresource that is an object of another kind (`scale`).
    public ObjectTree getSubresource(String name, String subresource, Map<String, String> query) {
        var parameters = new LinkedHashMap<String, List<String>>();
        query.forEach((key, value) -> parameters.put(key, List.of(value)));
        return client.call("GET", path(name) + below(subresource), parameters, null);
    }

    /// Posts to a subresource: `binding`, `eviction`, `token`, `approval`.
    public ObjectTree createSubresource(String name, String subresource, Tree body) {
        return client.call("POST", path(name) + below(subresource), Map.of(), Client.json(body));
    }

    /// Replaces a subresource that is an object of another kind (`scale`).
    public ObjectTree updateSubresource(String name, String subresource, Tree body) {
        return client.call("PUT", path(name) + below(subresource), Map.of(), Client.json(body));
    }

    T view(ObjectTree tree) {
        return target.view().apply(tree);
    }

    /// Items of a list may leave out what the list says for all of them.
    ObjectTree withKind(ObjectTree item) {
        if (item.has("kind") && item.has("apiVersion")) return item;
        return item.with("apiVersion", target.gvk().apiVersion())
                .with("kind", target.gvk().kind());
    }

    private String namespaceOf(T object) {
        return object.namespace().isEmpty() ? namespace : object.namespace();
    }

    private String path(String name) {
        return target.path(namespace) + "/" + name;
    }

    private static String below(String subresource) {
        return subresource.isEmpty() ? "" : "/" + subresource;
    }
}
