package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.scheduling.v1.PriorityClass;
import io.amphora.api.scheduling.v1.PriorityClasses;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Comparator;
import java.util.Optional;

/// Turns the name of a Pod's priority class into a number, and sees that there is one default class at most.
public final class PodPriority implements AdmissionPlugin {
    private static final String DEFAULT_POLICY = "PreemptLowerPriority";

    @Override
    public String name() {
        return "Priority";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (request.is("", "Pod", Operation.CREATE)) return prioritize(request, object);
        if (request.is("", "Pod", Operation.UPDATE)) return keep(request, object);
        return object;
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (request.is("scheduling.k8s.io", "PriorityClass", Operation.DELETE)
                && request.name().startsWith("system-"))
            throw forbidden(request, "this is a system priority class and cannot be deleted");
        if (request.is("scheduling.k8s.io", "PriorityClass", Operation.CREATE, Operation.UPDATE)
                && object.bool("globalDefault"))
            findDefault(request)
                    .filter(other -> !other.name().equals(request.name()))
                    .ifPresent(other -> {
                        throw forbidden(
                                request,
                                "PriorityClass " + other.name()
                                        + " is already marked as default. Only one default can exist");
                    });
    }

    private static ObjectTree prioritize(AdmissionRequest request, ObjectTree pod) {
        ObjectTree spec = pod.object("spec");
        String named = spec.text("priorityClassName");
        Optional<PriorityClass> chosen = named.isEmpty()
                ? findDefault(request)
                : Optional.of(request.cluster()
                        .find(PriorityClasses.DEFINITION, "", named)
                        .map(stored -> PriorityClass.of(stored.tree()))
                        .orElseThrow(() -> forbidden(request, "no PriorityClass with name " + named + " was found")));
        long value = chosen.map(each -> (long) each.value()).orElse(0L);
        String policy = chosen.map(PriorityClass::preemptionPolicy)
                .filter(each -> !each.isEmpty())
                .orElse(DEFAULT_POLICY);
        if (spec.has("priority") && spec.whole("priority") != value)
            throw forbidden(
                    request,
                    "the integer value of priority (" + spec.whole("priority")
                            + ") must not be provided in pod spec; priority admission controller computed " + value
                            + " from the given PriorityClass name");
        String given = spec.text("preemptionPolicy");
        if (!given.isEmpty() && !given.equals(policy))
            throw forbidden(
                    request,
                    "the string value of PreemptionPolicy (" + given
                            + ") must not be provided in pod spec; priority admission controller computed " + policy
                            + " from the given PriorityClass name");
        ObjectTree prioritized = spec.with("priority", value).with("preemptionPolicy", policy);
        if (named.isEmpty() && chosen.isPresent())
            prioritized = prioritized.with("priorityClassName", chosen.get().name());
        return pod.with("spec", prioritized);
    }

    /// A Pod's priority does not change; who leaves it out means what is there.
    private static ObjectTree keep(AdmissionRequest request, ObjectTree pod) {
        ObjectTree old = request.old().orElse(ObjectTree.EMPTY).object("spec");
        ObjectTree kept = pod;
        for (String name : new String[] {"priority", "preemptionPolicy"}) {
            Tree before = old.find(name);
            if (before != null && !pod.object("spec").has(name)) kept = kept.withAt(before, "spec", name);
        }
        return kept;
    }

    /// The default class of lowest value.
    private static Optional<PriorityClass> findDefault(AdmissionRequest request) {
        return request.cluster().list(PriorityClasses.DEFINITION, "").stream()
                .map(entry -> PriorityClass.of(entry.value().tree()))
                .filter(PriorityClass::globalDefault)
                .min(Comparator.comparingInt(PriorityClass::value));
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
