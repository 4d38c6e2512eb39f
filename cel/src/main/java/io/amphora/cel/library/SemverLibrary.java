package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.amphora.cel.CelException;
import io.amphora.cel.value.Opaque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Semantic versions (semver.org, 2.0.0); build metadata does not count in comparisons.
final class SemverLibrary implements Library {
    private static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final Pattern FORM = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(?:-((?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
            + "(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");

    record Version(long major, long minor, long patch, String pre, String build)
            implements Opaque, Comparable<Version> {
        @Override
        public String typeName() {
            return SEMVER.name();
        }

        @Override
        public int compareTo(Version other) {
            int numbers = Long.compareUnsigned(major, other.major);
            if (numbers == 0) numbers = Long.compareUnsigned(minor, other.minor);
            if (numbers == 0) numbers = Long.compareUnsigned(patch, other.patch);
            if (numbers != 0) return numbers;
            if (pre.isEmpty() || other.pre.isEmpty()) return Boolean.compare(pre.isEmpty(), other.pre.isEmpty());
            String[] ours = pre.split("\\.");
            String[] theirs = other.pre.split("\\.");
            for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
                int part = compareParts(ours[i], theirs[i]);
                if (part != 0) return part;
            }
            return Integer.compare(ours.length, theirs.length);
        }

        private static int compareParts(String ours, String theirs) {
            boolean number = ours.matches("\\d+");
            if (number != theirs.matches("\\d+")) return number ? -1 : 1;
            if (number && ours.length() != theirs.length()) return Integer.compare(ours.length(), theirs.length());
            return Integer.signum(ours.compareTo(theirs));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Version version && compareTo(version) == 0;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(major * 31 * 31 + minor * 31 + patch) * 31 + pre.hashCode();
        }
    }

    @Override
    public List<CelType> types() {
        return List.of(SEMVER);
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<String, List<Overload>>();
        all.put(
                "semver",
                List.of(
                        Overload.global(
                                "string_to_semver", SEMVER, List.of(STRING), of -> parsed((String) of[0], false)),
                        Overload.global(
                                "string_bool_to_semver",
                                SEMVER,
                                List.of(STRING, BOOL),
                                of -> parsed((String) of[0], (boolean) of[1]))));
        all.put(
                "isSemver",
                List.of(
                        Overload.global(
                                "is_semver_string", BOOL, List.of(STRING), of -> parse((String) of[0], false) != null),
                        Overload.global(
                                "is_semver_string_bool",
                                BOOL,
                                List.of(STRING, BOOL),
                                of -> parse((String) of[0], (boolean) of[1]) != null)));
        all.put("major", part("semver_major", Version::major));
        all.put("minor", part("semver_minor", Version::minor));
        all.put("patch", part("semver_patch", Version::patch));
        all.put("isGreaterThan", compared("semver_is_greater_than", BOOL, sign -> sign > 0));
        all.put("isLessThan", compared("semver_is_less_than", BOOL, sign -> sign < 0));
        all.put("compareTo", compared("semver_compare_to", INT, sign -> (long) Integer.signum(sign)));
        return all;
    }

    private static List<Overload> part(String id, Function<Version, Object> part) {
        return List.of(Overload.member(id, INT, List.of(SEMVER), of -> part.apply((Version) of[0])));
    }

    private static List<Overload> compared(String id, CelType result, Function<Integer, Object> body) {
        return List.of(Overload.member(
                id, result, List.of(SEMVER, SEMVER), of -> body.apply(((Version) of[0]).compareTo((Version) of[1]))));
    }

    private static Version parsed(String text, boolean normalize) {
        Version version = parse(text, normalize);
        if (version == null) throw new CelException("No Major.Minor.Patch elements found");
        return version;
    }

    private static @Nullable Version parse(String text, boolean normalize) {
        Matcher form = FORM.matcher(normalize ? normalized(text) : text);
        if (!form.matches()) return null;
        try {
            return new Version(
                    Long.parseUnsignedLong(form.group(1)),
                    Long.parseUnsignedLong(form.group(2)),
                    Long.parseUnsignedLong(form.group(3)),
                    form.group(4) == null ? "" : form.group(4),
                    form.group(5) == null ? "" : form.group(5));
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    /// Without a leading v and leading zeros, and with the parts that are missing.
    private static String normalized(String text) {
        String bare = text.startsWith("v") ? text.substring(1) : text;
        String[] parts = bare.split("\\.", 3);
        for (int i = 0; i < Math.min(parts.length, 3); i++) {
            String number = parts[i].replaceFirst("^0+(?=\\d)", "");
            parts[i] = number;
        }
        if (parts.length == 3) return String.join(".", parts);
        if (parts[parts.length - 1].matches(".*[+-].*")) return bare;
        return String.join(".", parts) + ".0".repeat(3 - parts.length);
    }
}
