package io.amphora.apiserver;

import io.amphora.api.transport.Transport;
import io.amphora.apiserver.admission.Admission;
import io.amphora.apiserver.allocation.ServiceReserver;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.BootstrapTokens;
import io.amphora.apiserver.auth.RbacAuthorizer;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Authentication;
import io.amphora.apiserver.chain.Dispatcher;
import io.amphora.apiserver.chain.InProcessTransport;
import io.amphora.apiserver.chain.RequestChain;
import io.amphora.apiserver.discovery.DiscoveryPaths;
import io.amphora.apiserver.discovery.ServerPaths;
import io.amphora.apiserver.openapi.OpenApi;
import io.amphora.apiserver.openapi.OpenApiPaths;
import io.amphora.apiserver.registry.Deletion;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.ReadPath;
import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.registry.Specialties;
import io.amphora.apiserver.registry.WritePath;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.subresource.NamespaceRemoval;
import io.amphora.apiserver.wire.HttpAdapter;
import io.amphora.http.HttpHandler;
import io.amphora.machinery.time.Clock;
import io.amphora.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The API server: every part, put together once. Starts in process over any store; has no socket of its own.
public final class ApiServer implements AutoCloseable {
    /// The version of the Kubernetes API that is served.
    public static final String VERSION = "v1.36.0";

    private final ClusterState state;
    private final Registry registry;
    private final RequestChain chain;
    private final Clock clock;

    private ApiServer(ClusterState state, Registry registry, RequestChain chain, Clock clock) {
        this.clock = clock;
        this.state = state;
        this.registry = registry;
        this.chain = chain;
    }

    /// @param store stays open when the server is closed
    public static ApiServer start(Store store, ApiServerConfig config) {
        var state = new ClusterState(store, config.clock(), config.window());
        var registry = new Registry(config.kinds());
        var admission = new Admission(config.plugins());
        var bodies = new Bodies();
        var services = new ServiceReserver(
                state.now(),
                config.serviceCidr(),
                config.nodePorts().lowest(),
                config.nodePorts().highest(),
                config.random());
        var specialties = new Specialties(Map.of("services", services), Map.of("namespaces", new NamespaceRemoval()));

        var reads = new ReadPath(state, config.clock());
        var writes = new WritePath(state, admission, specialties, bodies, config.clock(), config.random());
        var deletions = new Deletion(state, admission, specialties, bodies, reads, config.clock());
        var tokens = new ArrayList<>(config.tokens());
        tokens.add(new BootstrapTokens(state::now, config.clock()));
        var authentication = new Authentication(tokens, config.anonymous());
        Map<String, Endpoint> endpoints = Map.of();
        var openApi = new OpenApi(registry.all(), VERSION);
        List<PathHandler> paths = List.of(
                new DiscoveryPaths(registry, config.address()),
                new OpenApiPaths(() -> openApi),
                new ServerPaths(registry, VERSION, Map.of()));
        var dispatcher = new Dispatcher(registry, reads, writes, deletions, endpoints, paths);
        var authorizers = new ArrayList<Authorizer>();
        authorizers.add(Authorizer.MASTERS);
        authorizers.add(new RbacAuthorizer(state::now));
        authorizers.addAll(config.authorizers());
        var chain = new RequestChain(authentication, Authorizer.union(authorizers), dispatcher, config.log());

        var server = new ApiServer(state, registry, chain, config.clock());
        new Bootstrap(server.transport(User.ADMIN)).run();
        return server;
    }

    /// A way into this server for somebody in the same process.
    public Transport transport(User user) {
        return new InProcessTransport(chain, user);
    }

    /// The cluster as it is now.
    public Snapshot snapshot() {
        return state.now();
    }

    public Registry registry() {
        return registry;
    }

    /// The chain that every request goes through, for those who bring requests from elsewhere.
    public RequestChain chain() {
        return chain;
    }

    /// What to give an HTTP server.
    public HttpHandler http() {
        return new HttpAdapter(chain, registry::isCustom, clock);
    }

    @Override
    public void close() {
        state.close();
    }
}
