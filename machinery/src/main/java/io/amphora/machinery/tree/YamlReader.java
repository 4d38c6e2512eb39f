package io.amphora.machinery.tree;

import io.amphora.machinery.field.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ScannerException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds the tree of one YAML document from the parser's events. The parser is YAML 1.2's; what words mean is
/// decided
/// here.
final class YamlReader {
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    /// Members that merges may copy, all together.
    private static final long MOST_MERGED = 100_000;

    /// Bytes that aliases may stand for, all together: as many as a request may have.
    private static final long MOST_ALIASED = 3 << 20;

    private final String text;
    private final Iterator<Event> events;
    private final List<String> duplicates = new ArrayList<>();
    private final Map<String, Tree> anchors = new HashMap<>();
    private final Map<String, Integer> weights = new HashMap<>();
    private int nodes;
    private int aliased;
    private long aliasedBytes;
    /// Members that merges copied: nested ones copy all that is inside them at each level.
    private long merged;

    private int depth;
    private int deepest;

    YamlReader(String text) {
        this.text = text;
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    Json.Document document() {
        try {
            Event event = events.next();
            while (event.getEventId() == Event.ID.StreamStart || event.getEventId() == Event.ID.DocumentStart)
                event = events.next();
            Tree tree = event.getEventId() == Event.ID.StreamEnd ? Tree.NULL : node(event);
            return new Json.Document(tree, duplicates, Spelling.PLAIN, depthOf(tree));
        } catch (MarkedYamlEngineException wrong) {
            throw syntax(wrong);
        } catch (YamlEngineException wrong) {
            throw new JsonSyntaxException("yaml: control characters are not allowed", 0, 0);
        }
    }

    /// What aliases stand for may be deeper than the text that they stand in.
    private int depthOf(Tree tree) {
        if (aliased == 0) return deepest;
        if (TreeSize.exceeds(tree, Long.MAX_VALUE, Json.DEEPEST_TEXT)) throw tooDeep();
        return Json.DEEPEST_TEXT;
    }

    private static JsonSyntaxException tooDeep() {
        return new JsonSyntaxException("yaml: exceeded max depth", 0, 0);
    }

    private Tree node(Event event) {
        if (event instanceof AliasEvent alias) return alias(alias);
        int before = nodes++;
        Optional<String> anchor = ((NodeEvent) event).getAnchor().map(found -> found.getValue());
        anchor.ifPresent(anchors::remove);
        anchor.ifPresent(name -> weights.put(name, -1));
        if (++depth > Json.DEEPEST_TEXT) throw tooDeep();
        deepest = Math.max(deepest, depth);
        Tree tree = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case MappingStartEvent mapping -> mapping();
            case CollectionStartEvent sequence -> sequence();
            default -> throw new IllegalStateException("unexpected " + event);
        };
        depth--;
        anchor.ifPresent(name -> {
            anchors.put(name, tree);
            weights.put(name, nodes - before);
        });
        return tree;
    }

    /// An alias shares the tree it names; but it is weighed, for the text of the whole may still be too large
    /// to write.
    private Tree alias(AliasEvent alias) {
        String name = alias.getAlias().getValue();
        Tree tree = anchors.get(name);
        if (tree == null)
            throw new JsonSyntaxException(
                    weights.getOrDefault(name, 0) < 0
                            ? "yaml: anchor '" + name + "' value contains itself"
                            : "yaml: unknown anchor '" + name + "' referenced",
                    line(alias),
                    0);
        int weight = weights.getOrDefault(name, 1);
        nodes += weight;
        aliased += weight;
        if (aliased > 100 && nodes > 1000 && (double) aliased / nodes > allowedShare(nodes))
            throw new JsonSyntaxException("yaml: document contains excessive aliasing", line(alias), 0);
        aliasedBytes += TreeSize.bytes(tree, MOST_ALIASED - aliasedBytes);
        if (aliasedBytes > MOST_ALIASED)
            throw new JsonSyntaxException("yaml: document contains excessive aliasing", line(alias), 0);
        return tree;
    }

