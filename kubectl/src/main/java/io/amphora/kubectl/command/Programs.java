package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;

/// Other programs: an editor, `diff`.
public final class Programs {
    private Programs() {}

    /// Runs one to its end; what it prints goes to this command's console.
    ///
    /// @param interactive whether it has the terminal, where there is one
    public static int run(Session session, List<String> command, boolean interactive) throws IOException {
        boolean terminal = interactive && session.console().out() == System.out;
        var builder = new ProcessBuilder(command)
                .directory(session.folder().toAbsolutePath().toFile());
        builder.environment().keySet().retainAll(Set.of());
        builder.environment().putAll(session.environment());
        if (terminal) builder.inheritIO();
        Process process = builder.start();
        try {
            if (!terminal) {
                process.getOutputStream().close();
                Thread errors = Thread.ofVirtual()
                        .start(() ->
                                copy(process.getErrorStream(), session.console().err()));
                copy(process.getInputStream(), session.console().out());
                errors.join();
            }
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw Failure.silent(130);
        }
    }

    private static void copy(InputStream from, PrintStream to) {
        try {
            from.transferTo(to);
            to.flush();
        } catch (IOException ended) {
            // The program is gone.
        }
    }
}
