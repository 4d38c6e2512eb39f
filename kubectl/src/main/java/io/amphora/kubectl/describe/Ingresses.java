package io.amphora.kubectl.describe;

import io.amphora.client.ListOptions;
import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// An Ingress, rule by rule.
final class Ingresses implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        ObjectTree metadata = found.object().object("metadata");
        page.field("Name", found.name());
        page.labels("Labels", metadata.object("labels"));
        page.field("Namespace", found.namespace());
        List<String> addresses = found.object().object("status").object("loadBalancer").list("ingress").stream()
                .map(Tree::object)
                .map(each -> each.text("ip").isEmpty() ? each.text("hostname") : each.text("ip"))
                .toList();
        page.field("Address", String.join(",", addresses));
        String usual = spec.text("ingressClassName");
        page.field("Ingress Class", Page.orNone(usual));
        ObjectTree fallback = spec.object("defaultBackend");
        page.field("Default backend", fallback.isEmpty() ? "<default>" : backend(fallback, found, look));
        tls(page, spec.list("tls"));
        page.line("Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------");
        for (Tree each : spec.list("rules")) {
            ObjectTree rule = each.object();
            page.line(1, (rule.text("host").isEmpty() ? "*" : rule.text("host")) + "\t");
            for (Tree one : rule.object("http").list("paths")) {
                ObjectTree path = one.object();
                page.line(2, "\t" + path.text("path") + " \t" + backend(path.object("backend"), found, look));
            }
        }
        if (spec.list("rules").isEmpty())
            page.line(1, "*\t*\t" + (fallback.isEmpty() ? "<default>" : backend(fallback, found, look)));
        page.annotations("Annotations", metadata.object("annotations"));
        look.events(found, page);
    }

    private static void tls(Page page, ListTree tls) {
        if (tls.isEmpty()) return;
        page.line("TLS:");
        for (Tree each : tls) {
            String hosts = String.join(
                    ",", each.object().list("hosts").stream().map(Page::text).toList());
            String secret = each.object().text("secretName");
            page.line(1, (secret.isEmpty() ? "SNI routes " + hosts : secret + " terminates " + hosts));
        }
    }

    /// `web:80 (10.0.0.1:8080)`.
    private static String backend(ObjectTree backend, Found found, Look look) {
        if (backend.has("resource")) {
            ObjectTree resource = backend.object("resource");
            return "APIGroup: " + resource.text("apiGroup") + ", Kind: " + resource.text("kind") + ", Name: "
                    + resource.text("name");
        }
        ObjectTree wanted = backend.object("service");
        ObjectTree port = wanted.object("port");
        String name = wanted.text("name");
        String shown = port.text("name").isEmpty() ? Long.toString(port.whole("number")) : port.text("name");
        var service = look.find("services", found.namespace(), name);
        if (service.isEmpty()) return name + ":" + shown + " (<error: services \"" + name + "\" not found>)";
        String portName = "";
        for (Tree each : service.get().object("spec").list("ports")) {
            ObjectTree one = each.object();
            if (one.text("name").equals(shown)
                    || Long.toString(one.whole("port")).equals(shown)) portName = one.text("name");
        }
        var slices = look.list(
                "endpointslices", found.namespace(), ListOptions.ALL.withLabels("kubernetes.io/service-name=" + name));
        return name + ":" + shown + " (" + EndpointSlices.addresses(slices, portName) + ")";
    }
}
