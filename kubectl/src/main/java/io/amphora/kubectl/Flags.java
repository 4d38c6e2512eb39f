package io.amphora.kubectl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The flags of a command line, parsed as kubectl's are: `--name value`, `--name=value`, `-n value`, `-nvalue`,
/// `-Aw`, and
/// everything after `--` taken as it is.
public final class Flags {

    enum Type {
        BOOLEAN,
        TEXT,
        LIST
    }

    /// @param shorthand one letter, 0 for none
    /// @param implied the value of `--name` without one, "" when it needs one
    record Flag(String name, char shorthand, Type type, String implied) {}

    /// The flags that a command knows.
    public static final class Known {
        private final Map<String, Flag> byName = new LinkedHashMap<>();

        public Known bool(String name) {
            return add(new Flag(name, (char) 0, Type.BOOLEAN, "true"));
        }

        public Known bool(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.BOOLEAN, "true"));
        }

        public Known text(String name) {
            return add(new Flag(name, (char) 0, Type.TEXT, ""));
        }

        public Known text(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.TEXT, ""));
        }

        /// A flag that may stand without a value, and then has this one.
        public Known optional(String name, String implied) {
            return add(new Flag(name, (char) 0, Type.TEXT, implied));
        }

        public Known list(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.LIST, ""));
        }

        private Known add(Flag flag) {
            byName.put(flag.name(), flag);
            return this;
        }

        private @Nullable Flag byLetter(char letter) {
            for (Flag flag : byName.values()) if (flag.shorthand() == letter) return flag;
            return null;
        }
    }

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private List<String> afterDashes = List.of();

    private Flags() {}

    /// @param command for messages: `get`, `rollout status`
    public static Flags parse(String command, List<String> words, Known known) {
        var flags = new Flags();
        String hint = "\nSee 'kubectl " + command + " --help' for usage.";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                flags.afterDashes = List.copyOf(words.subList(i + 1, words.size()));
                break;
            }
            if (word.startsWith("--")) {
                int equals = word.indexOf('=');
                String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
                Flag flag = known.byName.get(name);
                if (flag == null) throw Failure.plain("error: unknown flag: --" + name + hint);
                if (equals >= 0) flags.put(flag, word.substring(equals + 1));
                else if (!flag.implied().isEmpty()) flags.put(flag, flag.implied());
                else if (i + 1 < words.size()) flags.put(flag, words.get(++i));
                else throw Failure.plain("error: flag needs an argument: --" + name + hint);
            } else if (word.startsWith("-") && word.length() > 1) {
                for (int at = 1; at < word.length(); at++) {
                    char letter = word.charAt(at);
                    Flag flag = known.byLetter(letter);
                    if (flag == null)
                        throw Failure.plain("error: unknown shorthand flag: '" + letter + "' in " + word + hint);
                    if (flag.type() == Type.BOOLEAN && !(at + 1 < word.length() && word.charAt(at + 1) == '=')) {
                        flags.put(flag, "true");
                        continue;
                    }
                    String rest = word.substring(at + 1);
                    if (rest.startsWith("=")) rest = rest.substring(1);
                    else if (rest.isEmpty()) {
                        if (i + 1 >= words.size())
                            throw Failure.plain("error: flag needs an argument: '" + letter + "' in " + word + hint);
                        rest = words.get(++i);
                    }
                    flags.put(flag, rest);
                    break;
                }
            } else {
                flags.arguments.add(word);
            }
        }
        return flags;
    }

    private void put(Flag flag, String value) {
        List<String> all = values.computeIfAbsent(flag.name(), any -> new ArrayList<>());
        if (flag.type() != Type.LIST) all.clear();
        all.add(value);
    }

    public List<String> arguments() {
        return List.copyOf(arguments);
    }

    /// What followed `--`.
    public List<String> afterDashes() {
        return afterDashes;
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public boolean isSet(String name) {
        return text(name).equals("true");
    }

    /// A boolean flag that is true unless it says otherwise.
    public boolean isUnlessDenied(String name) {
        return !text(name).equals("false");
    }

    public String text(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getLast();
    }

    public String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    public List<String> list(String name) {
        return values.getOrDefault(name, List.of());
    }

    public int whole(String name, int otherwise) {
        if (!has(name)) return otherwise;
        try {
            return Integer.parseInt(text(name));
        } catch (NumberFormatException wrong) {
            throw Failure.plain("error: invalid argument \"" + text(name) + "\" for \"--" + name
                    + "\" flag: strconv.ParseInt: parsing \"" + text(name) + "\": invalid syntax");
        }
    }
}
