package io.amphora.kubelet.container;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `$(NAME)` in commands, arguments and values: replaced where NAME is known, left as it is where not; `$$`
/// stands for
/// `$`.
public final class Expansion {
    private Expansion() {}

    public static String expand(String text, Function<String, @Nullable String> variables) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char here = text.charAt(i);
            if (here != '$' || i + 1 == text.length()) {
                out.append(here);
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' ? text.indexOf(')', i + 2) : -1;
            if (next == '$') {
                out.append('$');
                i++;
            } else if (end < 0) {
                out.append('$');
            } else {
                String name = text.substring(i + 2, end);
                String value = variables.apply(name);
                out.append(value == null ? "$(" + name + ")" : value);
                i = end;
            }
        }
        return out.toString();
    }
}
