package io.amphora.api.storage.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.VolumeSpecs;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;

/// That a volume be attached to a node, and whether it is.
public final class VolumeAttachments {
    public static final ResourceDefinition<VolumeAttachment> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "VolumeAttachment", VolumeAttachment::of)
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<VolumeAttachment>builder()
                    .name()
                    .add(
                            new Columns.Column("Attacher", "string", "name", "The driver that does it.", 0),
                            (attachment, now) -> attachment.spec().attacher())
                    .text(
                            "PV",
                            "The volume.",
                            attachment -> attachment.spec().source().persistentVolumeName())
                    .text("Node", "The node.", attachment -> attachment.spec().nodeName())
                    .add(
                            "Attached",
                            "boolean",
                            "Whether it is.",
                            attachment -> attachment.status().attached())
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");

    private VolumeAttachments() {}

    private static final class Rules extends SpecAndStatus<VolumeAttachment> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        private static final String ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
        private static final int METADATA_LIMIT = 256 * 1024;
        private static final int MESSAGE_LIMIT = 1024;

        Rules() {
            super(VolumeAttachment::of);
        }

        @Override
        public void validate(VolumeAttachment attachment, FieldErrors errors) {
            VolumeAttachmentSpec spec = attachment.spec();
            spec(spec, errors);
            if (spec.attacher().isEmpty()) errors.required(SPEC.child("attacher"), "");
            else Checks.subdomain(spec.attacher(), SPEC.child("attacher"), errors);
            spec.source()
                    .findPersistentVolumeName()
                    .ifPresent(
                            name -> Checks.subdomain(name, SPEC.child("source").child("persistentVolumeName"), errors));
        }

        private static void spec(VolumeAttachmentSpec spec, FieldErrors errors) {
            Checks.required(spec.attacher(), SPEC.child("attacher"), errors);
            source(spec.source(), SPEC.child("source"), errors);
            Checks.subdomain(spec.nodeName(), SPEC.child("nodeName"), errors);
        }

        private static void source(VolumeAttachmentSource source, FieldPath at, FieldErrors errors) {
            boolean inline = source.findInlineVolumeSpec().isPresent();
            boolean named = source.findPersistentVolumeName().isPresent();
            if (inline && named) errors.forbidden(at, ONE);
            else if (inline)
                VolumeSpecs.validate(source.inlineVolumeSpec(), "", true, at.child("inlineVolumeSpec"), errors);
            else if (!named) errors.required(at, ONE);
            else if (source.persistentVolumeName().isEmpty())
                errors.required(at.child("persistentVolumeName"), "must specify non empty persistentVolumeName");
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(VolumeAttachment updated, VolumeAttachment stored, FieldErrors errors) {
            spec(updated.spec(), errors);
            Checks.immutable(updated.spec().tree(), stored.spec().tree(), SPEC, errors);
        }

        @Override
        public void validateUpdate(
                String subresource, VolumeAttachment updated, VolumeAttachment stored, FieldErrors errors) {
            VolumeAttachmentStatus status = updated.status();
            if (Parameters.size(status.attachmentMetadata()) > METADATA_LIMIT)
                errors.tooLong(STATUS.child("attachmentMetadata"), METADATA_LIMIT);
            status.findAttachError().ifPresent(error -> error(error, STATUS.child("attachError"), errors));
            status.findDetachError().ifPresent(error -> error(error, STATUS.child("detachError"), errors));
        }

        private static void error(VolumeError error, FieldPath at, FieldErrors errors) {
            if (error.message().length() > MESSAGE_LIMIT) errors.tooLong(at.child("message"), METADATA_LIMIT);
            if (error.errorCode() < 0)
                errors.invalid(at.child("errorCode"), error.errorCode(), "must be between 0 and 2147483647, inclusive");
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
