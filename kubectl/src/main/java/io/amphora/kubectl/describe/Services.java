package io.amphora.kubectl.describe;

import io.amphora.client.ListOptions;
import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.stream.Collectors;

/// A Service: addresses, ports and what stands behind them.
final class Services implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        Describer.head(found, page);
        page.field("Selector", Page.joined(spec.object("selector")));
        page.field("Type", spec.text("type"));
        page.fieldUnlessEmpty("IP Family Policy", spec.text("ipFamilyPolicy"));
        page.field("IP Families", joined(spec.list("ipFamilies"), "<none>"));
        page.field("IP", spec.text("clusterIP"));
        page.field("IPs", joined(spec.list("clusterIPs"), "<none>"));
        if (!spec.list("externalIPs").isEmpty()) page.field("External IPs", joined(spec.list("externalIPs"), ""));
        page.fieldUnlessEmpty("Desired LoadBalancer IP", spec.text("loadBalancerIP"));
        page.fieldUnlessEmpty("External Name", spec.text("externalName"));
        page.fieldUnlessEmpty("LoadBalancer Ingress", ingress(found.object()));
        var slices = look.list(
                "endpointslices",
                found.namespace(),
                ListOptions.ALL.withLabels("kubernetes.io/service-name=" + found.name()));
        for (Tree port : spec.list("ports")) port(page, port.object(), slices);
        page.field("Session Affinity", spec.text("sessionAffinity"));
        page.fieldUnlessEmpty("External Traffic Policy", spec.text("externalTrafficPolicy"));
        page.fieldUnlessEmpty("Internal Traffic Policy", spec.text("internalTrafficPolicy"));
        page.fieldUnlessEmpty("Traffic Distribution", spec.text("trafficDistribution"));
        if (spec.has("healthCheckNodePort")) page.field("HealthCheck NodePort", spec.whole("healthCheckNodePort"));
        if (!spec.list("loadBalancerSourceRanges").isEmpty())
            page.field("LoadBalancer Source Ranges", joined(spec.list("loadBalancerSourceRanges"), ""));
        look.events(found, page);
    }

    private static void port(Page page, ObjectTree port, List<ObjectTree> slices) {
        String name = port.text("name").isEmpty() ? "<unset>" : port.text("name");
        String protocol = "/" + port.text("protocol");
        page.line("Port:\t" + name + "\t" + port.whole("port") + protocol);
        page.field("TargetPort", Page.text(port.get("targetPort")) + protocol);
        if (port.whole("nodePort") != 0) page.line("NodePort:\t" + name + "\t" + port.whole("nodePort") + protocol);
        page.field("Endpoints", EndpointSlices.addresses(slices, port.text("name")));
    }

    private static String joined(ListTree list, String none) {
        return list.isEmpty() ? none : list.stream().map(Page::text).collect(Collectors.joining(","));
    }

    private static String ingress(ObjectTree service) {
        return service.object("status").object("loadBalancer").list("ingress").stream()
                .map(Tree::object)
                .map(each -> each.text("ip").isEmpty()
                        ? each.text("hostname")
                        : each.text("ip") + (each.text("ipMode").isEmpty() ? "" : " (" + each.text("ipMode") + ")"))
                .collect(Collectors.joining(", "));
    }
}
