package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificationRequest;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.PodReferences;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Keeps a kubelet to its own Node, its own Lease and CSINode, and the Pods that are bound to it; what it may do at
/// all is the authorizer's to say.
public final class NodeRestriction implements AdmissionPlugin {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String LEASES = "kube-node-lease";

    /// By which a Pod's claims are found, and with them the devices that its node may use.
    private static final List<String> CLAIM_STATUSES = List.of("resourceClaimStatuses", "extendedResourceClaimStatus");

    /// What resizing a volume on its node writes into the claim's status.
    private static final List<String> RESIZED = List.of(
            "capacity",
            "conditions",
            "allocatedResources",
            "allocatedResourceStatuses",
            "modifyVolumeStatus",
            "currentVolumeAttributesClassName");

    private static final Set<String> NODE_SIGNERS =
            Set.of("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet");

    private static final Set<String> KUBELET_LABELS = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/instance-type",
            "node.kubernetes.io/instance-type",
            "node.kubernetes.io/windows-build",
            "failure-domain.beta.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "topology.kubernetes.io/zone");

    @Override
    public String name() {
        return "NodeRestriction";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!request.user().in(User.NODES)) return;
        String node = request.user().findNode().orElse("");
        if (node.isEmpty())
            throw forbidden(
                    request,
                    "could not determine node from user \"" + request.user().name() + "\"");
        switch (request.resource().qualifiedName()) {
            case "pods" -> pod(request, node, object);
            case "nodes" -> node(request, node, object);
            case "leases.coordination.k8s.io" -> lease(request, node);
            case "csinodes.storage.k8s.io" ->
                requireOwnName(request, node, "can only access CSINode with the same name as the requesting node");
            case "resourceslices.resource.k8s.io" -> slice(request, node, object);
            case "persistentvolumeclaims" -> claim(request, node, object);
            case "certificatesigningrequests.certificates.k8s.io" -> certificate(request, object);
            default -> {}
        }
    }

    // ---- Pods ----

    private static void pod(AdmissionRequest request, String node, ObjectTree object) {
        String itself = " with spec.nodeName set to itself";
        switch (request.subresource()) {
            case "" -> {
                switch (request.operation()) {
                    case CREATE -> mirror(request, node, Pod.of(object));
                    case DELETE -> {
                        if (!isOn(request, node))
                            throw forbidden(request, quoted(node) + "can only delete pods" + itself);
                    }
                    default ->
                        throw forbidden(
                                request,
                                "unexpected operation \"" + request.operation() + "\", " + quoted(node)
                                        + "can only create and delete mirror pods");
                }
            }
            case "status" -> {
                if (!isOn(request, node))
                    throw forbidden(request, quoted(node) + "can only update pod status for pods" + itself);
                if (!labels(request.old().orElse(ObjectTree.EMPTY)).equals(labels(object)))
                    throw forbidden(request, quoted(node) + "cannot update labels through pod status");
                for (String field : CLAIM_STATUSES)
                    if (!status(request.old().orElse(ObjectTree.EMPTY), field).equals(status(object, field)))
                        throw forbidden(request, quoted(node) + "cannot update resource claim statuses");
            }
            case "eviction" -> {
                if (!isOn(request, node)) throw forbidden(request, quoted(node) + "can only evict pods" + itself);
            }
            default ->
                throw forbidden(
                        request,
                        "unexpected pod subresource \"" + request.subresource()
                                + "\", only 'status' and 'eviction' are allowed");
        }
    }

    /// The API's image of a Pod that a kubelet has from a file of its own.
    private static void mirror(AdmissionRequest request, String node, Pod pod) {
        if (!pod.metadata().annotations().containsKey(MIRROR))
            throw forbidden(
                    request,
                    "pod does not have \"" + MIRROR + "\" annotation, " + quoted(node) + "can only create mirror pods");
        if (!pod.spec().nodeName().equals(node))
            throw forbidden(request, quoted(node) + "can only create pods with spec.nodeName set to itself");
        owner(request, node, pod);
        String referring = quoted(node) + "can not create pods that reference ";
        if (!pod.spec().serviceAccountName().isEmpty()) throw forbidden(request, referring + "a service account");
        for (String kind : PodReferences.KINDS)
            if (!PodReferences.of(pod.spec(), kind).isEmpty()) throw forbidden(request, referring + kind);
        if (!PodReferences.ownClaims(pod.name(), pod.spec()).isEmpty())
            throw forbidden(request, referring + "persistentvolumeclaims");
        if (!pod.spec().resourceClaims().isEmpty()) throw forbidden(request, referring + "resourceclaims");
    }

    private static void owner(AdmissionRequest request, String node, Pod pod) {
        String only = quoted(node) + "can only create pods with ";
        ListTree owners = pod.metadata().tree().list("ownerReferences");
        if (owners.isEmpty()) throw forbidden(request, only + "an owner reference set to itself");
        if (owners.size() > 1) throw forbidden(request, only + "a single owner reference set to itself");
        ObjectTree owner = owners.get(0).object();
        boolean itself = owner.text("apiVersion").equals("v1")
                && owner.text("kind").equals("Node")
                && owner.text("name").equals(node);
        if (!itself) throw forbidden(request, only + "an owner reference set to itself");
        if (!owner.bool("controller")) throw forbidden(request, only + "a controller owner reference set to itself");
        if (owner.bool("blockOwnerDeletion"))
            throw forbidden(request, quoted(node) + "must not set blockOwnerDeletion on an owner reference");
        String uid = request.cluster()
                .find(Nodes.DEFINITION, "", node)
                .map(stored -> stored.metadata().text("uid"))
                .orElseThrow(() -> forbidden(request, "node \"" + node + "\" not found"));
        if (!uid.equals(owner.text("uid")))
            throw forbidden(request, "node " + node + " UID mismatch: expected " + uid + " got " + owner.text("uid"));
    }

    private static boolean isOn(AdmissionRequest request, String node) {
        Optional<ObjectTree> pod = request.old()
                .or(() -> request.cluster()
                        .find(Pods.DEFINITION, request.namespace(), request.name())
                        .map(stored -> stored.tree()));
        return pod.filter(each -> each.object("spec").text("nodeName").equals(node))
                .isPresent();
    }

    // ---- Nodes ----

    private static void node(AdmissionRequest request, String node, ObjectTree object) {
        if (!request.name().equals(node))
            throw forbidden(request, quoted(node) + "is not allowed to modify node \"" + request.name() + "\"");
        if (request.operation() == Operation.DELETE) return;
        boolean create = request.operation() == Operation.CREATE;
        ObjectTree old = request.old().orElse(ObjectTree.EMPTY);
        Set<String> labels = forbiddenLabels(labels(old), labels(object));
        if (!labels.isEmpty())
            throw forbidden(
                    request,
                    quoted(node) + "is not allowed to " + (create ? "set the following labels: " : "modify labels: ")
                            + String.join(", ", labels));
        if (create) return;
        if (!Node.of(old).spec().taints().equals(Node.of(object).spec().taints()))
            throw forbidden(request, quoted(node) + "is not allowed to modify taints");
        if (!old.object("metadata")
                .list("ownerReferences")
                .equals(object.object("metadata").list("ownerReferences")))
            throw forbidden(request, quoted(node) + "is not allowed to modify ownerReferences");
    }

    private static Set<String> forbiddenLabels(ObjectTree before, ObjectTree now) {
        var changed = new TreeMap<String, Tree>();
        for (var pair : before) changed.put(pair.getKey(), pair.getValue());
        for (var pair : now)
            if (!Objects.equals(changed.remove(pair.getKey()), pair.getValue())) changed.put(pair.getKey(), Tree.NULL);
        var forbidden = new TreeSet<String>();
        for (Map.Entry<String, Tree> each : changed.entrySet())
            if (isForbidden(each.getKey())) forbidden.add(each.getKey());
        return forbidden;
    }

    private static boolean isForbidden(String label) {
        int slash = label.indexOf('/');
        String domain = slash < 0 ? "" : label.substring(0, slash);
        if (isIn(domain, "node-restriction.kubernetes.io")) return true;
        boolean kubernetes = isIn(domain, "kubernetes.io") || isIn(domain, "k8s.io");
        boolean kubelets = KUBELET_LABELS.contains(label)
                || isIn(domain, "kubelet.kubernetes.io")
                || isIn(domain, "node.kubernetes.io");
        return kubernetes && !kubelets;
    }

    private static boolean isIn(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }

    // ---- others ----

    private static void lease(AdmissionRequest request, String node) {
        if (!request.namespace().equals(LEASES))
            throw forbidden(request, "can only access leases in the \"" + LEASES + "\" system namespace");
        requireOwnName(request, node, "can only access node lease with the same name as the requesting node");
    }

    /// Which slice it is about, the authorizer can tell only where there is one already; of a collection, one by one.
    private static void slice(AdmissionRequest request, String node, ObjectTree object) {
        Optional<ObjectTree> now = request.operation() == Operation.DELETE ? Optional.empty() : Optional.of(object);
        boolean its = Stream.concat(request.old().stream(), now.stream())
                .allMatch(slice -> slice.object("spec").text("nodeName").equals(node));
        if (its) return;
        String verb = request.operation().name().toLowerCase(Locale.ROOT);
        throw forbidden(request, "can only " + verb + " ResourceSlice with the same NodeName as the requesting node");
    }

    /// A certificate of a node is asked for by that node.
    private static void certificate(AdmissionRequest request, ObjectTree object) {
        if (request.operation() != Operation.CREATE) return;
        var spec = CertificateSigningRequest.of(object).spec();
        if (!NODE_SIGNERS.contains(spec.signerName())) return;
        String asker = request.user().name();
        try {
            if (CertificationRequest.read(spec.request()).subject().commonName().equals(asker)) return;
        } catch (IllegalArgumentException unreadable) {
            throw forbidden(request, String.valueOf(unreadable.getMessage()));
        }
        throw forbidden(request, "can only create a node CSR with CN=" + asker);
    }

    /// A volume that has grown on its node, and nothing else.
    private static void claim(AdmissionRequest request, String node, ObjectTree object) {
        if (!request.subresource().equals("status")) throw forbidden(request, "may only update PVC status");
        if (request.operation() != Operation.UPDATE)
            throw forbidden(request, "unexpected operation \"" + request.operation() + "\"");
        if (!unresized(request.old().orElse(ObjectTree.EMPTY)).equals(unresized(object)))
            throw forbidden(
                    request,
                    quoted(node) + "is not allowed to update fields other than status.quantity and status.conditions");
    }

    private static ObjectTree unresized(ObjectTree claim) {
        ObjectTree status = claim.object("status");
        for (String field : RESIZED) status = status.without(field);
        ObjectTree metadata =
                claim.object("metadata").without("resourceVersion").without("managedFields");
        return claim.with("metadata", metadata).with("status", status);
    }

    private static Tree status(ObjectTree object, String field) {
        return object.object("status").get(field);
    }

    private static void requireOwnName(AdmissionRequest request, String node, String why) {
        if (!request.name().equals(node)) throw forbidden(request, why);
    }

    private static ObjectTree labels(ObjectTree object) {
        return object.object("metadata").object("labels");
    }

    private static String quoted(String node) {
        return "node \"" + node + "\" ";
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
