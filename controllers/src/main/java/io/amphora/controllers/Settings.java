package io.amphora.controllers;

import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.ServiceAccount;
import org.jspecify.annotations.Nullable;

/// What controllers have to be told.
///
/// @param rootCertificates by which Pods know the API server, PEM
/// @param tokens signs the tokens of Secrets; null where nobody can: then such Secrets stay empty
public record Settings(String rootCertificates, @Nullable TokenIssuer tokens) {

    /// Signs tokens that do not expire. The same arguments may give different texts, all of them good.
    @FunctionalInterface
    public interface TokenIssuer {
        /// @return a JWT for the account, good as long as the Secret is there
        String issue(ServiceAccount account, Secret secret);
    }

    public Settings(String rootCertificates) {
        this(rootCertificates, null);
    }

    public Settings withTokens(TokenIssuer issuer) {
        return new Settings(rootCertificates, issuer);
    }
}
