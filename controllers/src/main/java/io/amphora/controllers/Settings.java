package io.amphora.controllers;

import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.ServiceAccount;
import io.amphora.controllers.certificates.CertificateAuthority;
import io.amphora.controllers.node.NodeLifecycleController;
import io.amphora.machinery.net.Cidr;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What controllers have to be told. Where something is missing, `*` leaves out the controllers that need it.
///
/// @param rootCertificates by which Pods know the API server, PEM
/// @param tokens signs the tokens of Secrets
/// @param authority signs certificates
/// @param podCidr all Pods' addresses, of which each node gets a part
/// @param nodeMask how many bits of an address say which node's it is
/// @param clusterDns the address of the Service that answers for the cluster's names; "" for none
/// @param nodeGrace how long a node may be silent before it counts as lost
public record Settings(
        String rootCertificates,
        @Nullable TokenIssuer tokens,
        @Nullable CertificateAuthority authority,
        @Nullable Cidr podCidr,
        int nodeMask,
        String clusterDns,
        Duration nodeGrace) {

    /// Signs tokens that do not expire. The same arguments may give different texts, all of them good.
    @FunctionalInterface
    public interface TokenIssuer {
        /// @return a JWT for the account, good as long as the Secret is there
        String issue(ServiceAccount account, Secret secret);
    }

    public Settings(String rootCertificates) {
        this(rootCertificates, null, null, null, 0, "", NodeLifecycleController.PATIENCE);
    }

    public Settings withTokens(TokenIssuer issuer) {
        return new Settings(rootCertificates, issuer, authority, podCidr, nodeMask, clusterDns, nodeGrace);
    }

    public Settings withAuthority(CertificateAuthority signer) {
        return new Settings(rootCertificates, tokens, signer, podCidr, nodeMask, clusterDns, nodeGrace);
    }

    public Settings withPodCidr(Cidr cidr, int mask) {
        return new Settings(rootCertificates, tokens, authority, cidr, mask, clusterDns, nodeGrace);
    }

    public Settings withClusterDns(String address) {
        return new Settings(rootCertificates, tokens, authority, podCidr, nodeMask, address, nodeGrace);
    }

    public Settings withNodeGrace(Duration grace) {
        return new Settings(rootCertificates, tokens, authority, podCidr, nodeMask, clusterDns, grace);
    }
}