    /// The larger a document, the less of it may be aliases: 99 % up to 400,000 nodes, 10 % from four million on.
    private static double allowedShare(int nodes) {
        if (nodes <= 400_000) return 0.99;
        if (nodes >= 4_000_000) return 0.10;
        return 0.99 - 0.89 * (nodes - 400_000) / 3_600_000;
    }

    private ListTree sequence() {
        var items = new ArrayList<Tree>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next())
            items.add(node(next));
        return items.isEmpty() ? ListTree.EMPTY : new ListTree(items);
    }

    private ObjectTree mapping() {
        var values = new LinkedHashMap<String, Tree>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            if (isMerge(next)) {
                Event merged = events.next();
                merge(values, node(merged), merged, true);
                continue;
            }
            Tree key = node(next);
            String name = name(key);
            Event value = events.next();
            int line = line(value);
            Tree tree = node(value);
            if (values.put(name, tree) != null) duplicate(line, key);
        }
        var builder = ObjectTree.builder();
        values.forEach(builder::put);
        return builder.build();
    }

    private static boolean isMerge(Event event) {
        return event instanceof ScalarEvent scalar
                && scalar.isPlain()
                && scalar.getValue().equals("<<");
    }

    private void merge(Map<String, Tree> values, Tree merged, Event event, boolean listAllowed) {
        switch (merged) {
            case ObjectTree object -> {
                this.merged += object.size();
                if (this.merged > MOST_MERGED)
                    throw new JsonSyntaxException("yaml: document contains excessive aliasing", line(event), 0);
                object.forEach(entry -> {
                    if (values.put(entry.getKey(), entry.getValue()) != null)
                        duplicate(line(event), Tree.of(entry.getKey()));
                });
            }
            case ListTree list
            when listAllowed -> list.items().reversed().forEach(item -> merge(values, item, event, false));
            default ->
                throw new JsonSyntaxException(
                        "yaml: map merge requires map or sequence of maps as the value", line(event), 0);
        }
    }

    private void duplicate(int line, Tree key) {
        String shown = key instanceof Tree.Text(var name) ? GoText.quote(name) : key.toString();
        duplicates.add("line " + line + ": key " + shown + " already set in map");
    }

    /// Keys of JSON are texts: numbers and booleans become theirs.
    private static String name(Tree key) {
        return switch (key) {
            case Tree.Text(var text) -> text;
            case Tree.Whole(var number) -> Long.toString(number);
            case Tree.Bool(var bool) -> Boolean.toString(bool);
            case Tree.Decimal(var number) -> GoNumbers.shortest((float) number);
            case Tree.Null ignored ->
                throw new JsonSyntaxException("unsupported map key of type: %!s(<nil>), key: <nil>", 0, 0);
            default -> throw new JsonSyntaxException("yaml: invalid map key: " + GoText.print(key), 0, 0);
        };
    }

    private Tree scalar(ScalarEvent scalar) {
        String tag = scalar.getTag().orElse("");
        String value = scalar.getValue();
        if (tag.isEmpty() && !scalar.isPlain()) return Tree.of(value);
        Tree resolved = YamlScalars.resolve(value);
        Tree tree = switch (tag) {
            case "" -> resolved;
            case "tag:yaml.org,2002:binary" -> binary(value);
            case "tag:yaml.org,2002:int" -> demand(resolved, resolved instanceof Tree.Whole, value, "int");
            case "tag:yaml.org,2002:float" ->
                demand(resolved, resolved instanceof Tree.Whole || resolved instanceof Tree.Decimal, value, "float");
            case "tag:yaml.org,2002:bool" -> demand(resolved, resolved instanceof Tree.Bool, value, "bool");
            case "tag:yaml.org,2002:null" -> demand(resolved, resolved.isNull(), value, "null");
            default -> Tree.of(value);
        };
        if (tree instanceof Tree.Decimal(var number) && !Double.isFinite(number))
            throw new JsonSyntaxException(
                    "json: unsupported value: " + (Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf"),
                    line(scalar),
                    0);
        return tree;
    }

    private static Tree demand(Tree resolved, boolean fits, String value, String wanted) {
        if (fits) return resolved;
        String has = switch (resolved) {
            case Tree.Text ignored -> "str";
            case Tree.Whole ignored -> "int";
            case Tree.Decimal ignored -> "float";
            case Tree.Bool ignored -> "bool";
            default -> "null";
        };
        throw new JsonSyntaxException("yaml: cannot decode !!" + has + " `" + value + "` as a !!" + wanted, 0, 0);
    }

    private static Tree binary(String value) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(value);
            return Tree.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException wrong) {
            throw new JsonSyntaxException("yaml: !!binary value contains invalid base64 data", 0, 0);
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /// go-yaml's message. Its line numbers are peculiar: the parser's count from zero and zero is not told, the
    /// scanner's from one except on the first line; and the end of the text is a line of its own.
    private JsonSyntaxException syntax(MarkedYamlEngineException wrong) {
        String problem = problem(wrong);
        Mark mark = wrong.getProblemMark().or(wrong::getContextMark).orElse(null);
        if (mark == null) return new JsonSyntaxException("yaml: " + problem, 0, 0);
        boolean scanner = wrong instanceof ScannerException;
        boolean atEnd = mark.getColumn() > 0 && mark.getIndex() >= text.codePointCount(0, text.length());
        int line = mark.getLine() + (atEnd && (!scanner || problem.startsWith("could not find")) ? 1 : 0);
        if (line == 0) line = wrong.getContextMark().map(Mark::getLine).orElse(0);
        else if (scanner) line++;
        String where = line == 0 ? "" : "line " + line + ": ";
        return new JsonSyntaxException("yaml: " + where + problem, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /// The same complaint in the words of libyaml, which go-yaml descends from.
    private static String problem(MarkedYamlEngineException wrong) {
        String problem = String.valueOf(wrong.getProblem());
        String context = String.valueOf(wrong.getContext());
        for (String[] words : WORDS) if (problem.startsWith(words[0]) && context.contains(words[1])) return words[2];
        return problem;
    }

    private static final String[][] WORDS = {
        {"expected the node content", "", "did not find expected node content"},
        {"expected <block end>", "block mapping", "did not find expected key"},
        {"expected <block end>", "block collection", "did not find expected '-' indicator"},
        {"expected ',' or ']'", "", "did not find expected ',' or ']'"},
        {"expected ',' or '}'", "", "did not find expected ',' or '}'"},
        {"expected '<document start>'", "", "did not find expected <document start>"},
        {"mapping values are not allowed", "", "mapping values are not allowed in this context"},
        {"sequence entries are not allowed", "", "block sequence entries are not allowed in this context"},
        {"mapping keys are not allowed", "", "mapping keys are not allowed in this context"},
        {"found a key after", "", "found character that cannot start any token"},
        {"found character", "", "found character that cannot start any token"},
        {"found unexpected document separator", "", "found unexpected document indicator"},
        {"found unknown escape character", "", "found unknown escape character"},
        {"expected escape sequence", "", "did not find expected hexdecimal number"},
        {"expected alphabetic or numeric character", "", "did not find expected alphabetic or numeric character"},
        {"unexpected character found", "", "did not find expected alphabetic or numeric character"},
        {"expected chomping", "", "did not find expected comment or line break"},
        {"expected a comment or a line break", "", "did not find expected comment or line break"},
        {"expected indentation indicator", "", "found an indentation indicator equal to 0"},
        {"found undefined tag handle", "", "found undefined tag handle"},
        {"duplicate tag handle", "", "found duplicate %TAG directive"},
        {"found duplicate YAML directive", "", "found duplicate %YAML directive"},
    };
}
