package io.amphora.controllers;

final class TestSettings {
    static final Settings SETTINGS = new Settings("-----BEGIN CERTIFICATE-----\n");

    private TestSettings() {}
}
