package io.amphora.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Generates the views into one folder and the schema into another.
public final class Generate {
    private Generate() {}

    public static void main(String[] arguments) throws IOException {
        Path sources = Path.of(arguments[0]);
        Path resources = Path.of(arguments[1]);
        Model model = ModelReader.read();
        new ViewWriter(sources).write(model);
        SchemaWriter.write(model, resources.resolve("io/amphora/api/schema"));
    }

    /// Writes a file unless it has that content already, so that what is not changed is not compiled again.
    static void write(Path file, String content) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(content)) return;
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
