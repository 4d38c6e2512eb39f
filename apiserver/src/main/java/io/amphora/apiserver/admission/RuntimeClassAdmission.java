package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.node.v1.RuntimeClass;
import io.amphora.api.node.v1.RuntimeClasses;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Map;

/// Gives a Pod what its runtime class asks for: overhead (KEP-688), node labels and tolerations (KEP-585).
public final class RuntimeClassAdmission implements AdmissionPlugin {
    @Override
    public String name() {
        return "RuntimeClass";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE)) return object;
        String name = object.object("spec").text("runtimeClassName");
        if (name.isEmpty()) return object;
        RuntimeClass runtime = request.cluster()
                .find(RuntimeClasses.DEFINITION, "", name)
                .map(stored -> RuntimeClass.of(stored.tree()))
                .orElseThrow(() -> forbidden(request, "pod rejected: RuntimeClass \"" + name + "\" not found"));
        return withScheduling(request, withOverhead(request, object, runtime), runtime);
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE)) return;
        Pod pod = Pod.of(object);
        if (pod.spec().runtimeClassName().isEmpty() && !pod.spec().overhead().isEmpty()) throw unfounded(request);
    }

    private static ObjectTree withOverhead(AdmissionRequest request, ObjectTree pod, RuntimeClass runtime) {
        Tree fixed = runtime.overhead().tree().get("podFixed");
        boolean given = !pod.object("spec").object("overhead").isEmpty();
        if (fixed.object().isEmpty()) {
            if (given) throw unfounded(request);
            return pod;
        }
        if (given && !pod.object("spec").get("overhead").equals(fixed))
            throw forbidden(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        return pod.withAt(fixed, "spec", "overhead");
    }

    private static ObjectTree withScheduling(AdmissionRequest request, ObjectTree pod, RuntimeClass runtime) {
        ObjectTree changed = pod;
        Map<String, String> selector = Pod.of(pod).spec().nodeSelector();
        for (var wanted : runtime.scheduling().nodeSelector().entrySet()) {
            String mine = selector.get(wanted.getKey());
            if (mine != null && !mine.equals(wanted.getValue()))
                throw forbidden(
                        request,
                        "conflict: runtimeClass.scheduling.nodeSelector[" + wanted.getKey() + "] = " + wanted.getValue()
                                + "; pod.spec.nodeSelector[" + wanted.getKey() + "] = " + mine);
            changed = changed.withAt(Tree.of(wanted.getValue()), "spec", "nodeSelector", wanted.getKey());
        }
        ListTree tolerations = changed.object("spec").list("tolerations");
        ListTree all = tolerations;
        for (Tree each : runtime.scheduling().tree().list("tolerations"))
            if (!all.items().contains(each)) all = all.plus(each);
        return all == tolerations ? changed : changed.withAt(all, "spec", "tolerations");
    }

    private static ApiException unfounded(AdmissionRequest request) {
        return forbidden(request, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
