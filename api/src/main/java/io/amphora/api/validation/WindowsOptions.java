package io.amphora.api.validation;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.WindowsSecurityContextOptions;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a Pod says for nodes of one operating system: options of Windows, and fields that are no use there.
final class WindowsOptions {
    private static final int CREDENTIALS_KIB = 64;
    private static final int DOMAIN_LENGTH = 256;
    private static final int USER_LENGTH = 104;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern NET_BIOS = Pattern.compile("[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}");
    private static final String DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern DNS = Pattern.compile(DNS_LABEL + "(?:\\." + DNS_LABEL + ")*");
    private static final Pattern BAD_IN_USER = Pattern.compile("[\"/\\\\:;|=,+*?<>@\\[\\]]");
    private static final Pattern DOTS_AND_SPACES = Pattern.compile("[. ]+");

    /// Fields of a Pod's security context, and of the Pod itself, that mean nothing on Windows.
    private static final List<String> POD_CONTEXT = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "^hostUsers",
            "^hostPID",
            "^hostIPC",
            "seccompProfile",
            "fsGroup",
            "fsGroupChangePolicy",
            "sysctls",
            "^shareProcessNamespace",
            "runAsUser",
            "runAsGroup",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "seLinuxChangePolicy");

    private static final List<String> CONTAINER_CONTEXT = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup");

    private WindowsOptions() {}

    static void validate(WindowsSecurityContextOptions options, FieldPath at, FieldErrors errors) {
        options.findGmsaCredentialSpecName()
                .ifPresent(name -> Checks.subdomain(name, at.child("gmsaCredentialSpecName"), errors));
        options.findGmsaCredentialSpec().ifPresent(spec -> {
            FieldPath field = at.child("gmsaCredentialSpec");
            if (spec.isEmpty()) errors.invalid(field, spec, "gmsaCredentialSpec cannot be an empty string");
            else if (spec.getBytes(StandardCharsets.UTF_8).length > CREDENTIALS_KIB * 1024)
                errors.invalid(field, spec, "gmsaCredentialSpec size must be under " + CREDENTIALS_KIB + " KiB");
        });
        options.findRunAsUserName().ifPresent(name -> userName(name, at.child("runAsUserName"), errors));
    }

    /// `DOMAIN\USER`, the domain optional.
    private static void userName(String name, FieldPath at, FieldErrors errors) {
        String[] parts = name.split("\\\\", -1);
        if (name.isEmpty()) {
            errors.invalid(at, name, "runAsUserName cannot be an empty string");
        } else if (CONTROL.matcher(name).find()) {
            errors.invalid(at, name, "runAsUserName cannot contain control characters");
        } else if (parts.length > 2) {
            errors.invalid(at, name, "runAsUserName cannot contain more than one backslash");
        } else {
            String user = parts[parts.length - 1];
            if (parts.length == 2) domain(parts[0], name, at, errors);
            if (user.isEmpty()) errors.invalid(at, name, "runAsUserName's User cannot be empty");
            else if (user.length() > USER_LENGTH)
                errors.invalid(
                        at, name, "runAsUserName's User length must not be longer than " + USER_LENGTH + " characters");
            if (DOTS_AND_SPACES.matcher(user).matches())
                errors.invalid(at, name, "runAsUserName's User cannot contain only periods or spaces");
            if (BAD_IN_USER.matcher(user).find())
                errors.invalid(
                        at, name, "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
        }
    }

    private static void domain(String domain, String name, FieldPath at, FieldErrors errors) {
        if (domain.length() >= DOMAIN_LENGTH)
            errors.invalid(at, name, "runAsUserName's Domain length must be under " + DOMAIN_LENGTH + " characters");
        boolean dns = domain.length() > 5_000 || DNS.matcher(domain).matches();
        if (!NET_BIOS.matcher(domain).matches() && !dns)
            errors.invalid(at, name, "runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    }

    /// A Pod with one container that is a process of the host's consists of such containers.
    static void hostProcess(PodSpec spec, FieldPath at, FieldErrors errors) {
        Optional<Boolean> ofPod = spec.securityContext().windowsOptions().findHostProcess();
        int[] counts = new int[2];
        PodSpecs.eachContainer(spec, at, (container, path) -> {
            Optional<Boolean> own = container.securityContext().windowsOptions().findHostProcess();
            if (ofPod.isPresent() && own.isPresent() && !ofPod.equals(own))
                errors.invalid(
                        path.child("securityContext").child("windowsOptions").child("hostProcess"),
                        own.get(),
                        "pod hostProcess value must be identical if both are specified, was " + ofPod.get());
            counts[0]++;
            if (own.or(() -> ofPod).orElse(false)) counts[1]++;
        });
        if (counts[1] == 0) return;
        if (counts[1] != counts[0])
            errors.invalid(
                    at,
                    "",
                    "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        if (!spec.hostNetwork())
            errors.invalid(
                    at.child("hostNetwork"),
                    false,
                    "hostNetwork must be true if pod contains any hostProcess containers");
    }

    static void operatingSystem(PodSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.findOs().isEmpty()) return;
        switch (spec.os().name()) {
            case "" -> errors.required(at.child("os").child("name"), "cannot be empty");
            case "linux" -> forbidOnLinux(spec, at, errors);
            case "windows" -> forbidOnWindows(spec, at, errors);
            default -> errors.notSupported(at.child("os"), spec.os().name(), List.of("linux", "windows"));
        }
    }

    private static void forbidOnLinux(PodSpec spec, FieldPath at, FieldErrors errors) {
        String why = "windows options cannot be set for a linux pod";
        if (spec.securityContext().findWindowsOptions().isPresent())
            errors.forbidden(at.child("securityContext").child("windowsOptions"), why);
        PodSpecs.eachContainer(spec, at, (container, path) -> {
            if (container.securityContext().findWindowsOptions().isPresent())
                errors.forbidden(path.child("securityContext").child("windowsOptions"), why);
        });
    }

    private static void forbidOnWindows(PodSpec spec, FieldPath at, FieldErrors errors) {
        String why = "cannot be set for a windows pod";
        ObjectTree context = spec.securityContext().tree();
        for (String field : POD_CONTEXT) {
            boolean ofPod = field.startsWith("^");
            String name = ofPod ? field.substring(1) : field;
            ObjectTree owner = ofPod ? spec.tree() : context;
            boolean set = name.equals("hostPID") || name.equals("hostIPC") ? owner.bool(name) : owner.has(name);
            if (set)
                errors.forbidden(
                        ofPod ? at.child(name) : at.child("securityContext").child(name), why);
        }
        PodSpecs.eachContainer(spec, at, (Container container, FieldPath path) -> {
            for (String name : CONTAINER_CONTEXT)
                if (container.securityContext().tree().has(name))
                    errors.forbidden(path.child("securityContext").child(name), why);
        });
    }
}
