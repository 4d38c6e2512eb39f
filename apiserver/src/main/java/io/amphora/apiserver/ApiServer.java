package io.amphora.apiserver;

import io.amphora.api.transport.Transport;
import io.amphora.apiserver.admission.Admission;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.CertificateRequester;
import io.amphora.apiserver.admission.CertificateSigners;
import io.amphora.apiserver.admission.DefinitionLifecycle;
import io.amphora.apiserver.admission.NodeTokenRestriction;
import io.amphora.apiserver.admission.ResourceQuotaAdmission;
import io.amphora.apiserver.admission.RoleEscalation;
import io.amphora.apiserver.admission.policy.ValidatingPolicies;
import io.amphora.apiserver.aggregation.ApiServiceKeeper;
import io.amphora.apiserver.allocation.ServiceReserver;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.BootstrapTokens;
import io.amphora.apiserver.auth.NodeAuthorizer;
import io.amphora.apiserver.auth.RbacAuthorizer;
import io.amphora.apiserver.auth.SecretTokens;
import io.amphora.apiserver.auth.ServiceAccountTokens;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Authentication;
import io.amphora.apiserver.chain.Dispatcher;
import io.amphora.apiserver.chain.InProcessTransport;
import io.amphora.apiserver.chain.OpenStreams;
import io.amphora.apiserver.chain.RequestChain;
import io.amphora.apiserver.custom.DefinitionRemoval;
import io.amphora.apiserver.custom.Definitions;
import io.amphora.apiserver.discovery.DiscoveryPaths;
import io.amphora.apiserver.discovery.HealthPaths;
import io.amphora.apiserver.discovery.IssuerPaths;
import io.amphora.apiserver.discovery.ServerPaths;
import io.amphora.apiserver.flow.FlowSchemaStatuses;
import io.amphora.apiserver.metrics.MetricsPaths;
import io.amphora.apiserver.metrics.ProcessFigures;
import io.amphora.apiserver.metrics.RequestFigures;
import io.amphora.apiserver.metrics.StateFigures;
import io.amphora.apiserver.openapi.OpenApiEditions;
import io.amphora.apiserver.openapi.OpenApiPaths;
import io.amphora.apiserver.registry.Closings;
import io.amphora.apiserver.registry.Deletion;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.EndpointAdmission;
import io.amphora.apiserver.registry.ReadPath;
import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.registry.Specialties;
import io.amphora.apiserver.registry.WritePath;
import io.amphora.apiserver.request.Authorization;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.subresource.AuthenticationReviews;
import io.amphora.apiserver.subresource.AuthorizationReviews;
import io.amphora.apiserver.subresource.Bindings;
import io.amphora.apiserver.subresource.ComponentHealth;
import io.amphora.apiserver.subresource.Evictions;
import io.amphora.apiserver.subresource.JobRemoval;
import io.amphora.apiserver.subresource.Kubelets;
import io.amphora.apiserver.subresource.NamespaceRemoval;
import io.amphora.apiserver.subresource.PassThrough;
import io.amphora.apiserver.subresource.PodStreams;
import io.amphora.apiserver.subresource.Proxies;
import io.amphora.apiserver.subresource.ProxyAddresses;
import io.amphora.apiserver.subresource.Scales;
import io.amphora.apiserver.subresource.Tokens;
import io.amphora.apiserver.wire.HttpAdapter;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpHandler;
import io.amphora.http.Tls;
import io.amphora.machinery.metrics.MetricSource;
import io.amphora.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The API server: every part, put together once. Starts in process over any store; has no socket of its own.
public final class ApiServer implements AutoCloseable {
    /// The version of the Kubernetes API that is served.
    public static final String VERSION = "v1.36.0";

    private final ClusterState state;
    private final Registry registry;
    private final RequestChain chain;
    private final MetricsPaths metrics;
    private final ComponentHealth components;
    private final List<AutoCloseable> parts;
    private final HttpHandler http;

    private ApiServer(
            ClusterState state,
            Registry registry,
            RequestChain chain,
            MetricsPaths metrics,
            ComponentHealth components,
            List<AutoCloseable> parts,
            ApiServerConfig config) {
        this.metrics = metrics;
        this.components = components;
        this.parts = parts;
        this.state = state;
        this.registry = registry;
        this.chain = chain;
        this.http = new HttpAdapter(
                chain, registry::isCustom, config.clock(), config.limits().longest());
    }

