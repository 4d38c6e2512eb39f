package io.amphora.kubelet.container;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `$(NAME)` in commands, arguments and values: replaced where NAME is known, left as it is where not; `$$`
/// stands for `$`.
///
/// One expansion serves the texts of one container and puts in [#LARGEST] letters at most: variables that name
/// each other twice double in length with each step, and 40 of them would fill any heap. No kernel starts a
/// process with more.
public final class Expansion {
    static final int LARGEST = 6 << 20;

    private int room = LARGEST;

    /// @throws ConfigError when what is put in grows too large
    public String expand(String text, Function<String, @Nullable String> variables) throws ConfigError {
        var out = new StringBuilder(text.length());
        int lastEnd = text.lastIndexOf(')');
        for (int i = 0; i < text.length(); i++) {
            char here = text.charAt(i);
            if (here != '$' || i + 1 == text.length()) {
                out.append(here);
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' && i < lastEnd ? text.indexOf(')', i + 2) : -1;
            if (next == '$') {
                out.append('$');
                i++;
            } else if (end < 0) {
                out.append('$');
            } else {
                String name = text.substring(i + 2, end);
                String value = variables.apply(name);
                out.append(value == null ? "$(" + name + ")" : taken(value));
                i = end;
            }
        }
        return out.toString();
    }

    private String taken(String value) throws ConfigError {
        if (value.length() > room) throw ConfigError.config("variables expand to more than " + LARGEST + " characters");
        room -= value.length();
        return value;
    }
}
