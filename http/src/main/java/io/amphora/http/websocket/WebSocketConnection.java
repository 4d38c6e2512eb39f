package io.amphora.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.amphora.http.Duplex;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpExchange.Upgrade;
import io.amphora.http.HttpExchange.UpgradeException;
import io.amphora.http.Request;
import io.amphora.http.UpgradeRefusedException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Messages over an upgraded connection (RFC 6455), the same for server and client. One thread reads, any number
/// write. Pings are answered while someone reads.
///
/// ```
/// FIN|opcode  MASK|length  [length 16/64]  [mask 32]  payload
/// ```
public final class WebSocketConnection implements AutoCloseable {
    /// Of a message that is received, fragments together, in bytes.
    public static final int MAX_MESSAGE = 16 * 1024 * 1024;

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NO_CODE = 1005;
    private static final int BROKEN = 1006;
    private static final int NOT_UTF8 = 1007;
    private static final int TOO_BIG = 1009;

    /// What [#read] brings.
    public sealed interface Message {
        record Text(String text) implements Message {}

        record Binary(byte[] bytes) implements Message {}

        /// The last: the other side closed, 1005 if without a code, 1006 if without a close frame.
        record Closed(int code, String reason) implements Message {}
    }

    private final Duplex connection;
    private final DataInputStream input;
    private final boolean client;
    private final String subprotocol;
    private final ReentrantLock writing = new ReentrantLock();
    private boolean closeSent; // guarded by writing

    private WebSocketConnection(Duplex connection, boolean client, String subprotocol) {
        this.connection = connection;
        this.input = new DataInputStream(connection.input());
        this.client = client;
        this.subprotocol = subprotocol;
    }

    // ---- opening ----

    /// The server's side: chooses the first of the client's subprotocols that is among `supported`. A client that
    /// offers none is accepted if `supported` is empty or contains "".
    public static Upgrade<WebSocketConnection> accepting(List<String> supported) {
        return request -> accept(request, offered -> agreed(offered, supported));
    }

    /// The server's side of what needs no subprotocol: the first that the client offers is as good as any.
    ///
    /// @param ignored prefix of what clients offer that is no protocol at all
    public static Upgrade<WebSocketConnection> acceptingAny(String ignored) {
        return request -> accept(
                request,
                offered -> offered.stream()
                        .filter(each -> !each.startsWith(ignored))
                        .findFirst()
                        .orElse(""));
    }

    /// Chooses among the subprotocols that a client offers; "" for none.
    private interface Agreement {
        String choose(List<String> offered) throws UpgradeException;
    }

    private static String agreed(List<String> offered, List<String> supported) throws UpgradeException {
        String chosen = offered.stream().filter(supported::contains).findFirst().orElse("");
        boolean agreed = offered.isEmpty() ? supported.isEmpty() || supported.contains("") : !chosen.isEmpty();
        if (!agreed && !supported.isEmpty())
            throw new UpgradeException(403, "none of the subprotocols " + offered + " is among " + supported);
        return chosen;
    }

    /// Whether a request asks for a WebSocket at all.
    public static boolean isAskedBy(HttpExchange request) {
        return request.asksForUpgrade() && request.tokens("upgrade").stream().anyMatch("websocket"::equalsIgnoreCase);
    }

    private static Upgrade.Accepted<WebSocketConnection> accept(HttpExchange request, Agreement agreement)
            throws UpgradeException {
        if (!isAskedBy(request)) {
            throw new UpgradeException("the request does not ask for a WebSocket");
        }
        String key = request.header("sec-websocket-key");
        if (!request.method().equals("GET") || !isKey(key)) {
            throw new UpgradeException("the WebSocket handshake is malformed");
        }
        if (!request.header("sec-websocket-version").equals("13")) {
            throw new UpgradeException("only version 13 of WebSocket is spoken");
        }
        String chosen = agreement.choose(request.tokens("sec-websocket-protocol"));
        var headers = new LinkedHashMap<String, List<String>>();
        headers.put("upgrade", List.of("websocket"));
        headers.put("sec-websocket-accept", List.of(acceptKey(key)));
        if (!chosen.isEmpty()) {
            headers.put("sec-websocket-protocol", List.of(chosen));
        }
        return new Upgrade.Accepted<>(headers, duplex -> new WebSocketConnection(duplex, false, chosen));
    }

