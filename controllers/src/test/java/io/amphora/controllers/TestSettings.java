package io.amphora.controllers;

import io.amphora.controllers.certificates.TestAuthority;
import io.amphora.machinery.net.Cidr;
import java.time.Instant;
import java.util.Objects;

final class TestSettings {
    static final Settings SETTINGS = new Settings("-----BEGIN CERTIFICATE-----\n")
            .withTokens((account, secret) -> "token of " + account.name())
            .withAuthority(TestAuthority.signing(TestAuthority.keys(), Instant.EPOCH))
            .withPodCidr(Objects.requireNonNull(Cidr.parse("10.244.0.0/16")), 24)
            .withClusterDns("10.96.0.10");

    private TestSettings() {}
}
