package io.amphora.apiserver.auth;

import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.api.resource.v1.ResourceSlices;
import io.amphora.api.storage.v1.VolumeAttachments;
import io.amphora.apiserver.state.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Lets a kubelet do what it needs for its own node and the Pods that are bound to it, and nothing else: it reads the
/// Secrets, ConfigMaps, claims and volumes of its Pods, and makes tokens of their service accounts.
public final class NodeAuthorizer implements Authorizer {
    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> OWN = Set.of("get", "create", "update", "patch", "delete");

    private final Supplier<Snapshot> cluster;
    private final List<PolicyRule> rules;

    public NodeAuthorizer(Supplier<Snapshot> cluster) {
        this.cluster = cluster;
        this.rules = BootstrapPolicy.nodeRules().stream().map(PolicyRule::of).toList();
    }

    @Override
    public Decision decide(Attributes what) {
        if (!what.user().in(User.NODES)) return no("");
        String node = what.user().findNode().orElse("");
        if (node.isEmpty()) return no("unknown node for user \"" + what.user().name() + "\"");
        if (!what.isResource()) return byRules(what);
        String resource = what.group().isEmpty() ? what.resource() : what.resource() + "." + what.group();
        return switch (resource) {
            case "secrets", "configmaps" -> reads(what, node, pod -> refersTo(pod, what));
            case "persistentvolumeclaims" -> claim(what, node);
            case "persistentvolumes" -> get(what, node, usesVolume(node, what.name()));
            case "volumeattachments.storage.k8s.io" -> get(what, node, isAttachmentOf(node, what.name()));
            case "serviceaccounts" -> serviceAccount(what, node);
            case "leases.coordination.k8s.io" ->
                own(what, node, what.namespace().equals("kube-node-lease"), "node lease");
            case "csinodes.storage.k8s.io" -> own(what, node, true, "CSINode");
            case "resourceclaims.resource.k8s.io" ->
                get(
                        what,
                        node,
                        anyPod(
                                node,
                                what.namespace(),
                                pod -> PodReferences.resourceClaims(pod).contains(what.name())));
            case "resourceslices.resource.k8s.io" -> slice(what, node);
            case "nodes" -> node(what, node);
            case "pods" -> pod(what, node);
            default -> byRules(what);
        };
    }

    private Decision byRules(Attributes what) {
        for (PolicyRule rule : rules) if (RbacAuthorizer.allows(rule, what)) return new Decision.Allowed("");
        return no("");
    }

    // ---- what its Pods use ----

    private Decision reads(Attributes what, String node, Predicate<Pod> uses) {
        if (!READ.contains(what.verb()) || !what.subresource().isEmpty())
            return no("can only read resources of this type");
        if (nameOf(what).isEmpty()) return no("No Object name found");
        return related(node, anyPod(node, what.namespace(), uses));
    }

    private static boolean refersTo(Pod pod, Attributes what) {
        return PodReferences.of(pod.spec(), what.resource()).contains(nameOf(what));
    }

    /// A list or watch of one object is told by its field selector.
    private static String nameOf(Attributes what) {
        return what.name().isEmpty() ? what.fields().exactValue("metadata.name").orElse("") : what.name();
    }

    private Decision claim(Attributes what, String node) {
        boolean uses = anyPod(node, what.namespace(), pod -> usesClaim(pod, what.name()));
        if (what.subresource().equals("status"))
            return Set.of("get", "update", "patch").contains(what.verb())
                    ? related(node, uses)
                    : no("can only get and update resources of this type");
        return get(what, node, uses);
    }

    private static boolean usesClaim(Pod pod, String claim) {
        return PodReferences.of(pod.spec(), "persistentvolumeclaims").contains(claim)
                || PodReferences.ownClaims(pod.name(), pod.spec()).contains(claim);
    }

    private boolean usesVolume(String node, String volume) {
        return cluster.get()
                .find(PersistentVolumes.DEFINITION, "", volume)
                .map(stored -> stored.tree().object("spec").object("claimRef"))
                .filter(claim -> anyPod(node, claim.text("namespace"), pod -> usesClaim(pod, claim.text("name"))))
                .filter(claim -> isBoundTo(claim.text("namespace"), claim.text("name"), volume))
                .isPresent();
    }

