package io.amphora.apiserver;

import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.NamespaceLifecycle;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.chain.RequestLimits;
import io.amphora.apiserver.state.Capacity;
import io.amphora.apiserver.state.Window;
import io.amphora.http.Tls;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What a server is made of and how it behaves. Start from [#standard] and change what differs.
///
/// @param kinds the built-in kinds
/// @param plugins of admission, in order
/// @param limits of the requests in flight
/// @param log is told of failures that are the server's own fault
public record ApiServerConfig(
        List<ResourceDefinition<?>> kinds,
        List<AdmissionPlugin> plugins,
        Security security,
        Network network,
        Window window,
        Capacity capacity,
        RequestLimits limits,
        Clock clock,
        Randomness random,
        Consumer<Throwable> log) {

    /// @param authorizers asked after RBAC, one after the other; `system:masters` needs none
    /// @param anonymous whether requests without credentials go on as `system:anonymous`; the health
    ///     endpoints and `cluster-info` are open to them in any case
    /// @param serviceAccounts signs the tokens of service accounts; without it there are none
    /// @param kubelets who we are to kubelets, and which of them we believe
    public record Security(
            List<TokenAuthenticator> tokens,
            List<Authorizer> authorizers,
            boolean anonymous,
            Optional<ServiceAccountKeys> serviceAccounts,
            Tls kubelets) {}

    /// @param issuer the `iss` of tokens, such as `https://kubernetes.default.svc.cluster.local`
    public record ServiceAccountKeys(String issuer, ECPublicKey publicKey, ECPrivateKey privateKey) {}

    /// @param serviceCidr from which Services get their addresses; the server's own gets the first
    /// @param address `host:port` by which clients reach the server
    public record Network(String serviceCidr, int lowestNodePort, int highestNodePort, String address) {}

    public static ApiServerConfig standard() {
        return new ApiServerConfig(
                Kinds.ALL,
                List.of(new NamespaceLifecycle()),
                new Security(List.of(), List.of(), true, Optional.empty(), Tls.DEFAULT.withInsecure(true)),
                new Network("10.96.0.0/16", 30_000, 32_767, "127.0.0.1:6443"),
                Window.USUAL,
                Capacity.usual(),
                RequestLimits.standard(),
                Clock.system(),
                Randomness.system(),
                Throwable::printStackTrace);
    }

    public ApiServerConfig withPlugins(List<AdmissionPlugin> plugins) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withClock(Clock clock) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withRandom(Randomness random) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withWindow(Window window) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withCapacity(Capacity capacity) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withLimits(RequestLimits limits) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withLog(Consumer<Throwable> log) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    public ApiServerConfig withTokens(List<TokenAuthenticator> tokens) {
        return with(new Security(
                tokens, security.authorizers, security.anonymous, security.serviceAccounts, security.kubelets));
    }

    public ApiServerConfig withAnonymous(boolean anonymous) {
        return with(new Security(
                security.tokens, security.authorizers, anonymous, security.serviceAccounts, security.kubelets));
    }

    public ApiServerConfig withAuthorizers(List<Authorizer> authorizers) {
        return with(new Security(
                security.tokens, authorizers, security.anonymous, security.serviceAccounts, security.kubelets));
    }

    public ApiServerConfig withServiceAccounts(ServiceAccountKeys keys) {
        return with(new Security(
                security.tokens, security.authorizers, security.anonymous, Optional.of(keys), security.kubelets));
    }

    public ApiServerConfig withKubelets(Tls kubelets) {
        return with(new Security(
                security.tokens, security.authorizers, security.anonymous, security.serviceAccounts, kubelets));
    }

    public ApiServerConfig withAddress(String address) {
        return with(new Network(network.serviceCidr, network.lowestNodePort, network.highestNodePort, address));
    }

    public ApiServerConfig withServiceCidr(String serviceCidr) {
        return with(new Network(serviceCidr, network.lowestNodePort, network.highestNodePort, network.address));
    }

    private ApiServerConfig with(Security security) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }

    private ApiServerConfig with(Network network) {
        return new ApiServerConfig(kinds, plugins, security, network, window, capacity, limits, clock, random, log);
    }
}