    /// @param store stays open when the server is closed
    public static ApiServer start(Store store, ApiServerConfig config) {
        var state = new ClusterState(store, config.clock(), config.window(), config.capacity());
        var registry = new Registry(config.kinds());
        var rbac = new RbacAuthorizer(state::now);
        Authorizer authorizer = authorizer(config, new NodeAuthorizer(state::now), rbac);
        var services = services(config, state);
        var authorization = new Authorization(authorizer);
        var objects = objects(
                config,
                registry,
                state,
                services,
                authorization,
                List.of(
                        new RoleEscalation(rbac, authorizer),
                        new CertificateSigners(authorizer),
                        new NodeTokenRestriction(authorizer)));
        Optional<ServiceAccountTokens> serviceAccounts = serviceAccounts(config, state);
        var authentication = authentication(config, state, serviceAccounts);
        var toKubelets = new PassThrough(HttpClient.create(config.security().kubelets()));
        var toOthers = new PassThrough(HttpClient.create(Tls.DEFAULT.withInsecure(true)));
        var kubelets = new Kubelets(
                state,
                ProxyAddresses.of(
                        config.network().serviceCidr(), config.network().address()));

        var streams = new PodStreams(state, authorization, kubelets, toKubelets);
        var proxies = new Proxies(state, kubelets, toKubelets, toOthers, config.random());

        var endpoints = new HashMap<String, Endpoint>();
        endpoints.putAll(ofObjects(state, objects));
        serviceAccounts.ifPresent(tokens ->
                endpoints.put("serviceaccounts/token", new Tokens(state, tokens, objects.admission, objects.bodies)));
        endpoints.putAll(
                new AuthenticationReviews(objects.bodies, objects.admission, config.clock(), authentication::review)
                        .endpoints());
        endpoints.putAll(new AuthorizationReviews(objects.bodies, objects.admission, authorizer, rbac, config.clock())
                .endpoints());
        endpoints.putAll(streams.logs());
        endpoints.putAll(objects.admission.connecting(streams.connections()));
        endpoints.putAll(objects.admission.connecting(proxies.endpoints()));
        var components = new ComponentHealth(state::failure);
        endpoints.put("componentstatuses", components);

        var started = new AtomicBoolean();
        var health = new HealthPaths(state::failure, state::shortage, started::get);
        var metrics = new MetricsPaths(health);
        var dispatcher = new Dispatcher(
                registry,
                objects.reads,
                objects.writes,
                objects.deletions,
                endpoints,
                paths(config, registry, serviceAccounts, health, metrics));
        var opened = new OpenStreams(authentication, config.clock());
        var requests = new RequestFigures(info ->
                registry.find(info.group(), info.version(), info.resource()).isPresent());
        var chain = new RequestChain(
                authentication,
                authorization,
                config.limits(),
                dispatcher,
                opened,
                requests,
                config.clock(),
                config.log());
        chain.metrics().forEach(metrics::add);
        metrics.add(new StateFigures(state, registry));
        metrics.add(new ProcessFigures());
        Transport admin = new InProcessTransport(chain, User.ADMIN, "kube-apiserver");
        boolean isNew = new Bootstrap(admin, config.network(), services.firstAddress()).run();
        if (isNew) state.forgetPast();
        var definitions = new Definitions(state, registry, objects.deletions, admin, config.clock(), config.log());
        var flows = new FlowSchemaStatuses(state, admin, config.clock(), config.log());
        var keeper = new ApiServiceKeeper(state, config.kinds(), admin, config.clock(), config.log());
        started.set(true);
        List<AutoCloseable> parts = List.of(definitions, flows, keeper, opened, toKubelets, toOthers);
        return new ApiServer(state, registry, chain, metrics, components, parts, config);
    }

    /// The ways to read, write and delete objects of every kind.
    private record Objects(
            ReadPath reads, WritePath writes, Deletion deletions, EndpointAdmission admission, Bodies bodies) {}

