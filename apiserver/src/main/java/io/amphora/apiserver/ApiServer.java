package io.amphora.apiserver;

import io.amphora.api.transport.Transport;
import io.amphora.apiserver.admission.Admission;
import io.amphora.apiserver.allocation.ServiceReserver;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.BootstrapTokens;
import io.amphora.apiserver.auth.RbacAuthorizer;
import io.amphora.apiserver.auth.ServiceAccountTokens;
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
import io.amphora.apiserver.subresource.AuthenticationReviews;
import io.amphora.apiserver.subresource.Bindings;
import io.amphora.apiserver.subresource.Evictions;
import io.amphora.apiserver.subresource.NamespaceRemoval;
import io.amphora.apiserver.subresource.PassThrough;
import io.amphora.apiserver.subresource.PodStreams;
import io.amphora.apiserver.subresource.Proxies;
import io.amphora.apiserver.subresource.Scales;
import io.amphora.apiserver.subresource.Tokens;
import io.amphora.apiserver.wire.HttpAdapter;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpHandler;
import io.amphora.machinery.time.Clock;
import io.amphora.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The API server: every part, put together once. Starts in process over any store; has no socket of its own.
public final class ApiServer implements AutoCloseable {
    /// The version of the Kubernetes API that is served.
    public static final String VERSION = "v1.36.0";

    private final ClusterState state;
    private final Registry registry;
    private final RequestChain chain;
    private final PassThrough passing;
    private final Clock clock;

    private ApiServer(ClusterState state, Registry registry, RequestChain chain, PassThrough passing, Clock clock) {
        this.passing = passing;
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
                config.network().serviceCidr(),
                config.network().lowestNodePort(),
                config.network().highestNodePort(),
                config.random());
        var specialties = new Specialties(Map.of("services", services), Map.of("namespaces", new NamespaceRemoval()));

        var reads = new ReadPath(state, config.clock());
        var writes = new WritePath(state, admission, specialties, bodies, config.clock(), config.random());
        var deletions = new Deletion(state, admission, specialties, bodies, reads, config.clock());
        Optional<ServiceAccountTokens> serviceAccounts = serviceAccounts(config, state);
        var authentication = authentication(config, state, serviceAccounts);
        var passing = new PassThrough(HttpClient.create(config.security().kubelets()));
        var endpoints = new HashMap<String, Endpoint>();
        endpoints.put("bindings", new Bindings(writes, bodies));
        endpoints.put("pods/binding", new Bindings(writes, bodies));
        endpoints.put("pods/eviction", new Evictions(state, writes, deletions, bodies));
        endpoints.put("*/scale", new Scales(state, writes, bodies));
        serviceAccounts.ifPresent(tokens -> endpoints.put("serviceaccounts/token", new Tokens(state, tokens, bodies)));
        endpoints.put(
                "selfsubjectreviews.authentication.k8s.io", AuthenticationReviews.selfSubject(bodies, config.clock()));
        endpoints.put(
                "tokenreviews.authentication.k8s.io", AuthenticationReviews.token(bodies, authentication::findByToken));
        endpoints.putAll(new PodStreams(state, passing).endpoints());
        endpoints.putAll(new Proxies(state, passing, config.random()).endpoints());
        var openApi = new OpenApi(registry.all(), VERSION);
        List<PathHandler> paths = List.of(
                new DiscoveryPaths(registry, config.network().address()),
                new OpenApiPaths(() -> openApi),
                new ServerPaths(registry, VERSION, Map.of()));
        var dispatcher = new Dispatcher(registry, reads, writes, deletions, endpoints, paths);
        var authorizers = new ArrayList<Authorizer>();
        authorizers.add(Authorizer.MASTERS);
        authorizers.add(new RbacAuthorizer(state::now));
        authorizers.addAll(config.security().authorizers());
        var chain = new RequestChain(authentication, Authorizer.union(authorizers), dispatcher, config.log());

        var server = new ApiServer(state, registry, chain, passing, config.clock());
        new Bootstrap(server.transport(User.ADMIN)).run();
        return server;
    }

    private static Optional<ServiceAccountTokens> serviceAccounts(ApiServerConfig config, ClusterState state) {
        return config.security()
                .serviceAccounts()
                .map(keys -> new ServiceAccountTokens(
                        keys.issuer(),
                        keys.publicKey(),
                        keys.privateKey(),
                        state::now,
                        config.clock(),
                        config.random()));
    }

    private static Authentication authentication(
            ApiServerConfig config, ClusterState state, Optional<ServiceAccountTokens> serviceAccounts) {
        var tokens = new ArrayList<>(config.security().tokens());
        tokens.add(new BootstrapTokens(state::now, config.clock()));
        serviceAccounts.ifPresent(tokens::add);
        return new Authentication(tokens, config.security().anonymous());
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
        passing.close();
        state.close();
    }
}
