package io.amphora.apiserver.discovery;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.wire.Accept;
import io.amphora.apiserver.wire.Accept.Choice;
import io.amphora.apiserver.wire.Accept.Encoding;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Serves `/api` and `/apis`, what is below them and is no resource.
public final class DiscoveryPaths implements PathHandler {
    private static final String AGGREGATED = "APIGroupDiscoveryList";

    private record Made(List<ResourceDefinition<?>> kinds, Discovery discovery) {}

    private final Registry registry;
    private final String serverAddress;
    private volatile Made made;

    public DiscoveryPaths(Registry registry, String serverAddress) {
        this.registry = registry;
        this.serverAddress = serverAddress;
        this.made = make(registry.all());
    }

    @Override
    public Optional<Reply> answer(Call call) {
        List<String> parts = Arrays.stream(call.info().path().split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        if (parts.isEmpty()) return Optional.empty();
        boolean core = parts.getFirst().equals("api");
        if (!core && !parts.getFirst().equals("apis") || parts.size() > (core ? 2 : 3)) return Optional.empty();
        if (!core && parts.size() > 1 && !discovery().hasGroup(parts.get(1))) return Optional.empty();
        if (!call.request().method().equals("GET")) throw Refusals.methodNotAllowed();
        return Optional.of(document(call, core, parts));
    }

    private Reply document(Call call, boolean core, List<String> parts) {
        Discovery discovery = discovery();
        if (parts.size() == 1) {
            if (choose(call, true).isPlain())
                return Reply.Document.ok(core ? discovery.coreVersions() : discovery.groups());
            return aggregated(discovery.aggregated(core));
        }
        choose(call, false);
        if (core) return found(discovery.findResources("", parts.get(1)));
        return parts.size() == 2
                ? found(discovery.findGroup(parts.get(1)))
                : found(discovery.findResources(parts.get(1), parts.get(2)));
    }

    private static Reply found(Optional<ObjectTree> document) {
        return Reply.Document.ok(document.orElseThrow(Refusals::notFound));
    }

    /// @param root whether everything at once can be had here
    private static Choice choose(Call call, boolean root) {
        return Accept.parse(call.request().header("accept")).choose(choice -> {
            boolean everything =
                    choice.kind().equals(AGGREGATED) && choice.version().equals("v2");
            return choice.isPlain() || root && everything && choice.encoding() == Encoding.JSON;
        });
    }

    private static Reply aggregated(ObjectTree document) {
        return new Reply.Bytes(
                200, "application/json;g=apidiscovery.k8s.io;v=v2;as=" + AGGREGATED, Json.bytes(document));
    }

    private Discovery discovery() {
        Made known = made;
        List<ResourceDefinition<?>> kinds = registry.all();
        if (known.kinds != kinds) made = known = make(kinds);
        return known.discovery;
    }

    private Made make(List<ResourceDefinition<?>> kinds) {
        return new Made(kinds, new Discovery(kinds, serverAddress));
    }
}
