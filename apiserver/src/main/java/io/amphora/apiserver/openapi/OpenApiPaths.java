package io.amphora.apiserver.openapi;

import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.Reply;
import java.util.Optional;
import java.util.function.Supplier;

/// Serves the [OpenApi] documents of the moment, in JSON.
public final class OpenApiPaths implements PathHandler {
    private static final String VERSION_3 = "/openapi/v3";

    private final Supplier<OpenApi> openApi;

    public OpenApiPaths(Supplier<OpenApi> openApi) {
        this.openApi = openApi;
    }

    @Override
    public Optional<Reply> answer(Call call) {
        String path = call.info().path();
        if (path.equals("/openapi/v2"))
            return Optional.of(Reply.Document.ok(openApi.get().version2()));
        if (path.equals(VERSION_3) || path.equals(VERSION_3 + "/"))
            return Optional.of(Reply.Document.ok(openApi.get().index()));
        if (!path.startsWith(VERSION_3 + "/")) return Optional.empty();
        return openApi.get().version3(path.substring(VERSION_3.length() + 1)).map(Reply.Document::ok);
    }
}
