package io.amphora.kubelet.admission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel of this machine can do for the safety of its Pods.
public record Host(boolean appArmor) {
    private static final Path APP_ARMOR = Path.of("/sys/module/apparmor/parameters/enabled");

    public static Host read() {
        try {
            return new Host(
                    Files.exists(APP_ARMOR) && Files.readString(APP_ARMOR).startsWith("Y"));
        } catch (IOException unreadable) {
            return new Host(false);
        }
    }
}
