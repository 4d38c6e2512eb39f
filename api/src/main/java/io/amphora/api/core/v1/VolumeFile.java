package io.amphora.api.core.v1;

import io.amphora.machinery.field.GoText;

/// A file of a volume; `source` says which projection it comes from, "" in a volume of one source.
record VolumeFile(String path, String source) {
    @Override
    public String toString() {
        return source.isEmpty() ? GoText.quote(path) : GoText.quote(path) + " (" + source + ")";
    }
}
