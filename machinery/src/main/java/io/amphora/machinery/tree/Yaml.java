package io.amphora.machinery.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads and writes trees as YAML, the way Kubernetes does (sigs.k8s.io/yaml over go-yaml v2, which is YAML 1.1
/// at
/// heart).
///
/// `yes`, `on` and `y` are booleans, `010` is eight, timestamps stay text, keys become text, `<<` merges. JSON
/// is YAML
/// too.
///
/// Messages are those of go-yaml: `yaml: line 3: did not find expected key`. A server or command puts `error
/// converting
/// YAML to JSON: ` before them where Kubernetes does.
public final class Yaml {
    private Yaml() {}

    /// The first document; JSON's null when there is none.
    ///
    /// @throws JsonSyntaxException when it is no YAML, or YAML that no JSON can say
    public static Tree read(String yaml) {
        return readStrictly(yaml).tree();
    }

    /// @throws JsonSyntaxException when it is no YAML, or YAML that no JSON can say
    public static Tree read(byte[] yaml) {
        return read(new String(yaml, StandardCharsets.UTF_8));
    }

    /// Like [#read(String)], and tells the keys that stood twice, as `line 4: key "a" already set in map`. The
    /// last one
    /// holds.
    public static Json.Document readStrictly(String yaml) {
        Json.Document json = asJson(yaml);
        return json != null ? json : new YamlReader(yaml).document();
    }

    /// All documents of a file: YAML separated by lines that begin with `---`, or JSON values one after the
    /// other.
    /// Empty ones are left out. Line numbers in errors count within a document.
    public static List<Tree> readAll(String yaml) {
        if (yaml.stripLeading().startsWith("{")) {
            try {
                return Json.readAll(yaml);
            } catch (JsonSyntaxException noJson) {
                // then it is YAML in braces, or the YAML reader tells what is wrong
            }
        }
        var trees = new ArrayList<Tree>();
        for (String document : split(yaml)) {
            Tree tree = read(document);
            if (!tree.isNull()) trees.add(tree);
        }
        return trees;
    }

    /// The documents of a file as they are written, without the lines that separate them.
    public static List<String> split(String yaml) {
        var documents = new ArrayList<String>();
        int from = 0;
        for (int at = 0; at >= 0; at = next(yaml, at)) {
            if (!yaml.startsWith("---", at)) continue;
            int end = yaml.indexOf('\n', at);
            boolean bare = yaml.substring(at + 3, end < 0 ? yaml.length() : end).isBlank();
            if (at > from) documents.add(yaml.substring(from, at));
            from = bare ? (end < 0 ? yaml.length() : end + 1) : at;
        }
        if (from < yaml.length()) documents.add(yaml.substring(from));
        return documents;
    }

    /// One document in block style, keys in go-yaml's order (`a9` before `a10`), as `kubectl get -o yaml`
    /// prints it.
    public static String write(Tree tree) {
        return new YamlWriter().document(tree);
    }

    private static int next(String text, int at) {
        int line = text.indexOf('\n', at);
        return line < 0 ? -1 : line + 1;
    }

    /// The tree of a text that is plain JSON without a name twice, read several times faster; null for all
    /// others.
    private static Json.@org.jspecify.annotations.Nullable Document asJson(String yaml) {
        String start = yaml.length() > 64 ? yaml.substring(0, 64).stripLeading() : yaml.stripLeading();
        if (!start.startsWith("{") && !start.startsWith("[")) return null;
        try {
            Json.Document document = Json.readStrictly(yaml.getBytes(StandardCharsets.UTF_8));
            if (!document.duplicates().isEmpty()) return null;
            Tree tree = document.spelling().canonical(document.tree());
            return new Json.Document(tree, List.of(), Spelling.PLAIN, document.depth());
        } catch (JsonSyntaxException noJson) {
            return null;
        }
    }
}
