package io.amphora.kubelet.container;

/// What a Pod's spec asks for can't be had (yet): a container then waits with this reason and message.
public final class ConfigError extends Exception {
    private final String reason;

    public ConfigError(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// Of what the container refers to, something is missing or wrong.
    public static ConfigError config(String message) {
        return new ConfigError("CreateContainerConfigError", message);
    }

    public String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
