package io.amphora.runtime;

import java.util.Optional;
import java.util.regex.Pattern;

/// An image's full name: `docker.io/library/busybox:1.36`, with a tag, a digest, or both. The grammar and the
/// defaults
/// (`docker.io`, `library/`, `latest`) are those of the distribution specification's reference implementation.
///
/// @param tag "" when there is only a digest
/// @param digest `sha256:…`, or ""
public record ImageReference(String registry, String repository, String tag, String digest) {
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final String HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern REGISTRY =
            Pattern.compile("(?:" + HOST_LABEL + "(?:\\." + HOST_LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?");
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST =
            Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}");
    /// The whole name, registry included, may have so many characters.
    private static final int LONGEST = 255;

    /// Empty for what is no image name.
    public static Optional<ImageReference> parse(String name) {
        String rest = name;
        String digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            if (!DIGEST.matcher(digest).matches()) return Optional.empty();
        }
        String tag = "";
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (!TAG.matcher(tag).matches()) return Optional.empty();
        }
        String registry = "docker.io";
        int slash = rest.indexOf('/');
        if (slash >= 0 && isRegistry(rest.substring(0, slash))) {
            registry = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        if (registry.equals("index.docker.io")) registry = "docker.io";
        if (registry.equals("docker.io") && rest.indexOf('/') < 0) rest = "library/" + rest;
        if (registry.length() + 1 + rest.length() > LONGEST) return Optional.empty();
        if (!REGISTRY.matcher(registry).matches() || !REPOSITORY.matcher(rest).matches()) return Optional.empty();
        if (tag.isEmpty() && digest.isEmpty()) tag = "latest";
        return Optional.of(new ImageReference(registry, rest, tag, digest));
    }

    /// Whether what stands before the first slash names a registry rather than the first part of a path.
    private static boolean isRegistry(String head) {
        return head.indexOf('.') >= 0
                || head.indexOf(':') >= 0
                || head.equals("localhost")
                || !head.equals(head.toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
