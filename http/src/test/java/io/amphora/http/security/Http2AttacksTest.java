package io.amphora.http.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.http.HttpExchange;
import io.amphora.http.HttpServer;
import io.amphora.http.Limits;
import io.amphora.http.TestCertificates;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What strangers send over HTTP/2, frame by frame, and what becomes of it.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2AttacksTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final Limits SHORT = Limits.standard()
            .withHandshake(Duration.ofMillis(300))
            .withHead(Duration.ofMillis(200))
            .withIdle(Duration.ofMillis(400));
    private static final HttpExchange.Whole TOO_LATE = new HttpExchange.Whole(504, Map.of(), "late".getBytes(UTF_8));

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /// RFC 7541: `:method`, `:scheme https`, `:path /` and `:authority x`.
    private static final byte[] GET = {(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x01, 0x01, 'x'};
    private static final byte[] POST = {(byte) 0x83, (byte) 0x87, (byte) 0x84, 0x01, 0x01, 'x'};
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};
    private static final byte[] NOTHING = {};

    private static HttpServer serve(Limits limits) throws IOException {
        return serve(limits, "hello".getBytes(UTF_8));
    }

    private static HttpServer serve(Limits limits, byte[] answer) throws IOException {
        return HttpServer.start(
                HttpServer.Options.on("127.0.0.1", 0)
                        .withTls(CERTIFICATES.server())
                        .withLimits(limits),
                exchange -> {
                    if (limits == SHORT) exchange.limit(Duration.ofMillis(300), TOO_LATE);
                    if (exchange.method().equals("POST")) exchange.body(1_000_000);
                    exchange.respond(200, Map.of(), answer);
                });
    }

    private static SSLSocket connect(HttpServer server) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        int length = payload.length;
        frame.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type});
        frame.writeBytes(new byte[] {(byte) flags, 0, 0, 0, (byte) stream});
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static byte[] opening(byte[] settings) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        bytes.writeBytes(frame(SETTINGS, 0, 0, settings));
        return bytes.toByteArray();
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    record Frame(int type, int flags, byte[] payload) {}

    private static Frame next(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        in.readInt();
        return new Frame(type, flags, in.readNBytes(length));
    }

    /// All frames that come until the server closes.
    private static List<Frame> rest(Socket socket) {
        var frames = new ArrayList<Frame>();
        try {
            while (true) frames.add(next(socket));
        } catch (IOException closed) {
            return frames;
        }
    }

    record Slow(String name, List<byte[]> frames, List<Integer> answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Slow> who_is_too_slow_is_cut_off() {
        return Stream.of(
                new Slow("TLS, and then nothing", List.of(), List.of(GOAWAY)),
                new Slow("half of a preface", List.of("PRI * HT".getBytes(US_ASCII)), List.of(GOAWAY)),
                new Slow("no request", List.of(opening(NOTHING)), List.of(GOAWAY)),
                new Slow(
                        "a header block without an end",
                        List.of(opening(NOTHING), frame(HEADERS, END_STREAM, 1, GET)),
                        List.of(GOAWAY)),
                new Slow("half of a frame", List.of(opening(NOTHING), new byte[] {0, 0, 9, HEADERS}), List.of(GOAWAY)),
                new Slow(
                        "a body that does not come",
                        List.of(opening(NOTHING), frame(HEADERS, END_HEADERS, 1, POST)),
                        List.of(HEADERS, DATA, RST_STREAM, GOAWAY)),
                new Slow(
                        "an answer for which there is no window",
                        List.of(opening(NO_WINDOW), frame(HEADERS, END_HEADERS | END_STREAM, 1, GET)),
                        List.of(HEADERS, RST_STREAM, GOAWAY)));
    }

    @ParameterizedTest
    @MethodSource
    void who_is_too_slow_is_cut_off(Slow client) throws Exception {
        try (var server = serve(SHORT);
                var socket = connect(server)) {
            for (byte[] frame : client.frames()) send(socket, frame);
            assertThat(rest(socket)).extracting(Frame::type).containsSubsequence(client.answer());
        }
    }

    @Test
    void pings_do_not_keep_a_connection_that_asks_nothing() throws Exception {
        try (var server = serve(SHORT);
                var socket = connect(server)) {
            send(socket, opening(NOTHING));
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) send(socket, frame(PING, 0, 0, new byte[8]));
                } catch (IOException closed) {
                    // as it should
                }
            });
            assertThat(rest(socket)).extracting(Frame::type).contains(GOAWAY);
        }
    }

    @Test
    void a_client_of_tcp_alone_is_cut_off_in_its_handshake() throws Exception {
        try (var server = serve(SHORT);
                var socket = new Socket("127.0.0.1", server.port())) {
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void answers_for_which_there_is_no_window_are_dropped_when_they_are_too_many() throws Exception {
        try (var server = serve(Limits.standard().withAnswerBytes(1 << 20), new byte[200_000]);
                var socket = connect(server)) {
            send(socket, opening(NO_WINDOW));
            for (int stream = 1; stream < 60; stream += 2)
                send(socket, frame(HEADERS, END_HEADERS | END_STREAM, stream, GET));
            int dropped = 0;
            while (dropped < 20) if (next(socket).type() == RST_STREAM) dropped++;
        }
    }
}
