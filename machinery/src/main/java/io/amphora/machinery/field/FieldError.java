package io.amphora.machinery.field;

/// One thing wrong with one field. `reason` is the cause's reason on the wire, `detail` the message after
/// `field: `.
///
/// Wording follows Kubernetes' field errors: `Invalid value: "x": why`, `Required value: why`, `Unsupported
/// value: "x":
/// supported values: "a", "b"`.
public record FieldError(Reason reason, FieldPath field, String detail) {

    public enum Reason {
        NOT_FOUND("FieldValueNotFound"),
        REQUIRED("FieldValueRequired"),
        DUPLICATE("FieldValueDuplicate"),
        INVALID("FieldValueInvalid"),
        NOT_SUPPORTED("FieldValueNotSupported"),
        FORBIDDEN("FieldValueForbidden"),
        TOO_LONG("FieldValueTooLong"),
        TOO_MANY("FieldValueTooMany"),
        INTERNAL("InternalError"),
        TYPE_INVALID("FieldValueTypeInvalid");

        private final String wire;

        Reason(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }
    }

    @Override
    public String toString() {
        return field + ": " + detail;
    }
}
