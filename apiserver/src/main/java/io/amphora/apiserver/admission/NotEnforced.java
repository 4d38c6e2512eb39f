package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.function.Predicate;

/// Says so to whoever writes an object that this server stores, but that changes nothing yet: a policy that is thought
/// to hold and does not is worse than none. This is the list of all of these; what works leaves it.
public final class NotEnforced implements AdmissionPlugin {
    private static final String ADMISSION = ".admissionregistration.k8s.io";
    private static final String FLOW = ".flowcontrol.apiserver.k8s.io";

    /// @param resource the qualified name
    /// @param when whether an object has what does not work
    private record Gap(String resource, Predicate<ObjectTree> when, String says) {}

    private static final List<Gap> GAPS = List.of(
            always("networkpolicies.networking.k8s.io", "Pods are reached as if it were not there"),
            always("validatingwebhookconfigurations" + ADMISSION, "no webhook is called"),
            always("mutatingwebhookconfigurations" + ADMISSION, "no webhook is called"),
            always("mutatingadmissionpolicies" + ADMISSION, "no object is changed by it"),
            always("mutatingadmissionpolicybindings" + ADMISSION, "no object is changed by it"),
            always("flowschemas" + FLOW, "no request is put into a queue by it"),
            always("prioritylevelconfigurations" + FLOW, "no request is put into a queue by it"),
            new Gap(
                    "apiservices.apiregistration.k8s.io",
                    object -> object.object("spec").get("service") instanceof ObjectTree,
                    "spec.service: stored, but not enforced: no request is passed on to it"),
            new Gap(
                    "customresourcedefinitions.apiextensions.k8s.io",
                    object -> object.object("spec")
                            .object("conversion")
                            .text("strategy")
                            .equals("Webhook"),
                    "spec.conversion: stored, but not enforced: the webhook is not called"));

    private static Gap always(String resource, String effect) {
        return new Gap(resource, _ -> true, resource + ": stored, but not enforced: " + effect);
    }

    @Override
    public String name() {
        return "NotEnforced";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean writes = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!writes || !request.subresource().isEmpty()) return;
        String resource = request.resource().qualifiedName();
        for (Gap gap : GAPS)
            if (gap.resource.equals(resource) && gap.when.test(object))
                request.warn().accept(gap.says);
    }
}
