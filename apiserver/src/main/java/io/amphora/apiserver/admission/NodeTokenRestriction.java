package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.storage.v1.CSIDrivers;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.PodReferences;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.stream.Stream;

/// A kubelet gets tokens of service accounts only for the Pods that are bound to its node, for as long as these are
/// there, and for those whom they name as audiences (a part of NodeRestriction in Kubernetes).
public final class NodeTokenRestriction implements AdmissionPlugin {
    private static final String AUDIENCE_VERB = "request-serviceaccounts-token-audience";

    private final Authorizer authorizer;

    /// @param authorizer says who may name other audiences
    public NodeTokenRestriction(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public String name() {
        return "NodeRestriction";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean concerned = request.operation() == Operation.CREATE
                && request.resource().qualifiedName().equals("serviceaccounts")
                && request.subresource().equals("token")
                && request.user().in(User.NODES);
        if (!concerned) return;
        ObjectTree spec = object.object("spec");
        Pod pod = pod(request, spec.object("boundObjectRef"));
        boolean its =
                request.user().findNode().filter(pod.spec().nodeName()::equals).isPresent();
        if (!its) throw forbidden(request, "node requested token bound to a pod scheduled on a different node");
        audiences(request, pod, spec.list("audiences"));
    }

    private static Pod pod(AdmissionRequest request, ObjectTree bound) {
        boolean pod = bound.text("apiVersion").equals("v1")
                && bound.text("kind").equals("Pod")
                && !bound.text("name").isEmpty();
        if (!pod) throw forbidden(request, "node requested token not bound to a pod");
        String uid = bound.text("uid");
        if (uid.isEmpty()) throw forbidden(request, "node requested token with a pod binding without a uid");
        Stored stored = request.cluster()
                .find(Pods.DEFINITION, request.namespace(), bound.text("name"))
                .orElseThrow(() -> ApiException.notFound(Pods.DEFINITION, bound.text("name")));
        if (!stored.metadata().text("uid").equals(uid))
            throw forbidden(
                    request,
                    "the UID in the bound object reference (" + uid + ") does not match the UID in record. The object"
                            + " might have been deleted and then recreated");
        return Pod.of(stored.tree());
    }

    // ---- for whom ----

    private void audiences(AdmissionRequest request, Pod pod, ListTree audiences) {
        if (audiences.size() > 1) throw forbidden(request, "node may only request 0 or 1 audiences");
        String audience = audiences.isEmpty() ? "" : audiences.get(0) instanceof Tree.Text(var text) ? text : "";
        boolean named = ofTokens(pod).anyMatch(audience::equals)
                || drivers(request, pod).anyMatch(driver -> asksFor(request, driver, audience));
        if (named || mayAskFor(request, audience)) return;
        throw forbidden(request, "audience \"" + audience + "\" not found in pod spec volume");
    }

    private static Stream<ObjectTree> volumes(Pod pod) {
        return pod.spec().tree().list("volumes").stream().map(Tree::object);
    }

    private static Stream<String> ofTokens(Pod pod) {
        return volumes(pod)
                .flatMap(volume -> volume.object("projected").list("sources").stream())
                .filter(source -> source.object().has("serviceAccountToken"))
                .map(source -> source.object().object("serviceAccountToken").text("audience"));
    }

    /// The CSI drivers of a Pod's volumes, which may be given its tokens.
    private static Stream<String> drivers(AdmissionRequest request, Pod pod) {
        Stream<ObjectTree> inline = volumes(pod).map(volume -> volume.object("csi"));
        return Stream.concat(inline, claimed(request, pod))
                .map(csi -> csi.text("driver"))
                .filter(driver -> !driver.isEmpty());
    }

    private static Stream<ObjectTree> claimed(AdmissionRequest request, Pod pod) {
        return Stream.concat(
                        PodReferences.of(pod.spec(), "persistentvolumeclaims").stream(),
                        PodReferences.ownClaims(pod.name(), pod.spec()).stream())
                .flatMap(claim ->
                        request.cluster().find(PersistentVolumeClaims.DEFINITION, request.namespace(), claim).stream())
                .map(claim -> claim.tree().object("spec").text("volumeName"))
                .flatMap(volume -> request.cluster().find(PersistentVolumes.DEFINITION, "", volume).stream())
                .map(volume -> volume.tree().object("spec").object("csi"));
    }

    private static boolean asksFor(AdmissionRequest request, String driver, String audience) {
        return request.cluster().find(CSIDrivers.DEFINITION, "", driver).stream()
                .flatMap(stored -> stored.tree().object("spec").list("tokenRequests").stream())
                .anyMatch(each -> each.object().text("audience").equals(audience));
    }

    /// Administrators may let nodes ask for more, as for credential providers of image registries.
    private boolean mayAskFor(AdmissionRequest request, String audience) {
        var what = Attributes.of(request.user(), AUDIENCE_VERB, "", audience, "", request.namespace(), request.name());
        return !audience.isEmpty() && authorizer.decide(what) instanceof Authorizer.Decision.Allowed;
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
