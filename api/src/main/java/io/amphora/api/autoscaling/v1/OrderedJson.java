package io.amphora.api.autoscaling.v1;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// JSON objects whose fields keep the order in which they are put: texts inside annotations are compared byte
/// by byte.
final class OrderedJson {
    private final StringBuilder out = new StringBuilder("{");

    static OrderedJson object() {
        return new OrderedJson();
    }

    static String list(List<String> items) {
        return "[" + String.join(",", items) + "]";
    }

    OrderedJson put(String name, Tree value) {
        return put(name, GoText.json(value));
    }

    /// Puts what is neither null nor empty.
    OrderedJson putPresent(String name, Tree value) {
        return value.isNull() || "".equals(value.text()) ? this : put(name, value);
    }

    /// @param json written as it is
    OrderedJson put(String name, String json) {
        if (out.length() > 1) out.append(',');
        out.append('"').append(name).append("\":").append(json);
        return this;
    }

    String text() {
        return out + "}";
    }
}
