package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A way to talk to an API server in terms of kinds. Immutable and safe for any number of threads; the calls
/// block.
///
/// ```
/// Client client = new Client(transport, "scheduler");
/// client.resource(Pods.DEFINITION).inNamespace("default").find("web-0")
/// ```
public final class Client implements AutoCloseable {
    private final Transport transport;
    private final Map<String, String> headers;

    /// @param userAgent who calls; the part before the first `/` becomes the field manager of what is written
    public Client(Transport transport, String userAgent) {
        this(transport, Map.of("user-agent", userAgent));
    }

    private Client(Transport transport, Map<String, String> headers) {
        this.transport = transport;
        this.headers = Map.copyOf(headers);
    }

    /// The same way, with one more header on every request (`impersonate-user`, say); by lower-case name.
    public Client withHeader(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new Client(transport, more);
    }

    public <T extends ApiObject> Resource<T> resource(ResourceDefinition<T> definition) {
        return resource(Target.of(definition));
    }

    public <T extends ApiObject> Resource<T> resource(Target<T> target) {
        return new Resource<>(this, target, "");
    }

    /// A kind that is known only at runtime.
    public Resource<AnyObject> resource(GroupVersionKind gvk, String plural, boolean namespaced) {
        return resource(Target.of(gvk, plural, namespaced));
    }

    public Discovery discovery() {
        return new Discovery(this);
    }

    public ObjectTree get(String path) {
        return call("GET", path, Map.of(), null);
    }

    /// Any request, for what [Resource] has no words for.
    public ObjectTree call(String method, String path, Map<String, List<String>> query, ApiRequest.@Nullable Body body)
            throws ApiException {
        return transport.call(request(method, path, query, body));
    }

    public Transport transport() {
        return transport;
    }

    ApiRequest request(String method, String path, Map<String, List<String>> query, ApiRequest.@Nullable Body body) {
        return new ApiRequest(method, path, query, headers, body);
    }

    static ApiRequest.Body json(Tree tree) {
        return new ApiRequest.Body.Value("application/json", tree);
    }

    @Override
    public void close() {
        transport.close();
    }
}
