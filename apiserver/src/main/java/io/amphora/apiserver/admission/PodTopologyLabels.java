package io.amphora.apiserver.admission;

import io.amphora.api.core.v1.Nodes;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// A Pod that comes to a Node gets the labels that say where the Node is, so that its containers can be told
/// (KEP-4742). A binding hands these to the Pod.
public final class PodTopologyLabels implements AdmissionPlugin {
    public static final List<String> LABELS = List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    @Override
    public String name() {
        return "PodTopologyLabels";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (request.operation() != Operation.CREATE
                || !request.resource().group().isEmpty()) return object;
        boolean binding = request.subresource().equals("binding")
                || request.resource().kind().equals("Binding");
        if (binding) return labelled(request, object, object.object("target").text("name"));
        return request.is("", "Pod", Operation.CREATE)
                ? labelled(request, object, object.object("spec").text("nodeName"))
                : object;
    }

    private static ObjectTree labelled(AdmissionRequest request, ObjectTree object, String nodeName) {
        if (nodeName.isEmpty()) return object;
        return request.cluster()
                .find(Nodes.DEFINITION, "", nodeName)
                .map(node -> labelled(object, node.labels()))
                .orElse(object);
    }

    private static ObjectTree labelled(ObjectTree object, ObjectTree ofNode) {
        ObjectTree labels = object.object("metadata").object("labels");
        for (String label : LABELS) if (ofNode.has(label)) labels = labels.with(label, ofNode.get(label));
        return labels.isEmpty() ? object : object.withAt((Tree) labels, "metadata", "labels");
    }
}
