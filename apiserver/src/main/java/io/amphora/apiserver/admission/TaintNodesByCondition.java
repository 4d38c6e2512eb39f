package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A new node is not ready until its agent says so.
public final class TaintNodesByCondition implements AdmissionPlugin {
    private static final String NOT_READY = "node.kubernetes.io/not-ready";

    @Override
    public String name() {
        return "TaintNodesByCondition";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Node", Operation.CREATE)) return object;
        var taints = object.object("spec").list("taints");
        boolean there = taints.stream()
                .map(Tree::object)
                .anyMatch(each -> each.text("key").equals(NOT_READY)
                        && each.text("effect").equals("NoSchedule"));
        return there
                ? object
                : object.withAt(taints.plus(ObjectTree.of("key", NOT_READY, "effect", "NoSchedule")), "spec", "taints");
    }
}
