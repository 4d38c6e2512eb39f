package io.amphora.http;

import io.amphora.http.Request.Body;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// HTTP/1.1 as a client speaks it, in blocking code over a byte pipe (RFC 9112): one request at a time.
final class Http1ClientConnection implements ClientPool.Connection {
    private static final int HEAD_MOST = 256 * 1024;

    private final Pipe pipe;
    private final InputStream input;
    private final Consumer<Http1ClientConnection> release;
    private boolean used;
    /// A server may answer before it has the whole body; until that is sent, the connection can take no other
    /// request.
    private volatile boolean bodySent;

    /// @param release takes the connection back when it can carry another request
    Http1ClientConnection(Pipe pipe, Consumer<Http1ClientConnection> release) {
        this.pipe = pipe;
        this.input = new BufferedInputStream(pipe.input());
        this.release = release;
    }

    boolean isQuiet() {
        return pipe.isQuiet();
    }

    void close() {
        pipe.abort();
    }

    @Override
    public Response send(Request request) throws IOException {
        return response(request, exchangeHeads(request));
    }

    HttpClient.Upgraded upgrade(Request request) throws IOException {
        var head = exchangeHeads(request);
        if (head.status() != 101) {
            throw new UpgradeRefusedException(response(request, head));
        }
        return new HttpClient.Upgraded(head.headers(), new Duplex() {
            @Override
            public InputStream input() {
                return input; // may hold bytes that came with the head
            }

            @Override
            public OutputStream output() {
                return pipe.output();
            }

            @Override
            public void send(byte[] bytes) throws IOException {
                pipe.send(bytes);
            }

            @Override
            public void close() {
                pipe.close();
            }
        });
    }

    private record Head(int status, boolean keepAlive, Map<String, List<String>> headers) {
        String header(String name) {
            var values = headers.get(name);
            return values == null ? "" : values.getLast();
        }
    }

    // ---- the request ----

    private Head exchangeHeads(Request request) throws IOException {
        boolean reused = used;
        used = true;
        pipe.deadline(request.timeout());
        try {
            try {
                write(request);
            } catch (IOException e) {
                // A server that wants no more of the body says why in its answer, if there is one.
            }
            Head head = readHead(reused);
            while (head.status() < 200 && head.status() != 101) {
                head = readHead(false);
            }
            return head;
        } catch (IOException e) {
            pipe.abort();
            if (pipe.clearDeadline()) {
                throw new SocketTimeoutException(
                        "no answer within " + request.timeout().toSeconds() + " s");
            }
            throw e;
        } finally {
            pipe.clearDeadline();
        }
    }

    private void write(Request request) throws IOException {
        var head = new StringBuilder(256);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        if (!Headers.has(request.headers(), "host")) {
            header(head, "host", request.origin().authority());
        }
        request.headers().forEach((name, values) -> values.forEach(value -> header(head, name, value)));
        boolean bodyIsUsual =
                !request.method().equals("GET") && !request.method().equals("HEAD");
        bodySent = request.body() instanceof Body.Bytes;
        switch (request.body()) {
            case Body.Bytes(byte[] bytes) -> {
                if ((bytes.length > 0 || bodyIsUsual) && !Headers.has(request.headers(), "content-length")) {
                    header(head, "content-length", Integer.toString(bytes.length));
                }
                sendHead(head);
                pipe.output().write(bytes);
                pipe.output().flush();
            }
            case Body.Stream(InputStream body) -> {
                boolean sized = Headers.has(request.headers(), "content-length");
                if (!sized) {
                    header(head, "transfer-encoding", "chunked");
                }
                sendHead(head);
                pipe.output().flush();
                HttpClient.pump(body, new RequestBody(pipe.output(), !sized), pipe::abort);
            }
        }
    }

