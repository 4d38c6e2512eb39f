package io.amphora.api.discovery.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.IpFields;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Some of the endpoints of a Service, all of one address type.
public final class EndpointSlices {
    public static final ResourceDefinition<EndpointSlice> DEFINITION = ResourceDefinition.of(
                    "discovery.k8s.io/v1", "EndpointSlice", EndpointSlice::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<EndpointSlice>builder()
                    .name()
                    .text("AddressType", "What kind of addresses.", slice -> slice.addressType())
                    .text("Ports", "Ports that all of them have.", EndpointSlices::ports)
                    .text("Endpoints", "Their addresses.", EndpointSlices::addresses)
                    .age()
                    .build())
            .build();

    private static final FieldPath ADDRESS_TYPE = FieldPath.of("addressType");
    private static final int SHOWN = 3;

    private EndpointSlices() {}

    private static String ports(EndpointSlice slice) {
        return shown(slice.ports().stream()
                .map(port -> port.findPort().isPresent()
                        ? Integer.toString(port.port())
                        : port.findName().orElse("*"))
                .toList());
    }

    private static String addresses(EndpointSlice slice) {
        return shown(slice.endpoints().stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .toList());
    }

    private static String shown(List<String> all) {
        String first = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
        String more = all.size() > SHOWN ? " + " + (all.size() - SHOWN) + " more..." : "";
        return Cells.or(first + more, Cells.UNSET);
    }

    private static final class Rules implements Strategy<EndpointSlice> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
        private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
        private static final int ENDPOINTS = 1000;
        private static final int ADDRESSES = 100;
        private static final int PORTS = 20_000;
        private static final int HINTS = 8;

        @Override
        public EndpointSlice withDefaults(EndpointSlice slice) {
            return EndpointSlice.of(Defaults.each(
                    slice.tree(),
                    "ports",
                    port -> Defaults.absent(Defaults.absent(port, "name", ""), "protocol", "TCP")));
        }

        @Override
        public EndpointSlice prepareForCreate(EndpointSlice slice) {
            return withoutOldTopology(slice);
        }

        @Override
        public EndpointSlice prepareForUpdate(EndpointSlice updated, EndpointSlice stored) {
            return withoutOldTopology(updated);
        }

        /// The labels of nodes that endpoints had before v1; v1 clients can't write them.
        private static EndpointSlice withoutOldTopology(EndpointSlice slice) {
            return EndpointSlice.of(
                    Defaults.each(slice.tree(), "endpoints", endpoint -> endpoint.without("deprecatedTopology")));
        }

        /// A new label can make the slice that of another Service.
        @Override
        public boolean changesGeneration(EndpointSlice updated, EndpointSlice stored) {
            return !content(updated).equals(content(stored))
                    || !updated.metadata().labels().equals(stored.metadata().labels());
        }

        private static ObjectTree content(EndpointSlice slice) {
            return slice.tree().without("metadata");
        }

        @Override
        public void validate(EndpointSlice slice, FieldErrors errors) {
            Checks.oneOf(slice.addressType(), TYPES, ADDRESS_TYPE, errors);
            endpoints(slice.endpoints(), slice.addressType(), FieldPath.of("endpoints"), errors);
            ports(slice.ports(), FieldPath.of("ports"), errors);
        }

        private static void endpoints(List<Endpoint> endpoints, String type, FieldPath list, FieldErrors errors) {
            if (endpoints.size() > ENDPOINTS) {
                errors.tooMany(list, endpoints.size(), ENDPOINTS);
                return;
            }
            for (int i = 0; i < endpoints.size(); i++) endpoint(endpoints.get(i), type, list.index(i), errors);
        }

