package io.amphora.composition;

/// What the configuration file says.
record Configuration(Registries registries, Hardening hardening) {
    static final Configuration NONE = new Configuration(Registries.NONE, Hardening.NONE);
}
