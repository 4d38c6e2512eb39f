package io.amphora.kubectl;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/// `--raw`: a request as it is said, and the answer as it comes.
public final class Raw {
    private Raw() {}

    public static void request(Session session, String method) {
        String path = session.flags().text("raw");
        if (!path.startsWith("/"))
            throw Failure.error("--raw must be a valid URL path: parse \"" + path + "\": invalid URI for request");
        try (InputStream answer = session.connection().text(method, path, Map.of(), body(session))) {
            answer.transferTo(session.console().out());
        } catch (IOException broken) {
            throw Failure.error(String.valueOf(broken.getMessage()));
        }
    }

    private static byte[] body(Session session) throws IOException {
        var files = session.flags().list("filename");
        if (files.isEmpty()) return new byte[0];
        if (files.size() != 1) throw Failure.error("--raw can only use a single local file or stdin");
        return files.getFirst().equals("-")
                ? session.console().in().readAllBytes()
                : session.bytes(files.getFirst(), "");
    }
}
