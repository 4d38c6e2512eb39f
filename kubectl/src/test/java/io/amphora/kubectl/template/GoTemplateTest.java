package io.amphora.kubectl.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What Go's own `text/template` makes of templates, right and wrong ones, is a table in `templates.txt`: after `## `
/// the template (`␤` ends a line, `!` in front forbids missing keys), below it what Go prints.
final class GoTemplateTest {
    private record Row(String template, String wanted) {}

    @TestFactory
    Stream<DynamicTest> goMakesTheSameOf() throws IOException {
        Tree pod = Json.read(resource("pod.json"));
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.template(),
                        () -> assertThat(made(row.template(), pod)).isEqualTo(row.wanted())));
    }

    @Test
    void a_template_that_calls_itself_without_end_is_told_so() {
        var result = GoTemplate.parse("{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}", true)
                .fill(Tree.of("x"));
        assertThat(result.mistake()).contains("exceeded maximum template depth");
    }

    @Test
    void what_exists_can_be_indexed() {
        Tree object = Json.read("{\"a\":{\"b\":[1,null]},\"t\":\"x\"}");
        assertThat(made("{{exists . \"a\"}} {{exists . \"a\" \"b\" 0}} {{exists . \"t\" 0}}", object))
                .isEqualTo("true true true\n");
        assertThat(made(
                        "{{exists . \"c\"}} {{exists . \"a\" \"b\" 1}} {{exists . \"a\" \"b\" 2}} {{exists .c.d}}",
                        object))
                .isEqualTo("false false false false\n");
    }

    @Test
    void bytes_that_are_no_text_come_out_as_they_are() {
        byte[] bytes = GoTemplate.parse("{{base64decode .}}", true)
                .fill(Tree.of("/wD+"))
                .bytes();
        assertThat(bytes).containsExactly(0xFF, 0x00, 0xFE);
    }

    private static String made(String row, Tree object) {
        String template = row.replace("␤", "\n");
        boolean lenient = !template.startsWith("!");
        try {
            var result = GoTemplate.parse(lenient ? template : template.substring(1), lenient)
                    .fill(object);
            String text = new String(result.bytes(), StandardCharsets.UTF_8) + "\n";
            return result.mistake().isEmpty() ? text : text + "EXEC " + result.mistake() + "\n";
        } catch (TemplateException wrong) {
            return "PARSE " + wrong.getMessage() + "\n";
        }
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        String text = "\n" + resource("templates.txt");
        for (String part : text.substring(0, text.length() - 1).split("\n## ")) {
            if (part.isEmpty()) continue;
            int end = part.indexOf('\n');
            rows.add(new Row(part.substring(0, end), part.substring(end + 1) + "\n"));
        }
        return rows;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = GoTemplateTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