        private static void endpoint(Endpoint endpoint, String type, FieldPath at, FieldErrors errors) {
            var addresses = endpoint.addresses();
            FieldPath list = at.child("addresses");
            if (addresses.isEmpty()) errors.required(list, "must contain at least 1 address");
            if (addresses.size() > ADDRESSES) errors.tooMany(list, addresses.size(), ADDRESSES);
            for (int i = 0; i < addresses.size(); i++) address(addresses.get(i), type, list.index(i), errors);
            endpoint.findNodeName().ifPresent(node -> Checks.subdomain(node, at.child("nodeName"), errors));
            endpoint.findHostname().ifPresent(name -> Checks.label(name, at.child("hostname"), errors));
            endpoint.findHints().ifPresent(hints -> hints(hints, at.child("hints"), errors));
        }

        private static void address(String address, String type, FieldPath at, FieldErrors errors) {
            switch (type) {
                case "IPv4", "IPv6" -> {
                    int before = errors.size();
                    IpChecks.isValidIPForLegacyField(at, address, errors);
                    if (errors.size() > before) return;
                    IpAddress ip = IpAddress.parse(address);
                    if (ip != null && ip.isV6() != type.equals("IPv6"))
                        errors.invalid(at, address, "must be an " + type + " address");
                    IpFields.notSpecial(address, at, errors);
                }
                case "FQDN" -> Names.isFullyQualifiedDomainName(at, address, errors);
                default -> {}
            }
        }

        private static void hints(EndpointHints hints, FieldPath at, FieldErrors errors) {
            var zones = hints.forZones().stream().map(ForZone::name).toList();
            if (unique(zones, at.child("forZones"), errors))
                for (int i = 0; i < zones.size(); i++)
                    errors.invalidAll(
                            at.child("forZones").index(i).child("name"),
                            zones.get(i),
                            Names.isValidLabelValue(zones.get(i)));
            var nodes = hints.forNodes().stream().map(ForNode::name).toList();
            if (unique(nodes, at.child("forNodes"), errors))
                for (int i = 0; i < nodes.size(); i++)
                    Checks.subdomain(nodes.get(i), at.child("forNodes").index(i).child("name"), errors);
        }

        private static boolean unique(List<String> names, FieldPath list, FieldErrors errors) {
            if (names.size() > HINTS) {
                errors.tooMany(list, names.size(), HINTS);
                return false;
            }
            var seen = new HashSet<String>();
            for (int i = 0; i < names.size(); i++)
                if (!seen.add(names.get(i))) errors.duplicate(list.index(i).child("name"), names.get(i));
            return true;
        }

        private static void ports(List<EndpointPort> ports, FieldPath list, FieldErrors errors) {
            if (ports.size() > PORTS) {
                errors.tooMany(list, ports.size(), PORTS);
                return;
            }
            var names = new HashSet<String>();
            for (int i = 0; i < ports.size(); i++) {
                EndpointPort port = ports.get(i);
                FieldPath at = list.index(i);
                if (!port.name().isEmpty()) Checks.label(port.name(), at.child("name"), errors);
                if (!names.add(port.name())) errors.duplicate(at.child("name"), port.name());
                Checks.supported(port.protocol(), PROTOCOLS, at.child("protocol"), errors);
                port.findAppProtocol().ifPresent(name -> Labels.name(name, at.child("appProtocol"), errors));
            }
        }

        @Override
        public void validateUpdate(EndpointSlice updated, EndpointSlice stored, FieldErrors errors) {
            Checks.immutable(updated.addressType(), stored.addressType(), ADDRESS_TYPE, errors);
        }

        @Override
        public List<String> warnings(EndpointSlice slice) {
            if (slice.addressType().equals("FQDN")) return List.of("spec.addressType: FQDN endpoints are deprecated");
            var warnings = new ArrayList<String>();
            var endpoints = slice.endpoints();
            for (int i = 0; i < endpoints.size(); i++) {
                FieldPath list = FieldPath.of("endpoints").index(i).child("addresses");
                var addresses = endpoints.get(i).addresses();
                for (int j = 0; j < addresses.size(); j++)
                    warnings.addAll(IpChecks.warningsForIP(list.index(j), addresses.get(j)));
            }
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(EndpointSlice updated, EndpointSlice stored) {
            return updated.endpoints().equals(stored.endpoints()) ? List.of() : warnings(updated);
        }
    }
}
