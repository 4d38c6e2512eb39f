package io.amphora.controllers.certificates;

import io.amphora.api.authorization.v1.SubjectAccessReview;
import io.amphora.api.authorization.v1.SubjectAccessReviews;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequestCondition;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Approves, without asking anybody, what nodes need:
///
/// - the client certificate of a kubelet, for those who may `create`
///   `certificatesigningrequests/nodeclient` (bootstrap tokens) or, for their own name,
///   `…/selfnodeclient` (nodes), as kube-controller-manager does; only not that of another node
///   which is ready;
/// - the serving certificate of a kubelet for its own node. Kubernetes leaves that one to the
///   cluster's operator, who knows which addresses are whose. Here the cluster knows one: that
///   from which the node asks. So a node gets its own name and that address, unless it is no
///   node's at all or another's ([NodeClaims]); everything else waits for the operator.
public final class CertificateApproval implements Controller<CertificateSigningRequest> {
    /// Rights may be given later, and nothing tells of that.
    private static final Duration AGAIN = Duration.ofSeconds(30);

    /// A machine that joins waits for a minute.
    private static final Duration SOON = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "certificatesigningrequest-approving-controller";
    }

    @Override
    public Watches<CertificateSigningRequest> watches() {
        return Watches.of(CertificateSigningRequests.DEFINITION)
                .reads(Nodes.DEFINITION)
                .reads(Services.DEFINITION)
                .reads(EndpointSlices.DEFINITION)
                .reads(ServiceCIDRs.DEFINITION);
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
            NodeClaims claims = claims(seen);
            return switch (csr.spec().signerName()) {
                case Signers.KUBELET_CLIENT ->
                    isNodeName(node(request), claims) ? client(csr, request, claims, now) : Plan.NOTHING;
                case Signers.KUBELET_SERVING ->
                    isNodeName(node(request), claims) && isItsOwn(csr, request, claims)
                            ? approved(csr, "Auto approving kubelet serving certificate of the node's own name.", now)
                            : Plan.NOTHING;
                default -> Plan.NOTHING;
            };
        } catch (IllegalArgumentException unreadable) {
            return Plan.NOTHING;
        }
    }

    /// Whoever has a join token does not become a node that is at work; one that lost its
    /// certificate soon is not.
    private static Plan client(
            CertificateSigningRequest csr, CertificateRequest request, NodeClaims claims, Instant now) {
        boolean self = request.commonName().equals(csr.spec().username());
        if (!self && claims.isReady(node(request))) return Plan.lookAgainAt(now.plus(SOON));
        return ifAllowed(csr, self, now);
    }

    private static Plan ifAllowed(CertificateSigningRequest csr, boolean self, Instant now) {
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

    /// A node asks for its own name, and for the address that it asked from.
    private static boolean isItsOwn(CertificateSigningRequest csr, CertificateRequest request, NodeClaims claims) {
        if (!request.commonName().equals(csr.spec().username())) return false;
        if (!csr.spec().groups().contains(Signers.NODES)) return false;
        String node = node(request);
        var source = csr.spec().extra().getOrDefault(NodeClaims.SOURCE, List.of());
        return List.of(node).containsAll(request.names().dns())
                && request.names().addresses().stream()
                        .allMatch(address -> source.equals(List.of(address.toString()))
                                && claims.whyNot(address).isEmpty()
                                && claims.others(node, address.toString()).isEmpty());
    }

    /// Whether there may be a node of that name at all.
    private static boolean isNodeName(String name, NodeClaims claims) {
        return Names.isDNS1123Subdomain(name).isEmpty() && claims.whyNot(name).isEmpty();
    }

    private static String node(CertificateRequest request) {
        return request.commonName().substring(Signers.NODE_PREFIX.length());
    }

    private static NodeClaims claims(Seen seen) {
        return NodeClaims.of(
                seen.list(ServiceCIDRs.DEFINITION, ""),
                seen.find(Services.DEFINITION, "default", "kubernetes"),
                seen.find(EndpointSlices.DEFINITION, "default", "kubernetes"),
                seen.list(Nodes.DEFINITION, ""));
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
