package io.amphora.apiserver.testing;

import io.amphora.http.HttpExchange;
import io.amphora.http.HttpHandler;
import io.amphora.http.ResponseStream;
import io.amphora.machinery.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A server's HTTP handler without a socket: everything but the wire is the same.
public final class InMemoryHttp implements RawServer {
    private static final String UNRESERVED = "/?&=%,:()!+~*'$@[]\"-._";

    private final HttpHandler handler;
    private final Map<String, String> always;
    private final Clock clock;

    /// @param always headers of every request that does not have them
    public InMemoryHttp(HttpHandler handler, Map<String, String> always, Clock clock) {
        this.handler = handler;
        this.always = Map.copyOf(always);
        this.clock = clock;
    }

    @Override
    public Answer call(String method, String target, Map<String, String> headers, byte[] body) {
        var exchange = new Exchange(method, target, headers, body, Integer.MAX_VALUE);
        exchange.run();
        return exchange.answer();
    }

    @Override
    public Answer watch(String target, Map<String, String> headers, int events, Duration longest) {
        var exchange = new Exchange("GET", target, headers, new byte[0], events == 0 ? Integer.MAX_VALUE : events);
        Clock.Timer end = clock.after(longest, exchange::hangUp);
        exchange.run();
        end.cancel();
        return exchange.answer();
    }

    private static String escaped(String target) {
        var out = new StringBuilder();
        target.codePoints().forEach(c -> {
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            if (plain) out.appendCodePoint(c);
            else
                out.append(URLEncoder.encode(Character.toString(c), StandardCharsets.UTF_8)
                        .replace("+", "%20"));
        });
        return out.toString();
    }

    /// One request; the handler runs on the caller's thread.
    private final class Exchange implements HttpExchange {
        private final String method;
        private final String target;
        private final Map<String, List<String>> headers = new HashMap<>();
        private final byte[] body;
        private final int lines;
        private final List<Runnable> onClose = new ArrayList<>();
        private final ByteArrayOutputStream streamed = new ByteArrayOutputStream();
        private Answer answer = new Answer(0, Map.of(), new byte[0]);
        private boolean closed;

        Exchange(String method, String target, Map<String, String> headers, byte[] body, int lines) {
            this.method = method;
            this.target = escaped(target);
            this.body = body;
            this.lines = lines;
            always.forEach((name, value) -> this.headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
            headers.forEach((name, value) -> this.headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
            if (body.length > 0) this.headers.putIfAbsent("content-length", List.of(Integer.toString(body.length)));
        }

        void run() {
            try {
                handler.handle(this);
            } catch (IOException hungUp) {
                // the reader has what it wanted
            } catch (Exception failure) {
                answer = new Answer(500, Map.of(), failure.toString().getBytes(StandardCharsets.UTF_8));
            } finally {
                hangUp();
            }
        }

        Answer answer() {
            return streamed.size() == 0 ? answer : new Answer(answer.code(), answer.headers(), streamed.toByteArray());
        }

        void hangUp() {
            List<Runnable> actions;
            synchronized (onClose) {
                closed = true;
                actions = List.copyOf(onClose);
                onClose.clear();
            }
            actions.forEach(Runnable::run);
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public String rawPath() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }

        @Override
        public String rawQuery() {
            int query = target.indexOf('?');
            return query < 0 ? "" : target.substring(query + 1);
        }

        @Override
        public Map<String, List<String>> headers() {
            return headers;
        }

        @Override
        public String protocol() {
            return "HTTP/1.1";
        }

        @Override
        public List<X509Certificate> clientCertificates() {
            return List.of();
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress("127.0.0.1", 1);
        }

        @Override
        public long declaredLength() {
            return body.length;
        }

        @Override
        public byte[] body(int limit) throws IOException {
            if (body.length > limit) throw new BodyTooLargeException(limit);
            return body;
        }

        @Override
        public InputStream bodyStream() {
            return new ByteArrayInputStream(body);
        }

        /// An answer to HEAD has no body on the wire.
        @Override
        public void respond(int status, Map<String, List<String>> headers, byte[] body) {
            answer = new Answer(status, headers, method.equals("HEAD") ? new byte[0] : body);
        }

        @Override
        public ResponseStream stream(int status, Map<String, List<String>> headers) {
            answer = new Answer(status, headers, new byte[0]);
            return new Lines();
        }

        /// Nothing is slow here: who asks waits on the same thread.
        @Override
        public void limit(Duration time, Whole otherwise) {}

        @Override
        public void lift() {}

        @Override
        public void onClose(Runnable action) {
            synchronized (onClose) {
                if (!closed) {
                    onClose.add(action);
                    return;
                }
            }
            action.run();
        }

        @Override
        public <T extends AutoCloseable> T upgrade(Upgrade<T> protocol) throws IOException {
            throw new UpgradeException("there is no connection here");
        }

        /// Collects lines, and hangs up when there are enough.
        private final class Lines extends ResponseStream {
            private int count;

            @Override
            public void writeShared(byte[] shared) throws IOException {
                write(shared, 0, shared.length);
            }

            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] more, int from, int length) throws IOException {
                synchronized (onClose) {
                    if (closed) throw new IOException("the client is gone");
                }
                int end = lines == Integer.MAX_VALUE ? from + length : endOfLines(more, from, from + length);
                streamed.write(more, from, end - from);
                if (count >= lines) throw new IOException("that is enough");
            }

            /// Where the last line that is wanted ends, or the bytes do.
            private int endOfLines(byte[] more, int from, int to) {
                int end = from;
                while (end < to && count < lines) if (more[end++] == '\n') count++;
                return end;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        }
    }
}
