package io.amphora.apiserver;

import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.NamespaceLifecycle;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.state.Window;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/// What a server is made of and how it behaves. Start from [#standard] and change what differs.
///
/// @param kinds the built-in kinds
/// @param authorizers asked one after the other; `system:masters` needs none
/// @param anonymous whether requests without credentials go on as `system:anonymous`
/// @param plugins of admission, in order
/// @param serviceCidr from which Services get their addresses; the server's own gets the first
/// @param nodePorts lowest and highest port of Services of type NodePort
/// @param address `host:port` by which clients reach the server
/// @param log is told of failures that are the server's own fault
public record ApiServerConfig(
        List<ResourceDefinition<?>> kinds,
        List<TokenAuthenticator> tokens,
        List<Authorizer> authorizers,
        boolean anonymous,
        List<AdmissionPlugin> plugins,
        String serviceCidr,
        PortRange nodePorts,
        String address,
        Window window,
        Clock clock,
        Randomness random,
        Consumer<Throwable> log) {

    public record PortRange(int lowest, int highest) {}

    public static ApiServerConfig standard() {
        return new ApiServerConfig(
                Kinds.ALL,
                List.of(),
                List.of(),
                true,
                List.of(new NamespaceLifecycle()),
                "10.96.0.0/16",
                new PortRange(30_000, 32_767),
                "127.0.0.1:6443",
                Window.USUAL,
                Clock.system(),
                Randomness.system(),
                Throwable::printStackTrace);
    }

    public ApiServerConfig withClock(Clock clock) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withRandom(Randomness random) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withTokens(List<TokenAuthenticator> tokens) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withAuthorizers(List<Authorizer> authorizers) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withPlugins(List<AdmissionPlugin> plugins) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withAddress(String address) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withServiceCidr(String serviceCidr) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }

    public ApiServerConfig withLog(Consumer<Throwable> log) {
        return new ApiServerConfig(
                kinds, tokens, authorizers, anonymous, plugins, serviceCidr, nodePorts, address, window, clock, random, log);
    }
}