    private void sendHead(StringBuilder head) throws IOException {
        pipe.output().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void header(StringBuilder head, String name, String value) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == ':' || c > '~')) {
            throw new IllegalArgumentException("not a header's name: " + name);
        }
        if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c > 0xff)) {
            throw new IllegalArgumentException("the value of header " + name + " has a character that may not be sent");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /// What is written goes out as chunks, or as it is where the length is known. Closing ends the body, not the
    /// connection.
    private final class RequestBody extends OutputStream {
        private final OutputStream output;
        private final boolean chunked;

        RequestBody(OutputStream output, boolean chunked) {
            this.output = output;
            this.chunked = chunked;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (!chunked) {
                output.write(bytes, from, length);
            } else if (length > 0) {
                output.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                output.write(bytes, from, length);
                output.write('\r');
                output.write('\n');
            }
        }

        @Override
        public void flush() throws IOException {
            output.flush();
        }

        @Override
        public void close() throws IOException {
            if (chunked) {
                output.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            output.flush();
            bodySent = true;
        }
    }

    // ---- the answer ----

    /// @param reused whether the server may have closed the connection before it saw the request
    private Head readHead(boolean reused) throws IOException {
        int[] left = {HEAD_MOST};
        String line;
        try {
            line = line(left);
        } catch (IOException e) {
            throw reused ? new StaleException(e) : e;
        }
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("the server does not speak HTTP/1.1");
        }
        int status;
        try {
            status = Integer.parseInt(line, 9, 12, 10);
        } catch (NumberFormatException e) {
            throw new IOException("the server answers with a bad status line", e);
        }
        var headers = new LinkedHashMap<String, List<String>>();
        for (String field = line(left); !field.isEmpty(); field = line(left)) {
            int colon = field.indexOf(':');
            if (colon <= 0) {
                throw new IOException("the server answers with a bad header");
            }
            String name = Headers.lowerCase(field.substring(0, colon));
            headers.computeIfAbsent(name, _ -> new ArrayList<>(1))
                    .add(field.substring(colon + 1).strip());
        }
        String connection =
                String.join(",", headers.getOrDefault("connection", List.of())).toLowerCase(java.util.Locale.ROOT);
        boolean keepAlive =
                line.startsWith("HTTP/1.0") ? connection.contains("keep-alive") : !connection.contains("close");
        return new Head(status, keepAlive, headers);
    }

    private String line(int[] left) throws IOException {
        var line = new StringBuilder(64);
        for (int c = input.read(); c != '\n'; c = input.read()) {
            if (c < 0) {
                throw new IOException("the server closed the connection before it answered");
            }
            if (--left[0] < 0) {
                throw new IOException("the head of the answer is too large");
            }
            line.append((char) c);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    /// Finds out where the body ends (RFC 9112, 6.3).
    private Response response(Request request, Head head) throws IOException {
        boolean empty = request.method().equals("HEAD") || head.status() == 204 || head.status() == 304;
        String length = head.header("content-length");
        InputStream body;
        if (empty || length.equals("0")) {
            body = InputStream.nullInputStream();
            finished(head.keepAlive());
        } else if (head.header("transfer-encoding").equalsIgnoreCase("chunked")) {
            body = new ResponseBody(head.keepAlive(), 0, true);
        } else if (!length.isEmpty()) {
            try {
                body = new ResponseBody(head.keepAlive(), Long.parseLong(length), false);
            } catch (NumberFormatException e) {
                pipe.abort();
                throw new IOException("the server answers with a bad content-length", e);
            }
        } else {
            body = new ResponseBody(false, Long.MAX_VALUE, false);
        }
        return new Response(
                head.status(), head.headers(), body, body instanceof ResponseBody open ? open::cancel : () -> {});
    }

    private void finished(boolean keepAlive) {
        if (keepAlive && bodySent && pipe.isQuiet()) {
            release.accept(this);
        } else {
            pipe.abort();
        }
    }

    private final class ResponseBody extends InputStream {
        private final boolean keepAlive;
        private final boolean chunked;
        /// Bytes left of the body or of the chunk; a body without any length has `Long.MAX_VALUE`.
        private long left;
        private boolean firstChunk = true;
        private volatile boolean ended;
        private volatile boolean cancelled;

        ResponseBody(boolean keepAlive, long length, boolean chunked) {
            this.keepAlive = keepAlive;
            this.chunked = chunked;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (cancelled) {
                throw new IOException("the answer was closed before its end");
            }
            if (ended || length == 0) {
                return ended ? -1 : 0;
            }
            if (chunked && left == 0 && !nextChunk()) {
                return end();
            }
            int n = input.read(into, from, (int) Math.min(length, left));
            if (n < 0) {
                if (!chunked && left == Long.MAX_VALUE) {
                    return end();
                }
                throw new IOException("the server closed the connection before the end of the answer");
            }
            if (left != Long.MAX_VALUE) {
                left -= n;
            }
            return !chunked && left == 0 ? endAfter(n) : n;
        }

        /// Frees the connection with the last byte already: few readers ask for the -1 behind it.
        private int endAfter(int n) {
            end();
            return n;
        }

        private int end() {
            ended = true;
            finished(keepAlive);
            return -1;
        }

        private boolean nextChunk() throws IOException {
            int[] budget = {HEAD_MOST};
            if (!firstChunk) {
                line(budget); // behind the bytes of a chunk
            }
            firstChunk = false;
            String size = line(budget);
            int extension = size.indexOf(';');
            try {
                left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            } catch (NumberFormatException e) {
                throw new IOException("the server sends a bad chunk", e);
            }
            if (left > 0) {
                return true;
            }
            while (!line(budget).isEmpty()) {} // trailers
            return false;
        }

        @Override
        public int available() throws IOException {
            return ended ? 0 : (int) Math.min(left, input.available());
        }

        @Override
        public void close() {
            cancel();
        }

        void cancel() {
            if (!ended) {
                cancelled = true;
                pipe.abort();
            }
        }
    }

    /// A connection that was kept turned out to be closed.
    static final class StaleException extends IOException {
        StaleException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
