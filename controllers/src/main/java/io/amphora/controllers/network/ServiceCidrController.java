package io.amphora.controllers.network;

import io.amphora.api.Views;
import io.amphora.api.networking.v1.IPAddress;
import io.amphora.api.networking.v1.IPAddresses;
import io.amphora.api.networking.v1.ServiceCIDR;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.client.PatchType;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Makes ranges of Service addresses ready, and keeps one that is deleted until no address is left that only it
/// contains
/// (KEP-1880).
public final class ServiceCidrController implements Controller<ServiceCIDR> {
    private static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";

    @Override
    public String name() {
        return "service-cidr-controller";
    }

    @Override
    public Watches<ServiceCIDR> watches() {
        Target<ServiceCIDR> ranges = Target.of(ServiceCIDRs.DEFINITION);
        return Watches.of(ServiceCIDRs.DEFINITION)
                .waking((changed, seen) -> going(ranges, seen))
                .onlyOn(IPAddresses.DEFINITION, (before, now) -> false, (address, seen) -> going(ranges, seen));
    }

    private static List<Key> going(Target<ServiceCIDR> ranges, Seen seen) {
        return seen.of(ranges).list().stream()
                .filter(range -> range.metadata().findDeletionTimestamp().isPresent())
                .map(range -> Key.of(ranges, range))
                .toList();
    }

    @Override
    public Plan plan(ServiceCIDR range, Seen seen, Instant now) {
        boolean guarded = range.metadata().finalizers().contains(FINALIZER);
        boolean going = range.metadata().findDeletionTimestamp().isPresent();
        if (!going && !guarded) return Plan.of(withFinalizers(range, true));
        if (!going) return ready(range, true, "", "Kubernetes Service CIDR is ready", now);
        if (!guarded) return Plan.NOTHING;
        boolean needed = seen.of(IPAddresses.DEFINITION).list().stream()
                .anyMatch(address -> contains(range, address) && !isElsewhere(address, range, seen));
        return needed
                ? ready(
                        range,
                        false,
                        "Terminating",
                        "There are still IPAddresses referencing the ServiceCIDR, please remove them"
                                + " or create a new ServiceCIDR",
                        now)
                : Plan.of(withFinalizers(range, false));
    }

    private static boolean isElsewhere(IPAddress address, ServiceCIDR range, Seen seen) {
        return seen.of(ServiceCIDRs.DEFINITION).list().stream()
                .filter(other -> !other.uid().equals(range.uid()))
                .filter(other -> other.metadata().findDeletionTimestamp().isEmpty())
                .anyMatch(other -> contains(other, address));
    }

    private static boolean contains(ServiceCIDR range, IPAddress address) {
        IpAddress ip = IpAddress.parse(address.name());
        return ip != null
                && range.spec().cidrs().stream().anyMatch(text -> {
                    Cidr cidr = Cidr.parse(text);
                    return cidr != null && cidr.contains(ip);
                });
    }

    private static Action withFinalizers(ServiceCIDR range, boolean guarded) {
        var finalizers = new ArrayList<>(range.metadata().finalizers());
        finalizers.remove(FINALIZER);
        if (guarded) finalizers.add(FINALIZER);
        var metadata = ObjectTree.of(
                "finalizers",
                finalizers.isEmpty() ? Tree.NULL : ListTree.from(finalizers),
                "resourceVersion",
                range.metadata().resourceVersion());
        return Action.patch(ServiceCIDRs.DEFINITION, range, PatchType.MERGE, ObjectTree.of("metadata", metadata));
    }

    private static Plan ready(ServiceCIDR range, boolean ready, String reason, String message, Instant now) {
        String status = ready ? "True" : "False";
        var others = new ArrayList<Tree>();
        for (Tree each : range.tree().object("status").list("conditions")) {
            if (!each.object().text("type").equals("Ready")) others.add(each);
            else if (each.object().text("status").equals(status)) return Plan.NOTHING;
        }
        others.add(ObjectTree.of(
                "type", "Ready",
                "status", status,
                "reason", reason,
                "message", message,
                "lastTransitionTime", Views.tree(now)));
        Tree conditions = new ListTree(others);
        return Plan.of(Action.updateStatus(
                ServiceCIDRs.DEFINITION, ServiceCIDR.of(range.tree().withAt(conditions, "status", "conditions"))));
    }
}