    /// The client's side.
    ///
    /// @param subprotocols offered, best first
    /// @throws UpgradeRefusedException with the server's answer if it is no 101
    public static WebSocketConnection connect(HttpClient http, Request request, List<String> subprotocols)
            throws IOException {
        byte[] nonce = new byte[16];
        Masks.RANDOM.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        var asking = request.withHeader("connection", "Upgrade")
                .withHeader("upgrade", "websocket")
                .withHeader("sec-websocket-version", "13")
                .withHeader("sec-websocket-key", key);
        if (!subprotocols.isEmpty()) {
            asking = asking.withHeader("sec-websocket-protocol", String.join(", ", subprotocols));
        }
        var upgraded = http.upgrade(asking);
        String chosen = upgraded.header("sec-websocket-protocol");
        if (!upgraded.header("sec-websocket-accept").equals(acceptKey(key))
                || !chosen.isEmpty() && !subprotocols.contains(chosen)) {
            upgraded.connection().close();
            throw new IOException("the server's WebSocket handshake is wrong");
        }
        return new WebSocketConnection(upgraded.connection(), true, chosen);
    }

    /// As agreed in the handshake, "" for none.
    public String subprotocol() {
        return subprotocol;
    }

    // ---- reading ----

    private record Frame(boolean last, int opcode, byte[] payload) {}

    /// A violation of the protocol by the other side, with the code to close with.
    private static final class Violation extends IOException {
        final int code;

