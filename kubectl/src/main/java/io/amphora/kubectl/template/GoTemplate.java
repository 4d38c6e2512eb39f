package io.amphora.kubectl.template;

import io.amphora.kubectl.template.Node.Statement;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Map;

/// A template in the language of Go's `text/template`, with the functions that kubectl gives it.
public final class GoTemplate {
    private static final String NAME = "output";

    private final String text;
    private final boolean lenient;
    private final Map<String, List<Statement>> templates;

    private GoTemplate(String text, boolean lenient) {
        this.text = text;
        this.lenient = lenient;
        this.templates = Parser.parse(NAME, text);
    }

    /// What a template made of a value, and what stopped it, if anything did.
    ///
    /// @param bytes up to there
    /// @param mistake "" for none
    public record Result(byte[] bytes, String mistake) {}

    /// @param lenient whether an entry that a map has not is `<no value>`, rather than a mistake
    /// @throws TemplateException for what is no template
    public static GoTemplate parse(String template, boolean lenient) {
        return new GoTemplate(Bytes.of(template), lenient);
    }

    public Result fill(Tree tree) {
        var out = new StringBuilder();
        Value root = Value.of(tree);
        String mistake = "";
        try {
            new Execution(new Execution.Setting(NAME, text, lenient, templates, out), NAME, root, 0)
                    .run(templates.getOrDefault(NAME, List.of()), root);
        } catch (TemplateException wrong) {
            mistake = String.valueOf(wrong.getMessage());
        } catch (StackOverflowError tooDeep) { // a template that calls itself without end
            mistake = "template: " + NAME + ": exceeded maximum template depth (100000)";
        }
        return new Result(Bytes.raw(out.toString()), mistake);
    }
}
