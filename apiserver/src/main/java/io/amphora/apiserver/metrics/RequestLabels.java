package io.amphora.apiserver.metrics;

import io.amphora.apiserver.request.RequestInfo;
import java.util.Locale;

/// By what requests are told apart in the figures about them. Names and values are Kubernetes'.
///
/// @param verb of the request, as authorization names it
/// @param apply whether a patch is one of server-side apply
record RequestLabels(
        String verb,
        boolean apply,
        boolean dryRun,
        String group,
        String version,
        String resource,
        String subresource,
        String scope,
        boolean longRunning) {

    static RequestLabels of(RequestInfo info, boolean apply, boolean dryRun) {
        return new RequestLabels(
                info.verb(),
                apply,
                dryRun,
                info.group(),
                info.version(),
                info.resource(),
                info.isResource() ? info.subresource() : info.path(),
                scope(info),
                info.isLongRunning());
    }

    static int hash(RequestInfo info) {
        int hash = info.verb().hashCode() * 31 + info.resource().hashCode();
        return hash * 31 + info.subresource().hashCode();
    }

    int hash() {
        int hash = verb.hashCode() * 31 + resource.hashCode();
        return hash * 31 + (resource.isEmpty() ? "" : subresource).hashCode();
    }

    /// Whether these are the labels that [#of] would make.
    boolean fits(RequestInfo info, boolean apply, boolean dryRun) {
        return this.apply == apply
                && this.dryRun == dryRun
                && verb.equals(info.verb())
                && resource.equals(info.resource())
                && subresource.equals(info.isResource() ? info.subresource() : info.path())
                && group.equals(info.group())
                && version.equals(info.version())
                && scope.equals(scope(info));
    }

    private static String scope(RequestInfo info) {
        if (!info.isResource()) return "";
        if (!info.name().isEmpty() || info.verb().equals("create")) return "resource";
        return info.namespace().isEmpty() ? "cluster" : "namespace";
    }

    String[] plain() {
        return new String[] {
            "component", "apiserver",
            "group", group,
            "resource", resource,
            "scope", scope,
            "subresource", subresource,
            "verb", shownVerb(),
            "version", version
        };
    }

    String[] withDryRun() {
        return new String[] {
            "component", "apiserver",
            "dry_run", dryRun ? "All" : "",
            "group", group,
            "resource", resource,
            "scope", scope,
            "subresource", subresource,
            "verb", shownVerb(),
            "version", version
        };
    }

    private String shownVerb() {
        if (longRunning && !verb.equals("watch") && !subresource.equals("log")) return "CONNECT";
        return switch (verb) {
            case "create" -> "POST";
            case "update" -> "PUT";
            case "patch" -> apply ? "APPLY" : "PATCH";
            default -> verb.toUpperCase(Locale.ROOT);
        };
    }
}
