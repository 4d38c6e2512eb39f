package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.QuotaConstraints;
import io.amphora.api.core.v1.QuotaUsage;
import io.amphora.api.core.v1.ResourceQuota;
import io.amphora.api.core.v1.ResourceQuotas;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Refuses what would take more than a namespace's ResourceQuotas leave, and books in their status what it lets
/// through: two requests at the same time cannot both have the last of something.
///
/// What is booked for an object that then is not stored after all comes back when the quota controller counts.
public final class ResourceQuotaAdmission implements AdmissionPlugin {
    private static final int ATTEMPTS = 25;

    private final ClusterState state;
    private final Clock clock;

    public ResourceQuotaAdmission(ClusterState state, Clock clock) {
        this.state = state;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "ResourceQuota";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!isCounted(request)) return;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (book(request, charges(request, object, state.now()))) return;
        }
        throw forbidden(request, "the quotas of the namespace keep changing; please try again");
    }

    /// New objects of every kind that is kept; changes only of those whose size counts.
    private static boolean isCounted(AdmissionRequest request) {
        ResourceDefinition<?> kind = request.resource();
        if (request.namespace().isEmpty()) return false;
        if (request.operation() == Operation.CREATE)
            return request.subresource().isEmpty() && kind.verbs().contains("list");
        if (request.operation() != Operation.UPDATE || !kind.group().isEmpty()) return false;
        return switch (request.subresource()) {
            case "" -> Set.of("services", "persistentvolumeclaims").contains(kind.plural());
            case "resize" -> kind.plural().equals("pods");
            default -> false;
        };
    }

    /// What one quota is to book.
    private record Charge(Stored stored, ResourceQuota quota, Map<String, Quantity> more) {
        /// With its new sums.
        ObjectTree booked() {
            var used = new TreeMap<String, Quantity>();
            quota.status().used().forEach((name, text) -> used.put(name, Quantity.parse(text)));
            QuotaUsage.add(used, more);
            var tree = ObjectTree.builder();
            used.forEach((name, amount) -> tree.put(name, amount.toString()));
            return quota.tree().withAt(tree.build(), "status", "used");
        }
    }

    private List<Charge> charges(AdmissionRequest request, ObjectTree object, Snapshot cluster) {
        ResourceDefinition<?> kind = request.resource();
        Map<String, Quantity> more = more(request, object);
        var charges = new ArrayList<Charge>();
        for (var entry : cluster.list(ResourceQuotas.DEFINITION, request.namespace())) {
            var quota = ResourceQuota.of(entry.value().tree());
            if (!QuotaUsage.isCovered(quota.spec(), kind.group(), kind.plural(), object)) continue;
            Map<String, String> hard = quota.status().hard();
            Set<String> concerned = QuotaConstraints.concerned(kind.group(), kind.plural(), hard.keySet());
            if (concerned.isEmpty()) continue;
            String missing = QuotaConstraints.missing(kind.group(), kind.plural(), concerned, object);
            if (!missing.isEmpty()) throw forbidden(request, "failed quota: " + quota.name() + ": " + missing);
            if (!quota.status().used().keySet().containsAll(concerned))
                throw forbidden(
                        request,
                        "status unknown for quota: " + quota.name() + ", resources: " + String.join(",", concerned));
            var asked = new TreeMap<>(more);
            asked.keySet().retainAll(hard.keySet());
            if (asked.isEmpty()) continue;
            requireRoom(request, quota, asked);
            charges.add(new Charge(entry.value(), quota, asked));
        }
        return charges;
    }

    /// What the object takes now, and did not take before.
    private Map<String, Quantity> more(AdmissionRequest request, ObjectTree object) {
        ResourceDefinition<?> kind = request.resource();
        var more = new TreeMap<>(QuotaUsage.of(kind, object, clock.now()));
        if (request.operation() == Operation.UPDATE)
            request.old()
                    .map(old -> QuotaUsage.of(kind, old, clock.now()))
                    .ifPresent(before ->
                            more.replaceAll((name, amount) -> amount.subtract(before.getOrDefault(name, Quantity.ZERO))
                                    .max(Quantity.ZERO)));
        more.values().removeIf(Quantity::isZero);
        return more;
    }

    private static void requireRoom(AdmissionRequest request, ResourceQuota quota, Map<String, Quantity> asked) {
        Map<String, String> hard = quota.status().hard();
        Map<String, String> used = quota.status().used();
        var exceeded = new TreeMap<String, Quantity>();
        asked.forEach((name, amount) -> {
            Quantity sum = Quantity.parse(used.getOrDefault(name, "0")).add(amount);
            if (sum.compareTo(Quantity.parse(hard.getOrDefault(name, "0"))) > 0) exceeded.put(name, amount);
        });
        if (exceeded.isEmpty()) return;
        throw forbidden(
                request,
                "exceeded quota: " + quota.name()
                        + ", requested: " + shown(exceeded.keySet(), name -> String.valueOf(exceeded.get(name)))
                        + ", used: " + shown(exceeded.keySet(), name -> used.getOrDefault(name, "0"))
                        + ", limited: " + shown(exceeded.keySet(), name -> String.valueOf(hard.get(name))));
    }

    private static String shown(Set<String> names, java.util.function.UnaryOperator<String> amount) {
        return names.stream().map(name -> name + "=" + amount.apply(name)).collect(Collectors.joining(","));
    }

    /// @return false when a quota was changed in the meantime: then all has to be looked at again
    private boolean book(AdmissionRequest request, List<Charge> charges) {
        if (request.dryRun()) return true;
        var booked = new ArrayList<Stored>();
        for (Charge charge : charges) {
            Optional<Stored> written = state.replace(charge.stored(), withoutVersion(charge.booked()));
            if (written.isEmpty()) {
                giveBack(charges, booked);
                return false;
            }
            booked.add(written.get());
        }
        return true;
    }

    private void giveBack(List<Charge> charges, List<Stored> booked) {
        for (int i = 0; i < booked.size(); i++)
            state.replace(booked.get(i), withoutVersion(charges.get(i).stored().tree()));
    }

    private static ObjectTree withoutVersion(ObjectTree object) {
        return object.with("metadata", object.object("metadata").without("resourceVersion"));
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
