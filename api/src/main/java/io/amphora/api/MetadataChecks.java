package io.amphora.api;

/// How often Kubernetes' validation of an update looks at an object's metadata, besides once for all kinds; a mistake
/// is told as often.
///
/// @param ofChange by `ValidateObjectMetaUpdate`: what may not change, labels, annotations, finalizers
/// @param ofObject by `ValidateObjectMeta`: as for an object that is created
public record MetadataChecks(int ofChange, int ofObject) {
    public static final MetadataChecks BOTH = new MetadataChecks(1, 1);
    public static final MetadataChecks CHANGE = new MetadataChecks(1, 0);
    public static final MetadataChecks OBJECT = new MetadataChecks(0, 1);
    public static final MetadataChecks OBJECT_TWICE = new MetadataChecks(0, 2);
    public static final MetadataChecks NONE = new MetadataChecks(0, 0);
}
