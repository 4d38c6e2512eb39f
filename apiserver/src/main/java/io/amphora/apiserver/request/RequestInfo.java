package io.amphora.apiserver.request;

import io.amphora.api.transport.ApiRequest;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.SelectorException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a path and a method mean.
///
/// ```
/// GET  /apis/apps/v1/namespaces/shop/deployments/web/status      verb get, group apps, version v1, namespace
/// shop,
/// ╰┬─╯ ╰┬─╯╰┬╯            ╰┬─╯ ╰───┬─────╯ ╰┬╯ ╰──┬─╯       resource deployments, name web, subresource status
/// GET  /api/v1/pods?watch=1                                      verb watch, group "", version v1, resource
/// pods
///   GET  /healthz                                                  verb get, no resource
/// ```
///
/// @param verb of a resource as authorization names it (`list`, `deletecollection`, …), else the method in
///     lower case
/// @param resource the plural; "" when the path is none of a resource
/// @param rest of the path after the subresource (`proxy/…`)
public record RequestInfo(
        String path,
        String verb,
        String group,
        String version,
        String namespace,
        String resource,
        String name,
        String subresource,
        String rest) {
    private static final Set<String> SUBRESOURCES_OF_NAMESPACES = Set.of("status", "finalize");
    private static final Set<String> PASSED_ON = Set.of("attach", "exec", "proxy", "log", "portforward");

    public boolean isResource() {
        return !resource.isEmpty();
    }

    /// Whether the request is passed on to somebody behind the server.
    public boolean isPassedOn() {
        return isResource() && PASSED_ON.contains(subresource);
    }

    /// Whether the answer may go on for as long as both sides want.
    public boolean isLongRunning() {
        return verb.equals("watch") || isPassedOn();
    }

    RequestInfo withName(String name) {
        return new RequestInfo(path, verb, group, version, namespace, resource, name, subresource, rest);
    }

    RequestInfo withSubresource(String subresource) {
        return new RequestInfo(path, verb, group, version, namespace, resource, name, subresource, rest);
    }

    public static RequestInfo of(ApiRequest request) {
        String path = request.path();
        List<String> parts =
                Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
        boolean core = parts.size() >= 3 && parts.getFirst().equals("api");
        boolean grouped = parts.size() >= 4 && parts.getFirst().equals("apis");
        if (!core && !grouped) return ofPath(request);
        String group = core ? "" : parts.get(1);
        String version = parts.get(core ? 1 : 2);
        List<String> rest = parts.subList(core ? 2 : 3, parts.size());
        String verb = verb(request.method());
        if (rest.getFirst().equals("watch")) {
            if (rest.size() < 2) return ofPath(request);
            verb = "watch";
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !SUBRESOURCES_OF_NAMESPACES.contains(rest.get(2)))
                rest = rest.subList(2, rest.size());
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        String tail = rest.size() > 3 ? "/" + String.join("/", rest.subList(3, rest.size())) : "";
        if (name.isEmpty() && verb.equals("get")) {
            verb = Query.isTrue(request, "watch") ? "watch" : "list";
            name = nameSelected(request);
        }
        if (name.isEmpty() && verb.equals("delete")) verb = "deletecollection";
        return new RequestInfo(path, verb, group, version, namespace, rest.getFirst(), name, subresource, tail);
    }

    /// A selector of one name makes a list a question about that name, for authorization.
    private static String nameSelected(ApiRequest request) {
        String selector = request.parameter("fieldSelector");
        if (selector.isEmpty()) return "";
        try {
            return FieldSelector.parse(selector)
                    .exactValue("metadata.name")
                    .filter(name -> Names.isValidPathSegmentName(name).isEmpty())
                    .orElse("");
        } catch (SelectorException malformed) {
            return ""; // whoever lists will say so
        }
    }

    private static RequestInfo ofPath(ApiRequest request) {
        return new RequestInfo(request.path(), request.method().toLowerCase(Locale.ROOT), "", "", "", "", "", "", "");
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }
}