        Violation(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    /// Blocks until a message is complete. After [Message.Closed] there is nothing more.
    ///
    /// @throws IOException if the connection breaks within a frame, or the other side does not keep to the
    ///     protocol
    public Message read() throws IOException {
        try {
            return readMessage();
        } catch (Violation e) {
            close(e.code, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /// For who only writes: reads on a thread of its own, so that pings are answered, and runs `action` when the other
    /// side closes or breaks the connection. What it says is ignored.
    public void onClosed(Runnable action) {
        Thread.ofVirtual().name("websocket").start(() -> {
            try {
                while (!(read() instanceof Message.Closed)) {}
            } catch (IOException broken) {
                // closed as well
            } finally {
                action.run();
            }
        });
    }

    private Message readMessage() throws IOException {
        byte[] message = {};
        int kind = CONTINUATION;
        while (true) {
            int first = input.read();
            if (first < 0) {
                return new Message.Closed(BROKEN, "the connection ended");
            }
            Frame frame = readFrame(first, MAX_MESSAGE - message.length);
            switch (frame.opcode()) {
                case PING -> write(PONG, frame.payload(), 0, frame.payload().length);
                case PONG -> {}
                case CLOSE -> {
                    return closed(frame.payload());
                }
                case TEXT, BINARY, CONTINUATION -> {
                    if ((frame.opcode() == CONTINUATION) != (kind != CONTINUATION)) {
                        throw new Violation(PROTOCOL_ERROR, "a fragment is out of order");
                    }
                    kind = kind == CONTINUATION ? frame.opcode() : kind;
                    message = message.length == 0 ? frame.payload() : joined(message, frame.payload());
                    if (frame.last()) {
                        return kind == TEXT ? new Message.Text(text(message)) : new Message.Binary(message);
                    }
                }
                default -> throw new Violation(PROTOCOL_ERROR, "unknown opcode " + frame.opcode());
            }
        }
    }

    private Frame readFrame(int first, int most) throws IOException {
        int second = input.readUnsignedByte();
        int opcode = first & 0x0f;
        boolean last = (first & 0x80) != 0;
        boolean masked = (second & 0x80) != 0;
        long length = second & 0x7f;
        if ((first & 0x70) != 0 || opcode >= CLOSE && (!last || length > 125)) {
            throw new Violation(PROTOCOL_ERROR, "malformed frame");
        }
        if (masked == client) {
            throw new Violation(PROTOCOL_ERROR, client ? "masked frame" : "unmasked frame");
        }
        if (length == 126) {
            length = input.readUnsignedShort();
        } else if (length == 127) {
            length = input.readLong();
        }
        if (length < 0 || length > most) {
            throw new Violation(TOO_BIG, "the message is too large");
        }
        int mask = masked ? input.readInt() : 0;
        byte[] payload = new byte[(int) length];
        input.readFully(payload);
        if (mask != 0) {
            Masks.apply(mask, payload, 0, payload, 0, payload.length);
        }
        return new Frame(last, opcode, payload);
    }

    private Message.Closed closed(byte[] payload) throws IOException {
        if (payload.length == 1) {
            throw new Violation(PROTOCOL_ERROR, "malformed close");
        }
        int code = payload.length == 0 ? NO_CODE : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        String reason = payload.length <= 2 ? "" : text(Arrays.copyOfRange(payload, 2, payload.length));
        try {
            sendClose(code == NO_CODE ? NORMAL : code, "");
        } catch (IOException e) {
            // The other side has closed and did not wait for our word.
        }
        connection.close();
        return new Message.Closed(code, reason);
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static String text(byte[] bytes) throws Violation {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Violation(NOT_UTF8, "the text is not UTF-8");
        }
    }

    // ---- writing ----

    /// Sends a binary message; blocks while the other side does not read.
    public void write(byte[] bytes) throws IOException {
        write(BINARY, bytes, 0, bytes.length);
    }

    public void write(byte[] bytes, int from, int length) throws IOException {
        write(BINARY, bytes, from, length);
    }

    public void write(String text) throws IOException {
        writeText(text.getBytes(UTF_8));
    }

    /// Sends a text that is UTF-8 already.
    public void writeText(byte[] utf8) throws IOException {
        write(TEXT, utf8, 0, utf8.length);
    }

    /// @param bytes at most 125, which the other side sends back
    public void ping(byte[] bytes) throws IOException {
        write(PING, bytes, 0, bytes.length);
    }

    private void write(int opcode, byte[] bytes, int from, int length) throws IOException {
        byte[] frame = frame(opcode, bytes, from, length);
        writing.lock();
        try {
            if (closeSent) {
                throw new IOException("the WebSocket is closed");
            }
            closeSent = opcode == CLOSE;
            connection.send(frame);
        } finally {
            writing.unlock();
        }
    }

    private byte[] frame(int opcode, byte[] bytes, int from, int length) {
        int extended = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
        var frame = ByteBuffer.allocate(2 + extended + (client ? 4 : 0) + length);
        int maskBit = client ? 0x80 : 0;
        frame.put((byte) (0x80 | opcode));
        switch (extended) {
            case 0 -> frame.put((byte) (maskBit | length));
            case 2 -> frame.put((byte) (maskBit | 126)).putShort((short) length);
            default -> frame.put((byte) (maskBit | 127)).putLong(length);
        }
        if (client) {
            int mask = Masks.RANDOM.nextInt();
            frame.putInt(mask);
            Masks.apply(mask, bytes, from, frame.array(), frame.position(), length);
        } else {
            frame.put(bytes, from, length);
        }
        return frame.array();
    }

    private void sendClose(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(UTF_8);
        byte[] payload = Arrays.copyOf(new byte[] {(byte) (code >> 8), (byte) code}, 2 + Math.min(123, text.length));
        System.arraycopy(text, 0, payload, 2, payload.length - 2);
        write(CLOSE, payload, 0, payload.length);
    }

    /// Says goodbye and closes the connection; a blocked reader gets an IOException. Does nothing when closed
    /// already.
    ///
    /// @param reason beyond 123 bytes it is cut
    public void close(int code, String reason) {
        try {
            sendClose(code, reason);
        } catch (IOException e) {
            // The goodbye is a courtesy; what matters is that the connection goes.
        }
        connection.close();
    }

    @Override
    public void close() {
        close(NORMAL, "");
    }

    /// This connection as a stream of bytes: each flush is a binary message, and what comes in messages is read
    /// as
    /// one stream.
    public Duplex asDuplex() {
        return new WebSocketDuplex(this);
    }

    // ---- leaves ----

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String acceptKey(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SUFFIX).getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    /// A client masks what it sends, with bits that nobody can foresee (RFC 6455, 10.3): hence not the cluster's
    /// random source.
    private static final class Masks {
        static final SecureRandom RANDOM = new SecureRandom();

        static void apply(int mask, byte[] in, int from, byte[] out, int to, int length) {
            for (int i = 0; i < length; i++) {
                out[to + i] = (byte) (in[from + i] ^ mask >>> (24 - 8 * (i & 3)));
            }
        }
    }
}
