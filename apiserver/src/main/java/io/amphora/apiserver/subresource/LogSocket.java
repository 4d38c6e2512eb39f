package io.amphora.apiserver.subresource;

import io.amphora.http.HttpExchange;
import io.amphora.http.Response;
import io.amphora.http.websocket.WebSocketConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A container's log in the messages of a WebSocket: bytes, or base64 in texts for who can read only those. The first
/// message is empty: it says that the stream has begun when the log has nothing yet.
final class LogSocket {
    private static final String BASE64 = "base64.binary.k8s.io";
    private static final List<String> PROTOCOLS = List.of("", "binary.k8s.io", BASE64);
    private static final int LONGEST_MESSAGE = 2048;

    private final WebSocketConnection socket;

    private LogSocket(WebSocketConnection socket) {
        this.socket = socket;
    }

    /// @param log as the kubelet gives it
    static void carry(HttpExchange exchange, Response log, Behind behind) throws IOException {
        exchange.onClose(log::close);
        try (var _ = behind.with(log);
                WebSocketConnection socket = exchange.upgrade(WebSocketConnection.accepting(PROTOCOLS))) {
            socket.onClosed(log::close);
            new LogSocket(socket).copy(log.stream());
        }
    }

    private void copy(InputStream log) {
        var buffer = new byte[LONGEST_MESSAGE];
        try {
            send(new byte[0]);
            for (int read = log.read(buffer); read >= 0; read = log.read(buffer)) send(Arrays.copyOf(buffer, read));
        } catch (IOException gone) {
            // One of the two is, and nobody is left to be told: the WebSocket is open already.
        }
    }

    private void send(byte[] message) throws IOException {
        if (socket.subprotocol().equals(BASE64))
            socket.writeText(Base64.getEncoder().encode(message));
        else socket.write(message);
    }
}
