package io.amphora.controllers.endpoints;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Service;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The addresses of Endpoints by what they serve: ports that the same addresses serve form a
/// subset. The order does not depend on that of the Pods.
record Subsets(ListTree list, boolean truncated) {
    private static final int CAPACITY = 1000;

    /// Stands for no port at all, as of a headless Service that names none.
    private static final ObjectTree PORTLESS = ObjectTree.EMPTY;

    private static final Comparator<ObjectTree> BY_ADDRESS = Comparator.<ObjectTree, String>comparing(
                    each -> each.text("ip"))
            .thenComparing(each -> each.object("targetRef").text("uid"));

    static Subsets of(Service service, List<Pod> pods) {
        var byPort = new LinkedHashMap<ObjectTree, Map<ObjectTree, Boolean>>();
        boolean portless = service.spec().ports().isEmpty() && ServicePods.isHeadless(service);
        int count = 0;
        for (Pod pod : pods) {
            List<ObjectTree> served = portless ? List.of(PORTLESS) : ServicePods.ports(service, pod);
            Optional<ObjectTree> address = address(service, pod);
            if (served.isEmpty() || address.isEmpty()) continue;
            if (++count > CAPACITY) return new Subsets(list(byPort), true);
            boolean ready = service.spec().publishNotReadyAddresses() || PodFacts.isReady(pod);
            for (ObjectTree port : served)
                byPort.computeIfAbsent(port, ignored -> new LinkedHashMap<>()).put(address.get(), ready);
        }
        return new Subsets(list(byPort), false);
    }

    private static ListTree list(Map<ObjectTree, Map<ObjectTree, Boolean>> byPort) {
        var byAddresses = new LinkedHashMap<Map<ObjectTree, Boolean>, List<ObjectTree>>();
        byPort.forEach((port, addresses) -> byAddresses
                .computeIfAbsent(addresses, ignored -> new ArrayList<>())
                .add(port));
        var subsets = new ArrayList<ObjectTree>();
        byAddresses.forEach((addresses, ports) -> subsets.add(subset(addresses, ports)));
        subsets.sort(Comparator.comparing(each -> each.list("ports").toString()));
        return ListTree.from(subsets);
    }

    private static ObjectTree subset(Map<ObjectTree, Boolean> addresses, List<ObjectTree> ports) {
        var subset = ObjectTree.builder();
        List<ObjectTree> ready = sorted(addresses, true);
        List<ObjectTree> notReady = sorted(addresses, false);
        if (!ready.isEmpty()) subset.put("addresses", ListTree.from(ready));
        if (!notReady.isEmpty()) subset.put("notReadyAddresses", ListTree.from(notReady));
        List<ObjectTree> named = ports.stream()
                .filter(port -> !port.equals(PORTLESS))
                .sorted(Comparator.comparing(Subsets::hash))
                .toList();
        if (!named.isEmpty()) subset.put("ports", ListTree.from(named));
        return subset.build();
    }

    private static List<ObjectTree> sorted(Map<ObjectTree, Boolean> addresses, boolean ready) {
        return addresses.entrySet().stream()
                .filter(each -> each.getValue() == ready)
                .map(Map.Entry::getKey)
                .sorted(BY_ADDRESS)
                .toList();
    }

    /// Kubernetes orders ports by the MD5 of how Go prints them. Clients compare the lists.
    private static String hash(ObjectTree port) {
        String protocol = port.has("appProtocol") ? port.text("appProtocol") : "<nil>";
        String printed = "(v1.EndpointPort){Name:(string)" + port.text("name") + " Port:(int32)" + port.whole("port")
                + " Protocol:(v1.Protocol)" + port.text("protocol") + " AppProtocol:(*string)" + protocol + "}";
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(printed.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// Of the Service's first family.
    private static Optional<ObjectTree> address(Service service, Pod pod) {
        boolean six = service.spec().ipFamilies().isEmpty()
                ? service.spec().clusterIP().contains(":")
                : service.spec().ipFamilies().getFirst().equals("IPv6");
        return ServicePods.addresses(pod).stream()
                .filter(ip -> ip.contains(":") == six)
                .findFirst()
                .map(ip -> {
                    var address = ObjectTree.builder().put("ip", ip).put("targetRef", ServicePods.reference(pod));
                    if (!pod.spec().nodeName().isEmpty())
                        address.put("nodeName", pod.spec().nodeName());
                    String hostname = ServicePods.hostname(service, pod);
                    if (!hostname.isEmpty()) address.put("hostname", hostname);
                    return address.build();
                });
    }
}
