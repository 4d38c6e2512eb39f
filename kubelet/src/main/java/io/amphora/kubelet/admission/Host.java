package io.amphora.kubelet.admission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which security modules the kernel of this machine has.
///
/// @param appArmor whether it enforces profiles
/// @param seLinux whether it enforces labels, which the runtime is not told
public record Host(boolean appArmor, boolean seLinux) {
    private static final Path APP_ARMOR = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    public static Host read() {
        return new Host(hasAppArmor(), Files.exists(SELINUX));
    }

    private static boolean hasAppArmor() {
        try {
            return Files.exists(APP_ARMOR) && Files.readString(APP_ARMOR).startsWith("Y");
        } catch (IOException unreadable) {
            return false;
        }
    }
}
