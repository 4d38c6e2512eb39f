package io.amphora.apiserver.subresource;

import io.amphora.apiserver.request.Reply;
import io.amphora.http.Duplex;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.Request;
import io.amphora.http.spdy.SpdyConnection;
import io.amphora.http.spdy.SpdyStream;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.http.websocket.WebSocketConnection.Message;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Clients speak WebSocket, container runtimes SPDY/3.1: version 5 of the channels of `exec` and `attach` (which alone
/// can end a process's standard input) becomes streams, and the tunnel of `port-forward` is unpacked (KEP-4006).
/// Whatever else a client speaks is passed on unread.
final class StreamTranslation {
    private static final String CHANNELS = "v5.channel.k8s.io";
    private static final String STREAMS = "v4.channel.k8s.io";
    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";
    private static final String PORT_FORWARD = "portforward.k8s.io";
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;
    private static final int END = 3;
    private static final int RESIZE = 4;
    private static final int CLOSE = 255;
    private static final int BLOCK = 32 * 1024;

    private final PassThrough passing;

    StreamTranslation(PassThrough passing) {
        this.passing = passing;
    }

    /// The streams of a process.
    ///
    /// @param url    of the kubelet
    /// @param wanted among `input`, `output`, `error`, `tty`
    Reply channels(String url, Set<String> wanted) {
        return passing.by(url, Unreachable.BACKEND, (exchange, client, behind) -> {
            if (asksFor(exchange, CHANNELS)) channels(exchange, client, url, wanted, behind);
            else passing.upgrade(exchange, url, behind);
        });
    }

    /// Connections to ports of a Pod.
    ///
    /// @param url of the kubelet
    Reply tunnel(String url) {
        return passing.by(url, Unreachable.BACKEND, (exchange, client, behind) -> {
            if (asksFor(exchange, TUNNEL)) tunnel(exchange, client, url, behind);
            else passing.upgrade(exchange, url, behind);
        });
    }

    private static boolean asksFor(HttpExchange exchange, String protocol) {
        return WebSocketConnection.isAskedBy(exchange)
                && exchange.tokens("sec-websocket-protocol").contains(protocol);
    }

    private static void tunnel(HttpExchange exchange, HttpClient client, String url, Behind behind) throws IOException {
        HttpClient.Upgraded back = client.upgrade(PassThrough.request("POST", url)
                .withHeader("connection", "Upgrade")
                .withHeader("upgrade", "SPDY/3.1")
                .withHeader("x-stream-protocol-version", PORT_FORWARD));
        try (Duplex connection = behind.with(back.connection());
                WebSocketConnection front = exchange.upgrade(WebSocketConnection.accepting(List.of(TUNNEL)))) {
            Duplex.join(front.asDuplex(), connection);
        }
    }

    private static void channels(
            HttpExchange exchange, HttpClient client, String url, Set<String> wanted, Behind behind)
            throws IOException {
        Request request = PassThrough.request("POST", url).withHeader("x-stream-protocol-version", STREAMS);
        try (SpdyConnection streams = behind.with(SpdyConnection.connect(client, request));
                WebSocketConnection front = exchange.upgrade(WebSocketConnection.accepting(List.of(CHANNELS)))) {
            translate(front, streams, wanted);
        }
    }

    private static void translate(WebSocketConnection front, SpdyConnection behind, Set<String> wanted) {
        try {
            new Translated(front, behind, wanted).run();
        } catch (IOException gone) {
            // Once both sides speak, nobody is left to be told: one is gone, and with it the process's streams.
        }
    }

    /// A process between a client and its runtime.
    private static final class Translated {
        private final WebSocketConnection front;
        private final SpdyConnection behind;
        private final SpdyStream end;
        private final @Nullable SpdyStream input;
        private final @Nullable SpdyStream output;
        private final @Nullable SpdyStream errors;
        private final @Nullable SpdyStream resize;

        /// Opens the streams in the order in which runtimes expect them.
        Translated(WebSocketConnection front, SpdyConnection behind, Set<String> wanted) throws IOException {
            boolean tty = wanted.contains("tty");
            this.front = front;
            this.behind = behind;
            end = open("error");
            input = wanted.contains("input") ? open("stdin") : null;
            output = wanted.contains("output") ? open("stdout") : null;
            errors = wanted.contains("error") && !tty ? open("stderr") : null;
            resize = tty ? open("resize") : null;
        }

        private SpdyStream open(String type) throws IOException {
            return behind.open(Map.of("streamtype", List.of(type)));
        }

        void run() throws IOException {
            Thread back = Thread.ofVirtual().name("stream").start(this::back);
            try {
                forth();
            } finally {
                behind.close();
                join(back);
            }
        }

        /// What the client says, until it has closed.
        private void forth() throws IOException {
            while (true) {
                switch (front.read()) {
                    case Message.Closed _ -> {
                        return;
                    }
                    case Message.Text _ -> {} // channels are binary
                    case Message.Binary(byte[] bytes) -> take(bytes);
                }
            }
        }

        private void take(byte[] message) throws IOException {
            if (message.length == 0) return;
            switch (message[0] & 0xff) {
                case INPUT -> write(input, message);
                case RESIZE -> write(resize, message);
                case CLOSE -> {
                    if (input != null && message.length > 1 && message[1] == INPUT)
                        input.output().close();
                }
                default -> {} // no channel of a client's
            }
        }

        private static void write(@Nullable SpdyStream stream, byte[] message) throws IOException {
            if (stream == null) return;
            stream.output().write(message, 1, message.length - 1);
            stream.output().flush();
        }

        /// What the process says; how it ended comes last, as clients stop reading there.
        private void back() {
            Thread first = Thread.ofVirtual().name("stream").start(() -> read(output, OUTPUT));
            read(errors, ERRORS);
            join(first);
            read(end, END);
            front.close();
        }

        private void read(@Nullable SpdyStream stream, int channel) {
            if (stream == null) return;
            byte[] message = new byte[1 + BLOCK];
            message[0] = (byte) channel;
            try {
                for (int read = stream.input().read(message, 1, BLOCK);
                        read >= 0;
                        read = stream.input().read(message, 1, BLOCK)) front.write(message, 0, 1 + read);
            } catch (IOException gone) {
                behind.close();
            }
        }

        private static void join(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
