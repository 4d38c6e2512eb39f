package io.amphora.apiserver.admission.podsecurity;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the labels of a namespace ask of its Pods (KEP-2579).
///
/// @param enforce what Pods are refused by
/// @param warn what those who make them are warned by
public record Policy(Standard enforce, Standard warn) {
    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final List<String> MODES = List.of("enforce", "audit", "warn");
    private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");
    private static final FieldPath LABELS = FieldPath.of("metadata").child("labels");

    public enum Level {
        PRIVILEGED,
        BASELINE,
        RESTRICTED;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// A level as a version of Kubernetes has it.
    ///
    /// @param minor of Kubernetes 1; [#LATEST] for the newest
    public record Standard(Level level, int minor) {
        static final int LATEST = Integer.MAX_VALUE;

        static final Standard ANYTHING = new Standard(Level.PRIVILEGED, LATEST);

        public boolean allowsEverything() {
            return level == Level.PRIVILEGED;
        }

        @Override
        public String toString() {
            return level.text() + ":" + (minor == LATEST ? "latest" : "v1." + minor);
        }
    }

    /// With a default for what the labels do not say. `warn` follows `enforce`, as far as it has no label.
    public static Policy of(Map<String, String> labels, Level otherwise) {
        if (labels.containsKey(PREFIX + "enforce")) return of(labels);
        var complete = new HashMap<>(labels);
        complete.put(PREFIX + "enforce", otherwise.text());
        return of(complete);
    }

    /// Labels that cannot be read count as the strictest; new ones are refused anyway.
    public static Policy of(Map<String, String> labels) {
        Standard enforce = standard(labels, "enforce");
        boolean warnsApart = labels.containsKey(PREFIX + "warn") || labels.containsKey(PREFIX + "warn-version");
        return new Policy(enforce, warnsApart ? standard(labels, "warn") : enforce);
    }

    private static Standard standard(Map<String, String> labels, String mode) {
        String level = labels.getOrDefault(PREFIX + mode, Level.PRIVILEGED.text());
        String version = labels.getOrDefault(PREFIX + mode + "-version", "latest");
        return new Standard(level(level), minor(version));
    }

    private static Level level(String text) {
        for (Level level : Level.values()) if (level.text().equals(text)) return level;
        return Level.RESTRICTED;
    }

    private static int minor(String text) {
        Matcher version = VERSION.matcher(text);
        return version.matches() ? Integer.parseInt(version.group(1)) : Standard.LATEST;
    }

    /// Says which labels cannot be read.
    public static void validate(Map<String, String> labels, FieldErrors errors) {
        for (String mode : MODES) {
            String level = labels.get(PREFIX + mode);
            if (level != null
                    && !List.of("privileged", "baseline", "restricted").contains(level))
                errors.invalid(LABELS.key(PREFIX + mode), level, "must be one of privileged, baseline, restricted");
            String version = labels.get(PREFIX + mode + "-version");
            if (version != null
                    && !version.equals("latest")
                    && !VERSION.matcher(version).matches())
                errors.invalid(LABELS.key(PREFIX + mode + "-version"), version, "must be \"latest\" or \"v1.x\"");
        }
    }

    /// Whether Pods that were fine before may not be any more.
    public static boolean isStricter(Standard now, Standard before) {
        boolean laxer = now.minor() == before.minor() && now.level().compareTo(before.level()) <= 0;
        return !now.equals(before) && !now.allowsEverything() && !laxer;
    }
}
