package io.amphora.dns;

import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.discovery.v1.Endpoint;
import io.amphora.api.discovery.v1.EndpointPort;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.dns.Answer.Record;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The names of a cluster as one immutable value, after the specification "Kubernetes DNS-Based Service
/// Discovery"
/// 1.1.0.
///
/// | name | is |
/// |---|---|
/// | `service.ns.svc.domain` | the cluster IP; of a headless Service the addresses of its ready endpoints; of an
/// ExternalName an alias |
/// | `host.service.ns.svc.domain` | one endpoint of a headless Service |
/// | `_port._tcp.service.ns.svc.domain` | SRV: port and host |
/// | `1-2-3-4.ns.pod.domain` | that address |
/// | `4.3.2.1.in-addr.arpa` | PTR: the Service or endpoint of an address |
public final class Zone {
    private static final Pattern POD = Pattern.compile("(\\d+)-(\\d+)-(\\d+)-(\\d+)\\.([^.]+)\\.pod");
    private static final String REVERSE = ".in-addr.arpa";

    private final String domain;
    private final Map<String, List<Record>> records = new HashMap<>();
    /// Names that have no record of their own, but something below them: they exist, so the answer is empty, not
    /// "no such name".
    private final Set<String> branches = new HashSet<>();
    private final Set<String> namespaces = new HashSet<>();

    private Zone(String domain) {
        this.domain = domain;
    }

    /// @param domain such as `cluster.local`
    public static Zone of(
            Collection<Service> services,
            Map<String, List<EndpointSlice>> slicesByService,
            Collection<String> namespaces,
            String domain) {
        var zone = new Zone(domain);
        zone.namespaces.addAll(namespaces);
        zone.add(new Record.Text("dns-version." + domain, "1.1.0"));
        zone.branches.add(domain);
        for (Service service : services)
            zone.add(service, slicesByService.getOrDefault(service.namespace() + "/" + service.name(), List.of()));
        return zone;
    }

    /// @param type as in the question: A, AAAA, SRV, PTR, CNAME, TXT or ANY; a type that the zone has none of
    ///     finds
    ///     nothing
    public Answer answer(String question, String type) {
        String name = question.toLowerCase(Locale.ROOT);
        if (name.endsWith(REVERSE)) {
            List<Record> pointers = records.get(name);
            return pointers == null ? new Answer.Elsewhere() : found(pointers, type);
        }
        if (!name.equals(domain) && !name.endsWith("." + domain)) return new Answer.Elsewhere();
        List<Record> here = records.get(name);
        if (here != null) return found(here, type);
        if (branches.contains(name)) return new Answer.Found(List.of(), List.of());
        Matcher pod = POD.matcher(name.substring(0, Math.max(0, name.length() - domain.length() - 1)));
        if (pod.matches() && namespaces.contains(pod.group(5))) {
            String address = String.join(".", pod.group(1), pod.group(2), pod.group(3), pod.group(4));
            return found(List.of(new Record.Address(name, address)), type);
        }
        return new Answer.NoSuchName();
    }

    private Answer found(List<Record> all, String type) {
        List<Record> matching = all.stream()
                .filter(each -> each instanceof Record.Alias
                        || type.equals("ANY")
                        || typeOf(each).equals(type))
                .toList();
        List<Record> additional = matching.stream()
                .flatMap(each -> switch (each) {
                    case Record.Service service -> inZone(service.target(), "A");
                    case Record.Alias alias -> inZone(alias.target(), type);
                    default -> Stream.empty();
                })
                .distinct()
                .toList();
        return new Answer.Found(matching, additional);
    }

    /// What the zone itself knows of a target.
    private Stream<Record> inZone(String target, String type) {
        return records.getOrDefault(target, List.of()).stream()
                .filter(each -> typeOf(each).equals(type));
    }

    private static String typeOf(Record each) {
        return switch (each) {
            case Record.Address ignored -> "A";
            case Record.Alias ignored -> "CNAME";
            case Record.Service ignored -> "SRV";
            case Record.Pointer ignored -> "PTR";
            case Record.Text ignored -> "TXT";
        };
    }

    private void add(Service service, List<EndpointSlice> slices) {
        String name = service.name() + "." + service.namespace() + ".svc." + domain;
        if (service.spec().type().equals("ExternalName")) {
            add(new Record.Alias(name, service.spec().externalName().toLowerCase(Locale.ROOT)));
        } else if (service.spec().clusterIP().equals("None")) {
            addHeadless(name, slices);
        } else if (!service.spec().clusterIP().isEmpty()) {
            addClusterIp(name, service);
        }
    }

    private void addClusterIp(String name, Service service) {
        String address = service.spec().clusterIP();
        if (address.contains(":")) return;
        add(new Record.Address(name, address));
        add(new Record.Pointer(reverse(address), name));
        for (ServicePort port : service.spec().ports())
            addService(name, port.name(), port.protocol(), port.port(), name);
    }

    private void addHeadless(String name, List<EndpointSlice> slices) {
        branches.add(name);
        for (EndpointSlice slice : slices) {
            if (!slice.addressType().equals("IPv4")) continue;
            for (Endpoint endpoint : slice.endpoints()) {
                if (!endpoint.conditions().findReady().orElse(true)) continue;
                for (String address : endpoint.addresses()) {
                    String label = endpoint.hostname().isEmpty() ? address.replace('.', '-') : endpoint.hostname();
                    String host = label + "." + name;
                    add(new Record.Address(name, address));
                    add(new Record.Address(host, address));
                    add(new Record.Pointer(reverse(address), host));
                    for (EndpointPort port : slice.ports())
                        addService(name, port.name(), port.protocol(), port.port(), host);
                }
            }
        }
    }

    /// SRV records are for ports that have a name.
    private void addService(String name, String portName, String protocol, int port, String target) {
        if (portName.isEmpty()) return;
        String transport = "_" + (protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT)) + "." + name;
        add(new Record.Service("_" + portName + "." + transport, port, target));
        add(new Record.Service(name, port, target));
    }

    private void add(Record record) {
        List<Record> same = records.computeIfAbsent(record.name(), any -> new ArrayList<>(1));
        if (!same.contains(record)) same.add(record);
        for (String above = parent(record.name()); above.length() > domain.length(); above = parent(above))
            branches.add(above);
    }

    private static String parent(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }

    private static String reverse(String address) {
        String[] parts = address.split("\\.");
        return parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0] + REVERSE;
    }

    String domain() {
        return domain;
    }
}
