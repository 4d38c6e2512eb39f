package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Lets the user change a text with an editor of their own.
final class Editor {
    private Editor() {}

    /// @return the text as the user left it, and where it lies
    static Path edit(Session session, String text, String suffix) {
        try {
            Path folder = Path.of(session.environment().getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir")));
            Path file = Files.createTempFile(folder, "kubectl-edit-", suffix);
            Files.writeString(file, text);
            launch(session, file);
            return file;
        } catch (IOException failure) {
            throw Failure.error(String.valueOf(failure.getMessage()));
        }
    }

    private static void launch(Session session, Path file) throws IOException {
        String editor = "vi";
        for (String name : List.of("EDITOR", "KUBE_EDITOR"))
            if (!session.environment().getOrDefault(name, "").isEmpty())
                editor = session.environment().get(name);
        session.console().out().flush();
        int code = Programs.run(session, List.of("sh", "-c", editor + " \"$1\"", "sh", file.toString()), true);
        if (code != 0) throw Failure.error("there was a problem with the editor \"" + editor + "\"");
    }
}
