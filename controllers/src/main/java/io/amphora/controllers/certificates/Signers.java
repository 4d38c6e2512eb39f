package io.amphora.controllers.certificates;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The signers of the cluster itself, and what each of them signs (Kubernetes documentation, "Certificates and
/// Certificate Signing Requests", "Kubernetes signers").
final class Signers {
    static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";
    static final String LEGACY = "kubernetes.io/legacy-unknown";

    static final String NODES = "system:nodes";
    private static final String MASTERS = "system:masters";
    static final String NODE_PREFIX = "system:node:";

    private static final Set<String> ALWAYS_ALLOWED = Set.of("digital signature", "key encipherment");

    private Signers() {}

    static boolean isOurs(String signer) {
        return List.of(CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY).contains(signer);
    }

    /// Why a signer does not sign; empty when it does.
    static Optional<String> refusal(String signer, CertificateRequest request, List<String> usages) {
        return switch (signer) {
            case CLIENT -> user(request).or(() -> clientUsages(usages));
            case KUBELET_CLIENT -> node(request).or(() -> kubeletClient(request, usages));
            case KUBELET_SERVING -> node(request).or(() -> kubeletServing(request, usages));
            default -> user(request);
        };
    }

    /// Admission keeps requests for this group out; what came in before it did is not signed
    /// either.
    private static Optional<String> user(CertificateRequest request) {
        if (request.organizations().contains(MASTERS)) return Optional.of("the group " + MASTERS + " is not allowed");
        return request.commonName().isEmpty() ? Optional.of("subject common name is required") : Optional.empty();
    }

    private static Optional<String> clientUsages(List<String> usages) {
        for (String usage : usages)
            if (!usage.equals("client auth") && !ALWAYS_ALLOWED.contains(usage))
                return Optional.of("invalid usage for client certificate: " + usage);
        return usages.contains("client auth")
                ? Optional.empty()
                : Optional.of("missing required usage for client certificate: client auth");
    }

    private static Optional<String> node(CertificateRequest request) {
        if (!request.organizations().equals(List.of(NODES)))
            return Optional.of("subject organization is not system:nodes");
        return request.ofAuthority() ? Optional.of("a node is no certificate authority") : Optional.empty();
    }

    private static Optional<String> kubeletClient(CertificateRequest request, List<String> usages) {
        if (!request.names().dns().isEmpty()) return Optional.of("DNS subjectAltNames are not allowed");
        if (!request.names().emails().isEmpty()) return Optional.of("email subjectAltNames are not allowed");
        if (!request.names().addresses().isEmpty()) return Optional.of("IP subjectAltNames are not allowed");
        if (!request.names().uris().isEmpty()) return Optional.of("URI subjectAltNames are not allowed");
        return commonName(request).or(() -> exactly("client auth", usages));
    }

    private static Optional<String> kubeletServing(CertificateRequest request, List<String> usages) {
        boolean named =
                !request.names().dns().isEmpty() || !request.names().addresses().isEmpty();
        if (!named) return Optional.of("DNS or IP subjectAltName is required");
        if (!request.names().emails().isEmpty()) return Optional.of("email subjectAltNames are not allowed");
        if (!request.names().uris().isEmpty()) return Optional.of("URI subjectAltNames are not allowed");
        return exactly("server auth", usages).or(() -> commonName(request));
    }

    private static Optional<String> commonName(CertificateRequest request) {
        return request.commonName().startsWith(NODE_PREFIX)
                        && request.commonName().length() > NODE_PREFIX.length()
                ? Optional.empty()
                : Optional.of("subject common name does not begin with system:node:");
    }

    /// The one purpose and a digital signature, and at most key encipherment besides.
    private static Optional<String> exactly(String purpose, List<String> usages) {
        var others = new ArrayList<>(usages);
        boolean both = others.remove(purpose) && others.remove("digital signature");
        others.remove("key encipherment");
        return both && others.isEmpty()
                ? Optional.empty()
                : Optional.of("usages did not match [" + purpose + " digital signature]");
    }
}
