package io.amphora.runtime;

import io.amphora.machinery.io.Bounded;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs this machine's programs.
public final class Processes {
    /// Where system programs may lie although a user's PATH does not name it.
    private static final List<String> MORE_PATHS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Processes() {}

    /// Lists of a large node's containers, images or rules are below it.
    private static final int MOST_OUTPUT = 32 << 20;
    private static final int MOST_ERRORS = 64 << 10;

    /// What a program said: all of its output, the end of its errors.
    public record Result(int exitCode, String output, String errors) {
        public boolean ok() {
            return exitCode == 0;
        }
    }

    /// Writes what a program reads.
    public interface Input {
        void writeTo(OutputStream out) throws IOException;
    }

    public static Result run(String... command) throws IOException {
        return run(List.of(command), null);
    }

    /// Runs a program to its end.
    public static Result run(List<String> command, @Nullable Input input) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectInput(
                        input == null
                                ? ProcessBuilder.Redirect.from(new File("/dev/null"))
                                : ProcessBuilder.Redirect.PIPE)
                .start();
        var errors = new StringBuilder();
        var reader = Thread.ofVirtual().start(() -> errors.append(errors(process.getErrorStream())));
        var writer = input == null
                ? null
                : Thread.ofVirtual().start(() -> {
                    try (var out = process.getOutputStream()) {
                        input.writeTo(out);
                    } catch (IOException theProgramEnded) {
                        // what it says about it is what counts
                    }
                });
        try {
            String output = output(process, command.getFirst());
            reader.join();
            if (writer != null) writer.join();
            return new Result(process.waitFor(), output, errors.toString());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        }
    }

    /// Like [#run], but a program that fails is an error that says what it said.
    public static String check(String... command) throws IOException {
        var result = run(command);
        if (result.ok()) return result.output();
        String said = result.errors().isBlank() ? result.output() : result.errors();
        throw new IOException(
                String.join(" ", command) + ": " + (said.isBlank() ? "exit code " + result.exitCode() : said.strip()));
    }

    /// Where a program lies, if it is installed.
    public static Optional<Path> find(String program) {
        String path = System.getenv("PATH");
        return Stream.concat(
                        path == null ? Stream.empty() : Stream.of(path.split(File.pathSeparator)), MORE_PATHS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// All or nothing: a list that is cut off would be taken for a shorter one.
    private static String output(Process process, String program) throws IOException {
        try (var in = process.getInputStream()) {
            return new String(Bounded.whole(in, MOST_OUTPUT), StandardCharsets.UTF_8);
        } catch (IOException tooMuch) {
            process.destroyForcibly();
            throw new IOException(program + " says " + tooMuch.getMessage(), tooMuch);
        }
    }

    private static String errors(InputStream in) {
        try (in) {
            return new String(Bounded.tail(in, MOST_ERRORS), StandardCharsets.UTF_8);
        } catch (IOException closed) {
            return "";
        }
    }
}
