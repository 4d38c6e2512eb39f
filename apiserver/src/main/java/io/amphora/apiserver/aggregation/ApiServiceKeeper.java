package io.amphora.apiserver.aggregation;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitions;
import io.amphora.api.apiregistration.v1.APIService;
import io.amphora.api.apiregistration.v1.APIServices;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Following;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps an APIService for each version of each group that this server serves, as definitions come and go, and says of
/// each that it is available.
public final class ApiServiceKeeper implements AutoCloseable {
    private final ClusterState state;
    private final Transport admin;
    private final Clock clock;
    private final Consumer<Throwable> log;
    private final Map<String, APIService> builtIn;
    private final Following following;
    private boolean started;

    /// @param builtIn the kinds that are always served
    /// @param admin may do everything
    public ApiServiceKeeper(
            ClusterState state,
            Collection<? extends ResourceDefinition<?>> builtIn,
            Transport admin,
            Clock clock,
            Consumer<Throwable> log) {
        this.state = state;
        this.admin = admin;
        this.clock = clock;
        this.log = log;
        this.builtIn = LocalServices.ofBuiltIn(builtIn);
        this.following =
                new Following(state, List.of(CustomResourceDefinitions.DEFINITION, APIServices.DEFINITION), this::look);
    }

    private void look() {
        Snapshot now = state.now();
        Map<String, APIService> there = services(now);
        Map<String, APIService> custom = LocalServices.ofCustom(definitions(now));
        wanted(custom).forEach((name, service) -> {
            APIService found = there.get(name);
            if (found == null) send("POST", "", service);
            else if (!LocalServices.managed(found).isEmpty() && !found.spec().equals(service.spec()))
                send("PUT", name, found.withSpec(service.spec()));
        });
        there.forEach((name, service) -> {
            if (isLeft(service, custom)) send("DELETE", name, null);
            else
                LocalServices.available(service, clock.now())
                        .ifPresent(available -> send("PUT", name + "/status", available));
        });
        started = true;
    }

    /// What was deleted of the built-in ones since the start stays so.
    private Map<String, APIService> wanted(Map<String, APIService> custom) {
        if (started) return custom;
        var wanted = new TreeMap<>(custom);
        wanted.putAll(builtIn);
        return wanted;
    }

    /// Whether it was made for what is not served any more.
    private boolean isLeft(APIService service, Map<String, APIService> custom) {
        boolean managed = !LocalServices.managed(service).isEmpty();
        return managed && !custom.containsKey(service.name()) && !builtIn.containsKey(service.name());
    }

    private static List<CustomResourceDefinition> definitions(Snapshot now) {
        return now.list(CustomResourceDefinitions.DEFINITION, "").stream()
                .map(entry -> CustomResourceDefinition.of(entry.value().tree()))
                .toList();
    }

    private static Map<String, APIService> services(Snapshot now) {
        var services = new TreeMap<String, APIService>();
        for (var entry : now.list(APIServices.DEFINITION, ""))
            services.put(entry.value().name(), APIService.of(entry.value().tree()));
        return services;
    }

    private void send(String method, String name, @Nullable APIService service) {
        String path = APIServices.DEFINITION.path("") + (name.isEmpty() ? "" : "/" + name);
        ApiRequest.Body body = service == null ? null : new ApiRequest.Body.Value("application/json", service.tree());
        try {
            admin.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
        } catch (ApiException refused) {
            // A change in between is told as well. A full state has room again when somebody deletes something.
            if (!List.of(404, 409, 507).contains(refused.code())) log.accept(refused);
        }
    }

    /// Returns when the last write is done.
    @Override
    public void close() {
        following.close();
    }
}
