package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.kubectl.Connector;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The streams of a process in a container, over a WebSocket that gives each a channel (KEP-4006): standard input 0,
/// output 1, error output 2, how it ended 3, and the terminal's size 4.
final class RemoteStreams {
    private static final String PROTOCOL = "v5.channel.k8s.io";
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;
    private static final int END = 3;
    private static final int CLOSE = 255;

    private RemoteStreams() {}

    /// Copies until the process ends.
    ///
    /// @param input what it reads; null for nothing
    /// @return its exit code
    static int run(
            Session session,
            String path,
            Map<String, List<String>> query,
            @Nullable InputStream input,
            OutputStream output,
            OutputStream errors) {
        try (Connector.Channels channels = session.connection().open(path, query, PROTOCOL)) {
            if (input != null) Thread.ofVirtual().start(() -> feed(channels, input));
            for (byte[] message = channels.read(); message != null; message = channels.read()) {
                if (message.length == 0) continue;
                switch (message[0]) {
                    case OUTPUT -> write(output, message);
                    case ERRORS -> write(errors, message);
                    case END -> {
                        output.flush();
                        errors.flush();
                        return code(new String(message, 1, message.length - 1, StandardCharsets.UTF_8));
                    }
                    default -> {}
                }
            }
            return 0;
        } catch (IOException broken) {
            throw Failure.error("error reading from error stream: " + broken.getMessage());
        }
    }

    private static void write(OutputStream out, byte[] message) throws IOException {
        out.write(message, 1, message.length - 1);
        out.flush();
    }

    private static void feed(Connector.Channels channels, InputStream input) {
        byte[] buffer = new byte[32 * 1024 + 1];
        try {
            buffer[0] = INPUT;
            for (int read = input.read(buffer, 1, buffer.length - 1);
                    read >= 0;
                    read = input.read(buffer, 1, buffer.length - 1)) channels.write(buffer, 0, read + 1);
            channels.write(new byte[] {(byte) CLOSE, INPUT}, 0, 2);
        } catch (IOException ended) {
            // The process does not read any more.
        }
    }

    private static int code(String text) {
        ObjectTree status = Json.read(text).object();
        if (status.text("status").equals("Success")) return 0;
        if (status.text("reason").equals("NonZeroExitCode"))
            for (Tree cause : status.object("details").list("causes"))
                if (cause.object().text("reason").equals("ExitCode"))
                    return Integer.parseInt(cause.object().text("message"));
        throw new ApiException(status);
    }
}
