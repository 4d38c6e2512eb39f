package io.amphora.apiserver.openapi;

import io.amphora.api.ResourceDefinition;
import java.util.List;
import java.util.function.Supplier;

/// The [OpenApi] documents of the kinds that are served at the moment: made anew when those change.
public final class OpenApiEditions implements Supplier<OpenApi> {
    private final Supplier<List<ResourceDefinition<?>>> kinds;
    private final String version;
    private volatile Edition newest;

    private record Edition(List<ResourceDefinition<?>> kinds, OpenApi openApi) {}

    /// @param kinds another list whenever they change
    /// @param version of the server
    public OpenApiEditions(Supplier<List<ResourceDefinition<?>>> kinds, String version) {
        this.kinds = kinds;
        this.version = version;
        this.newest = edition(kinds.get());
    }

    private Edition edition(List<ResourceDefinition<?>> served) {
        return new Edition(served, new OpenApi(served, version));
    }

    @Override
    public OpenApi get() {
        List<ResourceDefinition<?>> served = kinds.get();
        Edition known = newest;
        if (known.kinds() != served) newest = known = edition(served);
        return known.openApi();
    }
}
