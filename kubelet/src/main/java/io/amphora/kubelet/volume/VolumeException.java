package io.amphora.kubelet.volume;

/// A volume can't be had (yet); the message goes into the event `FailedMount`.
public final class VolumeException extends Exception {
    public VolumeException(String message) {
        super(message);
    }

    static VolumeException of(String volume, Throwable cause) {
        return new VolumeException("MountVolume.SetUp failed for volume \"" + volume + "\" : " + cause.getMessage());
    }
}