    private boolean isBoundTo(String namespace, String claim, String volume) {
        return cluster.get()
                .find(PersistentVolumeClaims.DEFINITION, namespace, claim)
                .filter(stored ->
                        stored.tree().object("spec").text("volumeName").equals(volume))
                .isPresent();
    }

    private boolean isAttachmentOf(String node, String attachment) {
        return cluster.get()
                .find(VolumeAttachments.DEFINITION, "", attachment)
                .filter(stored -> stored.tree().object("spec").text("nodeName").equals(node))
                .isPresent();
    }

    private static Decision get(Attributes what, String node, boolean related) {
        if (!what.verb().equals("get") || !what.subresource().isEmpty())
            return no("can only get individual resources of this type");
        if (what.name().isEmpty()) return no("No Object name found");
        return related(node, related);
    }

    private Decision serviceAccount(Attributes what, String node) {
        boolean uses = anyPod(
                node, what.namespace(), pod -> pod.spec().serviceAccountName().equals(what.name()));
        if (what.subresource().equals("token"))
            return what.verb().equals("create")
                    ? related(node, uses)
                    : no("can only create tokens for individual service accounts");
        return get(what, node, uses);
    }

    private boolean anyPod(String node, String namespace, Predicate<Pod> uses) {
        if (namespace.isEmpty()) return false;
        for (var entry : cluster.get().list(Pods.DEFINITION, namespace)) {
            Pod pod = Pod.of(entry.value().tree());
            if (pod.spec().nodeName().equals(node) && uses.test(pod)) return true;
        }
        return false;
    }

    private static Decision related(String node, boolean related) {
        return related
                ? new Decision.Allowed("")
                : no("no relationship found between node '" + node + "' and this object");
    }

    // ---- itself ----

    private static Decision own(Attributes what, String node, boolean rightPlace, String called) {
        if (!OWN.contains(what.verb())) return no("can only get, create, update, patch, or delete a " + called);
        if (!what.subresource().isEmpty() || !rightPlace) return no("can only access its own " + called);
        // The name of what is created is not known here; admission looks at it.
        boolean its = what.verb().equals("create") || what.name().equals(node);
        return its
                ? new Decision.Allowed("")
                : no("can only access " + called + " with the same name as the requesting node");
    }

    private Decision slice(Attributes what, String node) {
        if (!what.subresource().isEmpty()) return no("cannot authorize ResourceSlice subresources");
        return switch (what.verb()) {
            case "create" -> new Decision.Allowed(""); // whose it is to be, admission looks at
            case "get", "update", "patch", "delete" -> related(node, isSliceOf(node, what.name()));
            case "list", "watch", "deletecollection" ->
                what.fields().exactValue("spec.nodeName").filter(node::equals).isPresent()
                        ? new Decision.Allowed("")
                        : no("can only list/watch/deletecollection resourceslices with nodeName field selector");
            default ->
                no("only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch,"
                        + " delete, deletecollection");
        };
    }

    private boolean isSliceOf(String node, String slice) {
        return cluster.get()
                .find(ResourceSlices.DEFINITION, "", slice)
                .filter(stored -> stored.tree().object("spec").text("nodeName").equals(node))
                .isPresent();
    }

    private Decision node(Attributes what, String node) {
        if (!READ.contains(what.verb()) || !what.subresource().isEmpty()) return byRules(what);
        String name = nameOf(what);
        if (name.equals(node)) return new Decision.Allowed("");
        String other = name.isEmpty() ? "all nodes" : "'" + name + "'";
        return no("node '" + node + "' cannot read " + other + ", only its own Node object");
    }

    private Decision pod(Attributes what, String node) {
        if (!READ.contains(what.verb()) || !what.subresource().isEmpty()) return byRules(what);
        if (what.verb().equals("get"))
            return related(
                    node, anyPod(node, what.namespace(), pod -> pod.name().equals(what.name())));
        return what.fields().exactValue("spec.nodeName").filter(node::equals).isPresent()
                ? new Decision.Allowed("")
                : no("can only list/watch pods with spec.nodeName field selector");
    }

    private static Decision no(String reason) {
        return new Decision.NoOpinion(reason);
    }
}
