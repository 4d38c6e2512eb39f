package io.amphora.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a command printed, as lines that read the same in every run: what is made up goes by a name, numbered by
/// order of appearance, and columns are two blanks apart. What the case itself says is not made up.
final class RecordedOutput {
    private static final Pattern KLOG = Pattern.compile("[IWEF]\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d+ +\\d+ ");
    private static final Pattern GAP = Pattern.compile("(?<=\\S)(?<!^[+-]) {2,}|(?<=\\S) *\\t[ \\t]*");
    private static final Pattern QUOTED_HASH = Pattern.compile("\"(\\$\\{hash:\\d+})\"");
    private static final Pattern NUMBERED = Pattern.compile("(\\$\\{\\w+):\\d+}");

    /// What is made up at every run, and by which name it goes.
    private record Made(String name, boolean numbered, Pattern pattern) {}

    private static final String SPAN = "(?:(?:\\d+[ydhms])+|<invalid>)";

    /// Words of these letters are hashes of templates, and what `generateName` appends.
    private static final String LETTER = "[bcdfghjklmnpqrstvwxz2456789]";

    private static final List<Made> MADE = List.of(
            plain("token", "\\beyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+"),
            numbered("uid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
            plain(
                    "time",
                    "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? ?(?:Z|[+-]\\d\\d:?\\d\\d)(?: [A-Z]{3,4}\\b)?"),
            plain("time", "[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}"),
            plain(
                    "rv",
                    "(?i)(?:(?<=\\bresourceVersion:)|(?<=\\bresourceVersion: \")|(?<=\\bresourceVersion\": \")"
                            + "|(?<=\\bresourceVersion\":\")|(?<=\\bresource version:  ))\\d+"),
            plain("mount", "(?<=kube-api-access-)[a-z0-9]{5}"),
            plain("event", "(?<=[a-z0-9}]\\.)[0-9a-f]{16}\\b"),
            plain("number", "(?:(?<=/LIVE-)|(?<=/MERGED-)|(?<=kubectl-edit-))\\d+"),
            numbered(
                    "hash",
                    "(?:(?<=[a-z0-9}]-)|(?<=hash=)|(?<=hash: )|(?<=hash: \")|(?<=hash\": \"))" + LETTER
                            + "{6,10}(?![a-z0-9])"),
            numbered("generated", "(?<=[a-z0-9}]-)" + LETTER + "{5}(?![a-z0-9])"),
            plain("minute", "(?<=[a-z0-9}]-)2\\d{7}\\b"),
            plain(
                    "age",
                    "(?:(?<=  )(?<!Seconds:  )|^)" + SPAN + "(?: \\(x\\d+ over " + SPAN + "\\))?(?=  |$)|(?<=\\()"
                            + SPAN + "(?= ago\\))"),
            numbered("ip", "(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\d.])"),
            numbered("port", "(?<![\\w.])3[0-2]\\d{3}(?![\\w.])"));

    private final String said;
    private final Map<String, String> fixed;
    private final Map<String, String> given;
    private final Map<String, Integer> counts;

    /// @param said  all that the case says
    /// @param fixed names of what the run chose, such as the folder; the longer first
    RecordedOutput(String said, Map<String, String> fixed) {
        this(said, new LinkedHashMap<>(fixed), new HashMap<>(), new HashMap<>());
    }

    private RecordedOutput(
            String said, Map<String, String> fixed, Map<String, String> given, Map<String, Integer> counts) {
        this.said = said;
        this.fixed = fixed;
        this.given = given;
        this.counts = counts;
    }

    /// Knows the same names, and learns its own from now on.
    RecordedOutput copy() {
        return new RecordedOutput(said, fixed, new HashMap<>(given), new HashMap<>(counts));
    }

    private static Made plain(String name, String pattern) {
        return new Made(name, false, Pattern.compile(pattern));
    }

    private static Made numbered(String name, String pattern) {
        return new Made(name, true, Pattern.compile(pattern));
    }

    /// @param ignored lines in which any of these is found are dropped
    /// @param sorted  for lines that come in any order
    List<String> lines(String text, List<Pattern> ignored, boolean sorted) {
        var lines = new ArrayList<String>();
        for (String line : text.lines().toList()) {
            if (KLOG.matcher(line).lookingAt()) continue;
            String normal = line(line);
            if (ignored.stream().noneMatch(each -> each.matcher(normal).find())) lines.add(normal);
        }
        if (sorted) {
            lines.replaceAll(line -> NUMBERED.matcher(line).replaceAll("$1}"));
            lines.sort(null);
        }
        return lines;
    }

    private String line(String original) {
        String text = original;
        for (var each : fixed.entrySet()) text = text.replace(each.getKey(), each.getValue());
        text = GAP.matcher(text.stripTrailing()).replaceAll("  ");
        for (Made made : MADE)
            text = made.pattern()
                    .matcher(text)
                    .replaceAll(found -> Matcher.quoteReplacement(known(made, found.group())));
        return QUOTED_HASH.matcher(text).replaceAll("$1"); // YAML quotes a hash only where it looks like a number
    }

    private String known(Made made, String value) {
        boolean mayBeSaid = !(made.name().equals("age") && value.endsWith("s"));
        if (mayBeSaid && isSaid(value)) return value;
        if (!made.numbered()) return "${" + made.name() + "}";
        return given.computeIfAbsent(
                value, any -> "${" + made.name() + ":" + counts.merge(made.name(), 1, Integer::sum) + "}");
    }

    private boolean isSaid(String value) {
        return Pattern.compile("(?<![a-z0-9])" + Pattern.quote(value) + "(?![a-z0-9])")
                .matcher(said)
                .find();
    }
}
