package io.amphora.apiserver.allocation;

import io.amphora.api.core.v1.Services;
import io.amphora.api.networking.v1.IPAddress;
import io.amphora.api.networking.v1.IPAddresses;
import io.amphora.api.networking.v1.ServiceCIDR;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.random.Randomness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All addresses that Services may have: those of the network that the server was started
/// with, and those of every ServiceCIDR that is ready (KEP-1880). Networks may overlap. Not
/// thread-safe.
final class AddressPlan {
    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String ALLOCATOR = "ipallocator.k8s.io";

    private final String first;
    private final Randomness random;
    private final Map<String, AddressRange> ranges = new HashMap<>();
    private final Set<IpAddress> taken = new HashSet<>();

    AddressPlan(String cidr, Randomness random) {
        this.first = cidr;
        this.random = random;
    }

    /// The first of all.
    IpAddress first() {
        return range(first).address(1);
    }

    boolean contains(Snapshot cluster, IpAddress address) {
        return ready(cluster).stream().anyMatch(range -> range.contains(address));
    }

    /// Whether somebody else has written an IPAddress of it.
    boolean isClaimed(Snapshot cluster, IpAddress address) {
        return cluster.find(IPAddresses.DEFINITION, "", address.toString())
                .map(stored -> IPAddress.of(stored.tree()))
                .filter(claim -> !ALLOCATOR.equals(claim.metadata().labels().get(MANAGED_BY))
                        || !claim.spec().parentRef().resource().equals(Services.DEFINITION.plural()))
                .isPresent();
    }

    /// @return whether it was free
    boolean take(IpAddress address) {
        if (!taken.add(address)) return false;
        ranges.values().stream().filter(range -> range.contains(address)).forEach(range -> range.take(address));
        return true;
    }

    @Nullable
    IpAddress takeAny(Snapshot cluster) {
        for (AddressRange range : ready(cluster)) {
            IpAddress any = takeAny(cluster, range);
            if (any != null) return any;
        }
        return null;
    }

    /// Those that are claimed are taken only to find another, and given back.
    private @Nullable IpAddress takeAny(Snapshot cluster, AddressRange range) {
        var claimed = new ArrayList<IpAddress>();
        IpAddress any = range.takeAny();
        while (any != null && isClaimed(cluster, any)) {
            claimed.add(any);
            any = range.takeAny();
        }
        claimed.forEach(range::release);
        if (any != null) take(any);
        return any;
    }

    void release(IpAddress address) {
        taken.remove(address);
        ranges.values().forEach(range -> range.release(address));
    }

    /// The server's own first; it needs nobody to make it ready.
    private List<AddressRange> ready(Snapshot cluster) {
        var ready = new ArrayList<AddressRange>();
        ready.add(range(first));
        cluster.list(ServiceCIDRs.DEFINITION, "").forEach((key, stored) -> {
            ServiceCIDR cidr = ServiceCIDR.of(stored.tree());
            if (isReady(cidr))
                for (String text : cidr.spec().cidrs()) if (isV4(text) && !text.equals(first)) ready.add(range(text));
        });
        return ready;
    }

    private static boolean isReady(ServiceCIDR cidr) {
        return cidr.metadata().findDeletionTimestamp().isEmpty()
                && cidr.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status().equals("True"));
    }

    /// The cluster serves one family.
    private static boolean isV4(String text) {
        Cidr cidr = Cidr.parse(text);
        return cidr != null && !cidr.address().isV6();
    }

    private AddressRange range(String cidr) {
        return ranges.computeIfAbsent(cidr, text -> {
            var range = new AddressRange(text, random);
            taken.stream().filter(range::contains).forEach(range::take);
            return range;
        });
    }
}
