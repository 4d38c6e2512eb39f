package io.amphora.machinery.patch;

/// A patch that cannot be applied or made; the message is the one Kubernetes gives.
public final class PatchException extends RuntimeException {

    /// Whose fault it is, as the API server answers it.
    public enum Kind {
        /// The patch is not well-formed: 400 BadRequest.
        MALFORMED,
        /// The patch does not fit the object: 422, without a reason.
        INAPPLICABLE,
        /// What Kubernetes has no class for: 500, without a reason. Most errors of strategic merge patches are
        /// such.
        UNCLASSIFIED,
        /// More operations than are allowed: 413 RequestEntityTooLarge.
        TOO_LARGE,
        /// Both sides changed the same field since the last apply; only while making a patch.
        CONFLICT
    }

    private final Kind kind;

    public PatchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static PatchException malformed(String message) {
        return new PatchException(Kind.MALFORMED, message);
    }

    static PatchException inapplicable(String message) {
        return new PatchException(Kind.INAPPLICABLE, message);
    }

    static PatchException unclassified(String message) {
        return new PatchException(Kind.UNCLASSIFIED, message);
    }
}
