package io.amphora.kubectl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The flags of a command line, parsed as kubectl's are: `--name value`, `--name=value`, `-n value`, `-nvalue`,
/// `-Aw`, and everything after `--` taken as it is.
public final class Flags {

    enum Type {
        BOOLEAN,
        TEXT,
        WHOLE,
        DURATION,
        /// Every occurrence is one value.
        LIST,
        /// Every occurrence is one or more values, joined by commas.
        COMMAS
    }

    /// @param shorthand one letter, 0 for none
    /// @param implied the value of `--name` without one, "" when it needs one
    record Flag(String name, char shorthand, Type type, String implied) {
        /// How messages call it: `-o, --output`.
        String shown() {
            return shorthand == 0 ? "--" + name : "-" + shorthand + ", --" + name;
        }
    }

    /// The flags that a command knows.
    public static final class Known {
        private static final char NONE = 0;
        private final Map<String, Flag> byName = new LinkedHashMap<>();
        private final List<String> required = new ArrayList<>();
        private final Set<String> redefined = new HashSet<>();

        public Known bool(String... names) {
            for (String name : names) add(new Flag(name, NONE, Type.BOOLEAN, "true"));
            return this;
        }

        public Known bool(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.BOOLEAN, "true"));
        }

        public Known text(String... names) {
            for (String name : names) add(new Flag(name, NONE, Type.TEXT, ""));
            return this;
        }

        public Known text(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.TEXT, ""));
        }

        public Known whole(String... names) {
            for (String name : names) add(new Flag(name, NONE, Type.WHOLE, ""));
            return this;
        }

        public Known whole(String name, char shorthand, String implied) {
            return add(new Flag(name, shorthand, Type.WHOLE, implied));
        }

        public Known duration(String... names) {
            for (String name : names) add(new Flag(name, NONE, Type.DURATION, ""));
            return this;
        }

        /// A flag that may stand without a value, and then has this one.
        public Known optional(String name, String implied) {
            return add(new Flag(name, NONE, Type.TEXT, implied));
        }

        public Known list(String... names) {
            for (String name : names) add(new Flag(name, NONE, Type.LIST, ""));
            return this;
        }

        public Known list(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.LIST, ""));
        }

        public Known commas(String... names) {
            for (String name : names) add(new Flag(name, NONE, Type.COMMAS, ""));
            return this;
        }

        public Known commas(String name, char shorthand) {
            return add(new Flag(name, shorthand, Type.COMMAS, ""));
        }

        /// Flags without which the command does not begin.
        public Known require(String... names) {
            required.addAll(List.of(names));
            return this;
        }

        /// `-f`, `-R`, `-k`.
        public Known files() {
            return commas("filename", 'f').bool("recursive", 'R').text("kustomize", 'k');
        }

        /// `-o` and what goes with it.
        public Known output() {
            return text("output", 'o').text("template").bool("allow-missing-template-keys", "show-managed-fields");
        }

        public Known dryRun() {
            return optional("dry-run", "unchanged");
        }

        List<String> names() {
            return byName.values().stream().map(Flag::shown).toList();
        }

        private Known add(Flag flag) {
            if (byName.put(flag.name(), flag) != null) redefined.add(flag.name());
            return this;
        }

        private @Nullable Flag byLetter(char letter) {
            for (Flag flag : byName.values()) if (flag.shorthand() == letter) return flag;
            return null;
        }

        /// Whether a word such as `-n` or `--namespace` takes the next word as its value.
        boolean takesNext(String word) {
            if (word.contains("=")) return false;
            Flag flag = word.startsWith("--")
                    ? byName.get(word.substring(2))
                    : word.length() == 2 ? byLetter(word.charAt(1)) : null;
            return flag != null && flag.implied().isEmpty();
        }
    }

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private final Set<String> redefined;
    private int dashesAt = -1;

    private Flags(Set<String> redefined) {
        this.redefined = redefined;
    }

    /// @param command for messages: `get`, `rollout status`
    public static Flags parse(String command, List<String> words, Known known) {
        var flags = new Flags(known.redefined);
        String hint = "\nSee 'kubectl " + command + " --help' for usage.";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                flags.dashesAt = flags.arguments.size();
                flags.arguments.addAll(words.subList(i + 1, words.size()));
                break;
            }
            if (word.startsWith("--")) {
                int equals = word.indexOf('=');
                String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
                if (name.isEmpty() || name.startsWith("-"))
                    throw Failure.plain("error: bad flag syntax: " + word + hint);
                Flag flag = known.byName.get(name);
                if (flag == null) throw Failure.plain("error: unknown flag: --" + name + hint);
                if (equals >= 0) flags.put(flag, word.substring(equals + 1), hint);
                else if (!flag.implied().isEmpty()) flags.put(flag, flag.implied(), hint);
                else if (i + 1 < words.size()) flags.put(flag, words.get(++i), hint);
                else throw Failure.plain("error: flag needs an argument: --" + name + hint);
            } else if (word.startsWith("-") && word.length() > 1) {
                i += flags.shorthands(word, i + 1 < words.size() ? words.get(i + 1) : null, known, hint);
            } else {
                flags.arguments.add(word);
            }
        }
        return flags;
    }

    /// @return how many of the following words were taken
    private int shorthands(String word, @Nullable String next, Known known, String hint) {
        for (int at = 1; at < word.length(); at++) {
            char letter = word.charAt(at);
            Flag flag = known.byLetter(letter);
            if (flag == null) throw Failure.plain("error: unknown shorthand flag: '" + letter + "' in " + word + hint);
            String rest = word.substring(at + 1);
            if (rest.startsWith("=") && rest.length() > 1) {
                put(flag, rest.substring(1), hint);
                return 0;
            }
            if (!flag.implied().isEmpty()) {
                put(flag, flag.implied(), hint);
                continue;
            }
            if (!rest.isEmpty()) {
                put(flag, rest, hint);
                return 0;
            }
            if (next == null) throw Failure.plain("error: flag needs an argument: '" + letter + "' in " + word + hint);
            put(flag, next, hint);
            return 1;
        }
        return 0;
    }

    private void put(Flag flag, String value, String hint) {
        check(flag, value).ifPresent(wrong -> {
            throw Failure.plain(
                    "error: invalid argument \"" + value + "\" for \"" + flag.shown() + "\" flag: " + wrong + hint);
        });
        List<String> all = values.computeIfAbsent(flag.name(), any -> new ArrayList<>());
        if (flag.type() == Type.COMMAS) {
            if (!value.isEmpty()) all.addAll(commas(value));
            return;
        }
        if (flag.type() != Type.LIST) all.clear();
        all.add(value);
    }

    private static Optional<String> check(Flag flag, String value) {
        return switch (flag.type()) {
            case BOOLEAN ->
                value.matches("1|0|[tTfF]|true|false|TRUE|FALSE|True|False")
                        ? Optional.empty()
                        : Optional.of("strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
            case WHOLE ->
                value.matches("[-+]?\\d{1,18}")
                        ? Optional.empty()
                        : Optional.of("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
            case DURATION -> Durations.isGo(value) ? Optional.empty() : Optional.of(Durations.wrong(value));
            default -> Optional.empty();
        };
    }

    /// What commas part; a part in quotes may hold commas itself.
    private static List<String> commas(String value) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        boolean quoted = false;
        for (char letter : value.toCharArray()) {
            if (letter == '"') quoted = !quoted;
            else if (letter == ',' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else part.append(letter);
        }
        parts.add(part.toString());
        return parts;
    }

    /// Fails when a flag is missing that the command cannot do without.
    void require(Known known) {
        List<String> missing = known.required.stream()
                .filter(name -> !has(name))
                .map(name -> '"' + name + '"')
                .toList();
        if (!missing.isEmpty()) throw Failure.error("required flag(s) " + String.join(", ", missing) + " not set");
    }

    /// All words that are no flags, those after `--` included.
    public List<String> arguments() {
        return List.copyOf(arguments);
    }

    /// What stood before `--`.
    public List<String> beforeDashes() {
        return dashesAt < 0 ? arguments() : List.copyOf(arguments.subList(0, dashesAt));
    }

    /// What followed `--`.
    public List<String> afterDashes() {
        return dashesAt < 0 ? List.of() : List.copyOf(arguments.subList(dashesAt, arguments.size()));
    }

    public boolean hasDashes() {
        return dashesAt >= 0;
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /// Whether a flag that all commands have is said, and this command has none of its own by that name
    /// (`create rolebinding --user`).
    boolean hasCommon(String name) {
        return has(name) && !redefined.contains(name);
    }

    public boolean isSet(String name) {
        return text(name).matches("1|[tT]|true|TRUE|True");
    }

    /// A boolean flag that is true unless it says otherwise.
    public boolean isUnlessDenied(String name) {
        return !has(name) || isSet(name);
    }

    public String text(String name) {
        List<String> all = values.get(name);
        return all == null || all.isEmpty() ? "" : all.getLast();
    }

    public String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    public List<String> list(String name) {
        return values.getOrDefault(name, List.of());
    }

    public int whole(String name, int otherwise) {
        return has(name) ? Integer.parseInt(text(name)) : otherwise;
    }
}
