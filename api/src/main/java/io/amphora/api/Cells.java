package io.amphora.api;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.meta.v1.OwnerReference;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Cells of tables that several kinds have.
public final class Cells {
    public static final String NONE = "<none>";
    public static final String UNSET = "<unset>";
    public static final String UNKNOWN = "<unknown>";

    private Cells() {}

    public static String orNone(String text) {
        return or(text, NONE);
    }

    public static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /// `a=b,c=d`
    public static String labels(Map<String, String> labels) {
        return orNone(labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")));
    }

    /// A selector of the object form as text: `a=b,c in (d,e)`.
    public static String selector(Tree selector) {
        if (selector.isNull()) return NONE;
        try {
            return orNone(LabelSelector.of(selector).toString());
        } catch (SelectorException unreadable) {
            return "<error>";
        }
    }

    /// `statefulset.apps/web`
    public static String reference(OwnerReference owner) {
        String group = GroupVersionKind.of(owner.apiVersion(), owner.kind()).group();
        String kind = owner.kind().toLowerCase(Locale.ROOT);
        return (group.isEmpty() ? kind : kind + "." + group) + "/" + owner.name();
    }

    public static String containerNames(PodSpec spec) {
        return spec.containers().stream().map(Container::name).collect(Collectors.joining(","));
    }

    public static String containerImages(PodSpec spec) {
        return spec.containers().stream().map(Container::image).collect(Collectors.joining(","));
    }

    /// `RWO,ROX`
    public static String accessModes(List<String> modes) {
        return List.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod").stream()
                .filter(modes::contains)
                .map(mode -> switch (mode) {
                    case "ReadWriteOnce" -> "RWO";
                    case "ReadOnlyMany" -> "ROX";
                    case "ReadWriteMany" -> "RWX";
                    default -> "RWOP";
                })
                .collect(Collectors.joining(","));
    }
}
