package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class YamlMistakesTest {
    @TempDir
    Path folder;

    @Test
    void each_malformed_file_is_named_with_line_and_column() throws IOException {
        Files.writeString(folder.resolve("good.yaml"), "kind: ConfigMap\n---\nkind: Secret\n");
        Path first = Files.writeString(folder.resolve("a.yaml"), "kind: ConfigMap\ndata: {a: b: c}\n");
        Path second = Files.writeString(
                folder.resolve("b.yml"), "kind: ConfigMap\n---\nkind: Secret\nmetadata: {name: s}\ndata: {a: b: c}\n");
        Files.writeString(folder.resolve("notes.txt"), "a: b: c");
        assertThat(YamlMistakes.in(folder)).hasSize(2);
        assertThat(YamlMistakes.in(folder).getFirst()).startsWith(first + " line 2, column 12: ");
        assertThat(YamlMistakes.in(folder).getLast()).startsWith(second + " line 5, column 12: ");
        assertThat(YamlMistakes.in(folder.resolve("good.yaml"))).isEmpty();
    }
}
