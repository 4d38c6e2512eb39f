package io.amphora.http.spdy;

import io.amphora.http.Duplex;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpExchange.Upgrade;
import io.amphora.http.HttpExchange.UpgradeException;
import io.amphora.http.Request;
import io.amphora.http.UpgradeRefusedException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Streams over an upgraded connection (SPDY/3.1), the same for server and client: what `kubectl exec`, `attach`,
/// `cp` and `port-forward` speak where they do not speak WebSocket. Has a virtual thread that reads.
///
/// ```
/// control  1|version 15|type 16|flags 8|length 24|...     SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY, ...
/// data     0|stream 31         |flags 8|length 24|bytes
/// ```
public final class SpdyConnection implements AutoCloseable {
    static final int REFUSED_STREAM = 3;
    static final int CANCEL = 5;

    private static final int VERSION = 3;
    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int HEADERS = 8;
    private static final int FIN = 1;
    private static final int UNIDIRECTIONAL = 2;
    private static final int STREAMS_MOST = 1_000;
    private static final int CONTROL_MOST = 256 * 1024;

    private final Duplex connection;
    private final DataInputStream input;
    private final Map<String, List<String>> handshake;
    private final boolean client;
    private final HeaderBlocks blocks = new HeaderBlocks();
    /// Keeps frames whole and header blocks in the order in which they were packed.
    private final ReentrantLock writing = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private final Map<Integer, SpdyStream> streams = new HashMap<>();
    private final ArrayDeque<SpdyStream> unaccepted = new ArrayDeque<>();
    private int nextId;
    private int nextPing;
    private boolean over;

    private SpdyConnection(Duplex connection, boolean client, Map<String, List<String>> handshake) {
        this.connection = connection;
        this.client = client;
        this.handshake = handshake;
        input = new DataInputStream(connection.input());
        nextId = client ? 1 : 2;
        nextPing = nextId;
        Thread.ofVirtual().name("spdy").start(this::readFrames);
    }

    // ---- opening ----

    /// The server's side.
    ///
    /// @param headers of the 101, such as the chosen `x-stream-protocol-version`
    public static Upgrade<SpdyConnection> accepting(Map<String, List<String>> headers) {
        return request -> {
            if (!isAskedBy(request)) {
                throw new UpgradeException("the request does not ask for SPDY/3.1");
            }
            var answer = new LinkedHashMap<>(headers);
            answer.put("upgrade", List.of("SPDY/3.1"));
            return new Upgrade.Accepted<>(answer, duplex -> new SpdyConnection(duplex, false, request.headers()));
        };
    }

    public static boolean isAskedBy(HttpExchange request) {
        return request.asksForUpgrade()
                && request.header("upgrade").toLowerCase(Locale.ROOT).startsWith("spdy/3.1");
    }

    /// The client's side.
    ///
    /// @throws UpgradeRefusedException with the server's answer if it is no 101
    public static SpdyConnection connect(HttpClient http, Request request) throws IOException {
        var upgraded = http.upgrade(request.withHeader("connection", "Upgrade").withHeader("upgrade", "SPDY/3.1"));
        if (!upgraded.header("upgrade").toLowerCase(Locale.ROOT).startsWith("spdy/3.1")) {
            upgraded.connection().close();
            throw new IOException("the server switched to " + upgraded.header("upgrade") + " instead of SPDY/3.1");
        }
        return new SpdyConnection(upgraded.connection(), true, upgraded.headers());
    }

    /// SPDY over any byte streams, such as a WebSocket that tunnels it.
    public static SpdyConnection over(Duplex connection, boolean client) {
        return new SpdyConnection(connection, client, Map.of());
    }

    /// The other side's headers when the connection was upgraded: of the request on a server, of the 101 on a
    /// client.
    public Map<String, List<String>> handshake() {
        return handshake;
    }

    // ---- streams ----

    /// Blocks until the other side opens a stream; empty when the connection is over.
    public Optional<SpdyStream> accept() throws IOException {
        lock.lock();
        try {
            while (unaccepted.isEmpty() && !over) {
                opened.await();
            }
            return Optional.ofNullable(unaccepted.poll());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a SPDY stream", e);
        } finally {
            lock.unlock();
        }
    }

    /// Opens a stream and blocks until the other side has replied.
    public SpdyStream open(Map<String, List<String>> headers) throws IOException {
        SpdyStream stream;
        writing.lock(); // ids have to arrive in order
        try {
            stream = register(headers);
            byte[] block = blocks.encode(headers);
            var body = ByteBuffer.allocate(10 + block.length);
            body.putInt(stream.id()).putInt(0).putShort((short) 0).put(block);
            control(SYN_STREAM, 0, body.array());
        } finally {
            writing.unlock();
        }
        stream.awaitReply();
        return stream;
    }

    private SpdyStream register(Map<String, List<String>> headers) throws IOException {
        lock.lock();
        try {
            if (over) {
                throw new IOException("the SPDY connection is closed");
            }
            var stream = new SpdyStream(this, nextId, headers);
            nextId += 2;
            streams.put(stream.id(), stream);
            return stream;
        } finally {
            lock.unlock();
        }
    }

    /// Sends a ping, which the other side answers: keeps what lies between from closing an idle connection.
    public void ping() throws IOException {
        int id;
        lock.lock();
        try {
            id = nextPing;
            nextPing += 2;
        } finally {
            lock.unlock();
        }
        control(PING, 0, ints(id));
    }

    /// Says goodbye and closes the connection; its streams fail.
    @Override
    public void close() {
        try {
            control(GOAWAY, 0, ints(0, 0));
        } catch (IOException e) {
            // The goodbye is a courtesy.
        }
        connection.close();
        end(new IOException("the SPDY connection is closed"));
    }

    // ---- frames out ----

