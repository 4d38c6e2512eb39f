package io.amphora.controllers;

final class TestSettings {
    static final Settings SETTINGS =
            new Settings("-----BEGIN CERTIFICATE-----\n").withTokens((account, secret) -> "token of " + account.name());

    private TestSettings() {}
}
