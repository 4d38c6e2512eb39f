package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.IpFields;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.IpChecks;
import java.util.ArrayList;
import java.util.List;

/// Where a Service's Pods are reached: the older form of EndpointSlices. (The view has the name that this file
/// would
/// have.)
public final class EndpointsKind {
    public static final ResourceDefinition<Endpoints> DEFINITION = ResourceDefinition.of(
                    "v1", "Endpoints", Endpoints::of)
            .plural("endpoints")
            .shortNames("ep")
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<Endpoints>builder()
                    .name()
                    .text("Endpoints", "Addresses and ports.", EndpointsKind::cell)
                    .age()
                    .build())
            .build();

    private static final int SHOWN = 3;

    private EndpointsKind() {}

    private static String cell(Endpoints endpoints) {
        var shown = new ArrayList<String>();
        for (EndpointSubset subset : endpoints.subsets())
            for (EndpointAddress address : subset.addresses())
                if (subset.ports().isEmpty()) shown.add(address.ip());
                else for (EndpointPort port : subset.ports()) shown.add(joined(address.ip(), port.port()));
        String first = String.join(",", shown.subList(0, Math.min(SHOWN, shown.size())));
        return shown.size() > SHOWN ? first + " + " + (shown.size() - SHOWN) + " more..." : Cells.orNone(first);
    }

    private static String joined(String ip, int port) {
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + port;
    }

    private static final class Rules implements Strategy<Endpoints> {
        @Override
        public Endpoints withDefaults(Endpoints endpoints) {
            return Endpoints.of(Defaults.each(
                    endpoints.tree(),
                    "subsets",
                    subset -> Defaults.each(subset, "ports", port -> Defaults.empty(port, "protocol", "TCP"))));
        }

        @Override
        public void validate(Endpoints endpoints, FieldErrors errors) {
            var subsets = endpoints.subsets();
            for (int i = 0; i < subsets.size(); i++)
                subset(subsets.get(i), FieldPath.of("subsets").index(i), errors);
        }

        private static void subset(EndpointSubset subset, FieldPath at, FieldErrors errors) {
            if (subset.addresses().isEmpty() && subset.notReadyAddresses().isEmpty())
                errors.required(at, "must specify `addresses` or `notReadyAddresses`");
            addresses(subset.addresses(), at.child("addresses"), errors);
            addresses(subset.notReadyAddresses(), at.child("notReadyAddresses"), errors);
            boolean many = subset.ports().size() > 1;
            for (int i = 0; i < subset.ports().size(); i++)
                port(subset.ports().get(i), many, at.child("ports").index(i), errors);
        }

        private static void addresses(List<EndpointAddress> addresses, FieldPath list, FieldErrors errors) {
            for (int i = 0; i < addresses.size(); i++) {
                EndpointAddress address = addresses.get(i);
                FieldPath at = list.index(i);
                IpChecks.isValidIPForLegacyField(at.child("ip"), address.ip(), errors);
                if (!address.hostname().isEmpty()) Checks.label(address.hostname(), at.child("hostname"), errors);
                address.findNodeName().ifPresent(node -> Checks.subdomain(node, at.child("nodeName"), errors));
                IpFields.notSpecial(address.ip(), at.child("ip"), errors);
            }
        }

        private static void port(EndpointPort port, boolean named, FieldPath at, FieldErrors errors) {
            if (!port.name().isEmpty()) Checks.label(port.name(), at.child("name"), errors);
            else if (named) errors.required(at.child("name"), "");
            Checks.portNumber(port.port(), at.child("port"), errors);
            Checks.oneOf(port.protocol(), List.of("SCTP", "TCP", "UDP"), at.child("protocol"), errors);
            port.findAppProtocol().ifPresent(name -> Checks.qualifiedName(name, at.child("appProtocol"), errors));
        }

        @Override
        public String deprecation() {
            return "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }
    }
}