    void data(SpdyStream stream, byte[] bytes, int from, int length, boolean last) throws IOException {
        var frame = ByteBuffer.allocate(8 + length);
        frame.putInt(stream.id()).putInt((last ? FIN : 0) << 24 | length).put(bytes, from, length);
        send(frame.array());
        forgetIfDone(stream);
    }

    void reset(SpdyStream stream, int status) {
        try {
            control(RST_STREAM, 0, ints(stream.id(), status));
        } catch (IOException e) {
            // Without a connection there is nothing left to break off.
        }
        forgetIfDone(stream);
    }

    private void control(int type, int flags, byte[] body) throws IOException {
        var frame = ByteBuffer.allocate(8 + body.length);
        frame.putShort((short) (0x8000 | VERSION)).putShort((short) type);
        frame.putInt(flags << 24 | body.length).put(body);
        send(frame.array());
    }

    private void send(byte[] frame) throws IOException {
        writing.lock();
        try {
            connection.send(frame);
        } finally {
            writing.unlock();
        }
    }

    private static byte[] ints(int... values) {
        var bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private void forgetIfDone(SpdyStream stream) {
        if (stream.isDone()) {
            lock.lock();
            try {
                streams.remove(stream.id());
            } finally {
                lock.unlock();
            }
        }
    }

    // ---- frames in ----

    private void readFrames() {
        try {
            while (true) {
                readFrame();
            }
        } catch (EOFException e) {
            end(new IOException("the other side closed the SPDY connection"));
        } catch (IOException e) {
            end(e);
        } catch (InterruptedException e) {
            end(new IOException("interrupted", e));
        } finally {
            connection.close();
            endBlocks();
        }
    }

    private void readFrame() throws IOException, InterruptedException {
        int first = input.readInt();
        int second = input.readInt();
        int flags = second >>> 24;
        int length = second & 0xffffff;
        if (first >= 0) {
            data(first, flags, input.readNBytes(length), length);
            return;
        }
        if ((first >>> 16 & 0x7fff) != VERSION || length > CONTROL_MOST) {
            throw new IOException("the other side does not speak SPDY/3.1");
        }
        byte[] body = new byte[length];
        input.readFully(body);
        var fields = ByteBuffer.wrap(body);
        switch (first & 0xffff) {
            case SYN_STREAM -> opened(flags, fields, body);
            case SYN_REPLY -> {
                var stream = find(id(fields));
                blocks.decode(body, 4); // read even if the stream is forgotten: blocks build on each other
                if (stream != null) {
                    stream.replied();
                    ended(stream, flags);
                }
            }
            case RST_STREAM -> {
                var stream = find(id(fields));
                if (stream != null) {
                    stream.fail(new IOException("the other side reset the stream"));
                    forgetIfDone(stream);
                }
            }
            case PING -> {
                int id = id(fields);
                boolean ours = (id & 1) == (client ? 1 : 0);
                if (!ours) {
                    control(PING, 0, ints(id));
                }
            }
            case HEADERS -> { // later ones mean nothing to us, but their block has to be read
                var stream = find(id(fields));
                blocks.decode(body, 4);
                if (stream != null) {
                    ended(stream, flags);
                }
            }
            default -> {} // SETTINGS, WINDOW_UPDATE; GOAWAY, which the end of the connection follows
        }
    }

    private static int id(ByteBuffer fields) throws IOException {
        if (fields.remaining() < 4) {
            throw new IOException("a SPDY frame is cut short");
        }
        return fields.getInt() & 0x7fffffff;
    }

    private void data(int id, int flags, byte[] bytes, int length) throws IOException, InterruptedException {
        if (bytes.length < length) {
            throw new EOFException();
        }
        var stream = find(id);
        if (stream != null) {
            stream.received(bytes, (flags & FIN) != 0);
            forgetIfDone(stream);
        }
    }

    private void ended(SpdyStream stream, int flags) throws InterruptedException {
        if ((flags & FIN) != 0) {
            stream.received(new byte[0], true);
            forgetIfDone(stream);
        }
    }

    private void opened(int flags, ByteBuffer fields, byte[] body) throws IOException, InterruptedException {
        int id = id(fields);
        if (body.length < 10) {
            throw new IOException("a SPDY frame is cut short");
        }
        var stream = new SpdyStream(this, id, blocks.decode(body, 10));
        boolean refused;
        lock.lock();
        try {
            refused = streams.size() >= STREAMS_MOST || streams.containsKey(id);
            if (!refused) {
                streams.put(id, stream);
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            control(RST_STREAM, 0, ints(id, REFUSED_STREAM));
            return;
        }
        if ((flags & UNIDIRECTIONAL) != 0) {
            stream.output().close();
        }
        ended(stream, flags);
        reply(id);
        lock.lock();
        try {
            unaccepted.add(stream);
            opened.signal();
        } finally {
            lock.unlock();
        }
    }

    private void reply(int id) throws IOException {
        writing.lock();
        try {
            byte[] block = blocks.encode(Map.of());
            control(
                    SYN_REPLY,
                    0,
                    ByteBuffer.allocate(4 + block.length).putInt(id).put(block).array());
        } finally {
            writing.unlock();
        }
    }

    private @Nullable SpdyStream find(int id) {
        lock.lock();
        try {
            return streams.get(id);
        } finally {
            lock.unlock();
        }
    }

    private void end(IOException cause) {
        List<SpdyStream> open;
        lock.lock();
        try {
            over = true;
            open = new ArrayList<>(streams.values());
            streams.clear();
            opened.signalAll();
        } finally {
            lock.unlock();
        }
        open.forEach(stream -> stream.fail(cause));
    }

    private void endBlocks() {
        writing.lock();
        try {
            blocks.close();
        } finally {
            writing.unlock();
        }
    }
}