    private static Objects objects(
            ApiServerConfig config,
            Registry registry,
            ClusterState state,
            ServiceReserver services,
            Authorization authorization,
            List<AdmissionPlugin> last) {
        var plugins = new ArrayList<>(config.plugins());
        plugins.add(new DefinitionLifecycle());
        plugins.add(new CertificateRequester());
        plugins.addAll(last);
        plugins.add(new ValidatingPolicies(authorization.authorizer(), registry::findKind));
        plugins.add(new ResourceQuotaAdmission(state, config.clock()));
        var admission = new Admission(List.copyOf(plugins));
        var bodies = new Bodies();
        var specialties = new Specialties(
                Map.of("services", services),
                Map.of(
                        "namespaces",
                        new NamespaceRemoval(),
                        "jobs.batch",
                        new JobRemoval(),
                        "customresourcedefinitions.apiextensions.k8s.io",
                        new DefinitionRemoval()));
        var reads = new ReadPath(state, config.clock());
        var closings = new Closings(state);
        var writes = new WritePath(
                state, closings, authorization, admission, specialties, bodies, config.clock(), config.random());
        var deletions = new Deletion(state, closings, admission, specialties, bodies, reads, config.clock());
        return new Objects(reads, writes, deletions, new EndpointAdmission(admission, state), bodies);
    }

    private static Map<String, Endpoint> ofObjects(ClusterState state, Objects objects) {
        var bindings = new Bindings(objects.writes, objects.admission, objects.bodies);
        return Map.of(
                "bindings",
                bindings,
                "pods/binding",
                bindings,
                "pods/eviction",
                new Evictions(state, objects.writes, objects.deletions, objects.admission, objects.bodies),
                "*/scale",
                new Scales(state, objects.writes, objects.bodies));
    }

    private static List<PathHandler> paths(
            ApiServerConfig config,
            Registry registry,
            Optional<ServiceAccountTokens> serviceAccounts,
            HealthPaths health,
            MetricsPaths metrics) {
        String address = config.network().address();
        var paths = new ArrayList<PathHandler>(List.of(
                new DiscoveryPaths(registry, address),
                new OpenApiPaths(new OpenApiEditions(registry::all, VERSION), config.clock()),
                health,
                metrics));
        var listed = new ArrayList<>(health.paths());
        listed.addAll(MetricsPaths.PATHS);
        serviceAccounts.ifPresent(tokens -> {
            paths.add(new IssuerPaths(tokens, address));
            listed.addAll(IssuerPaths.PATHS);
        });
        paths.add(new ServerPaths(registry, VERSION, listed));
        return List.copyOf(paths);
    }

    private static Authorizer authorizer(ApiServerConfig config, NodeAuthorizer nodes, RbacAuthorizer rbac) {
        var authorizers = new ArrayList<Authorizer>();
        authorizers.add(Authorizer.MASTERS);
        authorizers.add(nodes);
        authorizers.add(rbac);
        authorizers.addAll(config.security().authorizers());
        return Authorizer.union(authorizers);
    }

    private static ServiceReserver services(ApiServerConfig config, ClusterState state) {
        ApiServerConfig.Network network = config.network();
        return new ServiceReserver(
                state.now(),
                network.serviceCidr(),
                network.lowestNodePort(),
                network.highestNodePort(),
                config.random());
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
        var forUs = new ArrayList<>(config.security().tokens());
        forUs.add(new BootstrapTokens(state::now, config.clock()));
        List<String> audiences =
                serviceAccounts.map(ServiceAccountTokens::issuer).stream().toList();
        var tokens = new ArrayList<TokenAuthenticator>();
        for (TokenAuthenticator each : forUs) tokens.add(each.forAudiences(audiences));
        serviceAccounts.ifPresent(tokens::add);
        config.security()
                .serviceAccounts()
                .ifPresent(keys -> tokens.add(
                        new SecretTokens(keys.issuer(), keys.publicKey(), state::now).forAudiences(audiences)));
        return new Authentication(tokens, audiences, config.security().anonymous(), config.clock());
    }

    /// A way into this server for somebody in the same process.
    public Transport transport(User user) {
        return new InProcessTransport(chain, user);
    }

    /// Tells figures of something else in this process at `/metrics` too.
    public void measure(MetricSource source) {
        metrics.add(source);
    }

    /// Tells how another component of the control plane fares (`componentstatuses`).
    ///
    /// @param name `scheduler` or `controller-manager`
    /// @param failure why it is not well; empty when it is
    public void watchOver(String name, Supplier<Optional<String>> failure) {
        components.watchOver(name, failure);
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
        return http;
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
        state.close();
    }
}
