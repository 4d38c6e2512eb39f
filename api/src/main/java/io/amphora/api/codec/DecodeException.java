package io.amphora.api.codec;

/// A body that is not what it should be; the message is the one of Kubernetes' decoder
/// (`json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`).
public final class DecodeException extends IllegalArgumentException {
    public DecodeException(String message) {
        super(message);
    }
}
