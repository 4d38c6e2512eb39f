package io.amphora.client;

/// The four ways to say what changes, by content type.
public enum PatchType {
    /// RFC 6902.
    JSON("application/json-patch+json"),
    /// RFC 7386.
    MERGE("application/merge-patch+json"),
    /// Merge that knows which lists are maps; only for built-in kinds.
    STRATEGIC("application/strategic-merge-patch+json"),
    /// Server-side apply (KEP-555).
    APPLY("application/apply-patch+yaml");

    private final String contentType;

    PatchType(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }
}
