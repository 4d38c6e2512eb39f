package io.amphora.api.storage.v1;

import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// Who makes volumes of a class, and what it is told.
final class Parameters {
    private static final int NUMBER_LIMIT = 512;

    /// Of all names and values together, in bytes.
    private static final int SIZE_LIMIT = 256 * 1024;

    private Parameters() {}

    static void driver(String driver, FieldPath at, FieldErrors errors) {
        if (driver.isEmpty()) errors.required(at, "");
        else Checks.qualifiedName(driver.toLowerCase(Locale.ROOT), at, errors);
    }

    static void validate(Map<String, String> parameters, FieldPath at, FieldErrors errors) {
        if (parameters.size() > NUMBER_LIMIT) {
            errors.tooLong(at, NUMBER_LIMIT);
            return;
        }
        if (parameters.containsKey("")) errors.invalid(at, "", "field can not be empty.");
        if (size(parameters) > SIZE_LIMIT) errors.tooLong(at, SIZE_LIMIT);
    }

    /// In bytes.
    static long size(Map<String, String> map) {
        long size = 0;
        for (var entry : map.entrySet())
            size += entry.getKey().getBytes(StandardCharsets.UTF_8).length
                    + entry.getValue().getBytes(StandardCharsets.UTF_8).length;
        return size;
    }
}
