package io.amphora.controllers.certificates;

import io.amphora.api.authorization.v1.SubjectAccessReview;
import io.amphora.api.authorization.v1.SubjectAccessReviews;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequestCondition;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;

/// Approves, without asking anybody, what nodes need:
///
/// - the client certificate of a kubelet, for those who may `create` `certificatesigningrequests/nodeclient`
///   (bootstrap tokens) or, for their own name, `…/selfnodeclient` (nodes), as kube-controller-manager does;
/// - the serving certificate of a kubelet for its own node. Kubernetes leaves that one to the cluster's operator, who
///   knows which addresses are whose. Here the cluster knows: a node gets its own name, and addresses that are no
///   other node's and not the API server's.
public final class CertificateApproval implements Controller<CertificateSigningRequest> {
    /// Rights may be given later, and nothing tells of that.
    private static final Duration AGAIN = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "certificatesigningrequest-approving-controller";
    }

    @Override
    public Watches<CertificateSigningRequest> watches() {
        return Watches.of(CertificateSigningRequests.DEFINITION)
                .reads(Nodes.DEFINITION)
                .reads(Services.DEFINITION)
                .reads(EndpointSlices.DEFINITION);
    }

    @Override
    public Plan plan(CertificateSigningRequest csr, Seen seen, Instant now) {
        boolean open = csr.status().certificate().length == 0
                && !Conditions.has(csr, "Approved")
                && !Conditions.has(csr, "Denied");
        if (!open) return Plan.NOTHING;
        try {
            var request = CertificateRequest.parse(csr.spec().request());
            if (Signers.refusal(csr.spec().signerName(), request, csr.spec().usages())
                    .isPresent()) return Plan.NOTHING;
            return switch (csr.spec().signerName()) {
                case Signers.KUBELET_CLIENT -> ifAllowed(csr, request, now);
                case Signers.KUBELET_SERVING ->
                    isItsOwn(csr, request, seen)
                            ? approved(csr, "Auto approving kubelet serving certificate of the node's own name.", now)
                            : Plan.NOTHING;
                default -> Plan.NOTHING;
            };
        } catch (IllegalArgumentException unreadable) {
            return Plan.NOTHING;
        }
    }

    private static Plan ifAllowed(CertificateSigningRequest csr, CertificateRequest request, Instant now) {
        boolean self = request.commonName().equals(csr.spec().username());
        String message =
                "Auto approving " + (self ? "self " : "") + "kubelet client certificate after SubjectAccessReview.";
        return Plan.of(review(csr, self ? "selfnodeclient" : "nodeclient"))
                .then(outcomes -> outcomes.getFirst()
                        .findAnswer()
                        .filter(answer -> answer.object("status").bool("allowed"))
                        .map(allowed -> approved(csr, message, now))
                        .orElse(Plan.lookAgainAt(now.plus(AGAIN))));
    }

    private static Action review(CertificateSigningRequest csr, String subresource) {
        ObjectTree attributes = ObjectTree.of(
                "group", "certificates.k8s.io",
                "resource", "certificatesigningrequests",
                "subresource", subresource,
                "verb", "create",
                "version", "*");
        ObjectTree spec = ObjectTree.of(
                "user",
                csr.spec().username(),
                "groups",
                ListTree.from(csr.spec().groups()),
                "resourceAttributes",
                attributes);
        return Action.create(
                SubjectAccessReviews.DEFINITION,
                SubjectAccessReview.of(SubjectAccessReview.EMPTY.tree().with("spec", spec)));
    }

    private static boolean isItsOwn(CertificateSigningRequest csr, CertificateRequest request, Seen seen) {
        if (!request.commonName().equals(csr.spec().username())) return false;
        if (!csr.spec().groups().contains(Signers.NODES)) return false;
        String node = request.commonName().substring(Signers.NODE_PREFIX.length());
        Set<String> taken = addressesOfOthers(node, seen);
        return List.of(node).containsAll(request.names(GeneralName.dNSName))
                && request.names(GeneralName.iPAddress).stream().noneMatch(taken::contains);
    }

    private static Set<String> addressesOfOthers(String node, Seen seen) {
        var taken = new HashSet<String>();
        for (Node other : seen.list(Nodes.DEFINITION, ""))
            if (!other.name().equals(node)) other.status().addresses().forEach(address -> taken.add(address.address()));
        seen.find(Services.DEFINITION, "default", "kubernetes")
                .ifPresent(service -> taken.addAll(service.spec().clusterIPs()));
        seen.find(EndpointSlices.DEFINITION, "default", "kubernetes")
                .ifPresent(slice -> slice.endpoints().forEach(endpoint -> taken.addAll(endpoint.addresses())));
        return taken;
    }

    private static Plan approved(CertificateSigningRequest csr, String message, Instant now) {
        var conditions = new ArrayList<>(csr.status().conditions());
        conditions.add(CertificateSigningRequestCondition.EMPTY
                .withType("Approved")
                .withStatus("True")
                .withReason("AutoApproved")
                .withMessage(message)
                .withLastUpdateTime(now.truncatedTo(ChronoUnit.SECONDS)));
        return Plan.of(Action.updateSubresource(
                CertificateSigningRequests.DEFINITION,
                csr.withStatus(csr.status().withConditions(conditions)),
                "approval"));
    }
}
