package io.amphora.api.validation;

import io.amphora.api.core.v1.AppArmorProfile;
import io.amphora.api.core.v1.PodSecurityContext;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.SeccompProfile;
import io.amphora.api.core.v1.SecurityContext;
import io.amphora.api.core.v1.Sysctl;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// What the processes of a Pod and of its containers may do on their node.
final class SecurityContexts {
    private static final int SYSCTL_LENGTH = 253;
    private static final Pattern SYSCTL =
            Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");

    /// PATH_MAX without the final zero.
    private static final int PROFILE_LENGTH = 4095;

    private static final List<String> PROFILES = List.of("Localhost", "RuntimeDefault", "Unconfined");

    private SecurityContexts() {}

    static void pod(PodSpec spec, FieldPath at, FieldErrors errors) {
        PodSecurityContext context = spec.securityContext();
        group(context.tree(), "fsGroup", at, errors);
        user(context.tree(), at, errors);
        group(context.tree(), "runAsGroup", at, errors);
        var groups = context.supplementalGroups();
        for (int i = 0; i < groups.size(); i++)
            errors.invalidAll(
                    at.child("supplementalGroups").index(i), groups.get(i), Names.isValidGroupID(groups.get(i)));
        if (spec.hostPID() && spec.shareProcessNamespace())
            errors.invalid(
                    at.child("shareProcessNamespace"),
                    true,
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        sysctls(context.sysctls(), spec, at.child("sysctls"), errors);
        context.findFsGroupChangePolicy()
                .ifPresent(policy -> Checks.supported(
                        policy, List.of("Always", "OnRootMismatch"), at.child("fsGroupChangePolicy"), errors));
        context.findSeccompProfile().ifPresent(profile -> seccomp(profile, at.child("seccompProfile"), errors));
        context.findWindowsOptions()
                .ifPresent(options -> WindowsOptions.validate(options, at.child("windowsOptions"), errors));
        context.findAppArmorProfile().ifPresent(profile -> appArmor(profile, at.child("appArmorProfile"), errors));
        context.findSupplementalGroupsPolicy()
                .ifPresent(policy -> Checks.supported(
                        policy, List.of("Merge", "Strict"), at.child("supplementalGroupsPolicy"), errors));
        context.findSeLinuxChangePolicy()
                .ifPresent(policy -> Checks.supported(
                        policy, List.of("MountOption", "Recursive"), at.child("seLinuxChangePolicy"), errors));
    }

    private static void user(ObjectTree context, FieldPath at, FieldErrors errors) {
        if (context.has("runAsUser"))
            errors.invalidAll(
                    at.child("runAsUser"), context.whole("runAsUser"), Names.isValidUserID(context.whole("runAsUser")));
    }

    private static void group(ObjectTree context, String name, FieldPath at, FieldErrors errors) {
        if (context.has(name))
            errors.invalidAll(at.child(name), context.whole(name), Names.isValidGroupID(context.whole(name)));
    }

    private static void sysctls(List<Sysctl> sysctls, PodSpec spec, FieldPath list, FieldErrors errors) {
        var seen = new HashSet<String>();
        for (int i = 0; i < sysctls.size(); i++) {
            String name = sysctls.get(i).name();
            FieldPath at = list.index(i).child("name");
            if (name.isEmpty()) errors.required(at, "");
            else if (name.length() > SYSCTL_LENGTH || !SYSCTL.matcher(name).matches())
                errors.invalid(
                        at,
                        name,
                        "must have at most " + SYSCTL_LENGTH + " characters and match regex ^" + SYSCTL + "$");
            else if (!seen.add(name)) errors.duplicate(at, name);
            String dotted = name.replace('/', '.');
            if (spec.hostNetwork() && dotted.startsWith("net."))
                errors.invalid(at, name, "may not be specified when 'hostNetwork' is true");
            else if (spec.hostIPC() && isIpc(dotted))
                errors.invalid(at, name, "may not be specified when 'hostIPC' is true");
        }
    }

    private static boolean isIpc(String sysctl) {
        return sysctl.startsWith("kernel.shm")
                || sysctl.startsWith("kernel.msg")
                || sysctl.equals("kernel.sem")
                || sysctl.startsWith("fs.mqueue.");
    }

    /// @param hostUsers whether the Pod has the host's users, as it has without user namespaces
    static void container(SecurityContext context, boolean hostUsers, FieldPath at, FieldErrors errors) {
        user(context.tree(), at, errors);
        group(context.tree(), "runAsGroup", at, errors);
        context.findProcMount().ifPresent(mount -> {
            Checks.supported(mount, List.of("Default", "Unmasked"), at.child("procMount"), errors);
            if (hostUsers && mount.equals("Unmasked"))
                errors.invalid(at.child("procMount"), mount, "`hostUsers` must be false to use `Unmasked`");
        });
        context.findSeccompProfile().ifPresent(profile -> seccomp(profile, at.child("seccompProfile"), errors));
        if (context.findAllowPrivilegeEscalation().isPresent() && !context.allowPrivilegeEscalation()) {
            if (context.privileged())
                errors.invalid(
                        at, context.tree(), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            for (String capability : context.capabilities().add())
                if (capability.equals("CAP_SYS_ADMIN"))
                    errors.invalid(
                            at,
                            context.tree(),
                            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
        context.findWindowsOptions()
                .ifPresent(options -> WindowsOptions.validate(options, at.child("windowsOptions"), errors));
        context.findAppArmorProfile().ifPresent(profile -> appArmor(profile, at.child("appArmorProfile"), errors));
    }

    private static void seccomp(SeccompProfile profile, FieldPath at, FieldErrors errors) {
        if (profile.type().isEmpty()) errors.required(at.child("type"), "type is required when seccompProfile is set");
        else Checks.supported(profile.type(), PROFILES, at.child("type"), errors);
        FieldPath localhost = at.child("localhostProfile");
        if (profile.type().equals("Localhost")) {
            if (profile.findLocalhostProfile().isEmpty())
                errors.required(localhost, "must be set when seccomp type is Localhost");
            else Checks.descendingPath(profile.localhostProfile(), localhost, errors);
        } else if (profile.findLocalhostProfile().isPresent()) {
            errors.invalid(localhost, profile.tree(), "can only be set when seccomp type is Localhost");
        }
    }

    private static void appArmor(AppArmorProfile profile, FieldPath at, FieldErrors errors) {
        FieldPath localhost = at.child("localhostProfile");
        String name = profile.localhostProfile();
        switch (profile.type()) {
            case "Localhost" -> {
                if (name.isEmpty()) errors.required(localhost, "must be set when AppArmor type is Localhost");
                else if (!name.equals(name.strip()))
                    errors.invalid(localhost, name, "must not be padded with whitespace");
                if (name.length() > PROFILE_LENGTH) errors.tooLong(localhost, PROFILE_LENGTH);
            }
            case "RuntimeDefault", "Unconfined" -> {
                if (profile.findLocalhostProfile().isPresent())
                    errors.invalid(localhost, name, "can only be set when AppArmor type is Localhost");
            }
            case "" -> errors.required(at.child("type"), "type is required when appArmorProfile is set");
            default -> errors.notSupported(at.child("type"), profile.type(), PROFILES);
        }
    }
}
