package io.amphora.http;

import io.amphora.http.Request.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 connection of a client, shared by many requests. Runs on its event loop, except for `reserve` and
/// `send`.
final class Http2ClientConnection extends Http2Endpoint implements ClientPool.Shared {
    private static final int STREAM_WINDOW = 512 * 1024;
    private static final int CONNECTION_WINDOW = 1 << 30;
    private static final int STREAMS_IF_UNSAID = 1_000;
    /// A server that is silent for so long while someone waits is asked whether it is still there.
    private static final int SILENCE_SECONDS = 30;
    private static final int PING_SECONDS = 15;

    private final PropertyKey callKey;
    private final AtomicInteger reserved = new AtomicInteger();
    private volatile int streamsMost;
    private volatile boolean closing;
    private Runnable usable = () -> {};
    private Consumer<Throwable> unusable = _ -> {};
    private boolean heard;
    private boolean pinging;

    private Http2ClientConnection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
        callKey = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Call call = stream.getProperty(callKey);
                if (call != null) {
                    call.closed(stream);
                }
            }

            @Override
            public void onGoAwayReceived(int lastStream, long error, ByteBuf debug) {
                closing = true;
            }
        });
    }

    static Http2ClientConnection create() {
        return new Builder().build();
    }

    /// Tells once the server's settings have come, or that they never will.
    void whenUsable(Runnable usable, Consumer<Throwable> unusable) {
        this.usable = usable;
        this.unusable = unusable;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        openConnectionWindow(CONNECTION_WINDOW);
        watch();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        heard = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        closing = true;
        super.channelInactive(ctx); // closes all streams
        unusable.accept(new IOException("the connection broke: " + brokenBy()));
    }

    /// Closes a connection whose server has vanished without a word: watches would wait on it for ever.
    private void watch() {
        heard = false;
        loop().schedule(
                        () -> {
                            if (!context().channel().isActive()) {
                                return;
                            }
                            if (pinging && !heard) {
                                context().close();
                                return;
                            }
                            pinging = !heard && connection().numActiveStreams() > 0;
                            if (pinging) {
                                encoder()
                                        .writePing(
                                                context(), false, 0, context().newPromise());
                                flushSoon();
                            }
                            watch();
                        },
                        pinging ? PING_SECONDS : SILENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    // ---- any thread ----

    @Override
    public boolean isUsable() {
        return !closing;
    }

    /// Takes one of the streams that the server allows.
    @Override
    public boolean reserve() {
        if (closing) {
            return false;
        }
        if (reserved.incrementAndGet() > streamsMost) {
            reserved.decrementAndGet();
            return false;
        }
        return true;
    }

    @Override
    public Response send(Request request) throws IOException {
        var call = new Call(request, head(request));
        loop().execute(() -> open(call));
        try {
            return call.answer.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            call.cancel();
            throw new SocketTimeoutException(
                    "no answer within " + request.timeout().toSeconds() + " s");
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the server", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException("the request failed", e.getCause());
        }
    }

    private static Http2Headers head(Request request) {
        var origin = request.origin();
        var head = Http2Endpoint.headers(request.headers());
        var host = head.get("host");
        head.remove("host");
        head.method(request.method())
                .path(request.target())
                .scheme(origin.secure() ? "https" : "http")
                .authority(host == null ? origin.authority() : host);
        if (request.body() instanceof Body.Bytes(byte[] bytes)
                && bytes.length > 0
                && !head.contains("content-length")) {
            head.add("content-length", Integer.toString(bytes.length));
        }
        return head;
    }

    // ---- event loop ----

    private void open(Call call) {
        if (closing || !connection().local().canOpenStream()) {
            reserved.decrementAndGet();
            call.answer.completeExceptionally(
                    new NotProcessedException("the server takes no more requests on the connection"));
            return;
        }
        var ctx = context();
        int id = connection().local().incrementAndGetNextStreamId();
        if (id < 0) { // all ids of this connection are used
            closing = true;
            open(call);
            return;
        }
        boolean bodyless = call.request.body() instanceof Body.Bytes(byte[] bytes) && bytes.length == 0;
        encoder().writeHeaders(ctx, id, call.head, 0, bodyless, ctx.newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream == null) {
            reserved.decrementAndGet();
            call.answer.completeExceptionally(new NotProcessedException("the connection takes no request"));
            return;
        }
        stream.setProperty(callKey, call);
        call.begin(stream);
        switch (call.request.body()) {
            case Body.Bytes(byte[] bytes) -> {
                if (!bodyless) {
                    encoder().writeData(ctx, id, Unpooled.wrappedBuffer(bytes), 0, true, ctx.newPromise());
                }
            }
            case Body.Stream(var input) -> HttpClient.pump(input, call.new RequestBody(), call::cancel);
        }
        flushSoon();
    }

    /// One request and its answer.
    private final class Call {
        final Request request;
        final Http2Headers head;
        final CompletableFuture<Response> answer = new CompletableFuture<>();
        private final Outbound writes = Backlog.NONE.open(() -> {});
        private final Inbound body = new Inbound(this::taken, () -> {});
        private volatile @Nullable Http2Stream stream;
        private boolean refused;

        Call(Request request, Http2Headers head) {
            this.request = request;
            this.head = head;
        }

        private void taken(int bytes) {
            var open = stream;
            if (open != null) {
                consumed(open, bytes);
            }
        }

        /// From any thread. What was not yet read is lost; after the end of the answer nothing happens.
        void cancel() {
            body.fail(new IOException("the request was cancelled"));
            writes.fail(new IOException("the request was cancelled"));
            loop().execute(() -> {
                var open = stream;
                if (open != null) {
                    reset(open, Http2Error.CANCEL);
                }
            });
        }

        // ---- event loop ----

        void begin(Http2Stream stream) {
            this.stream = stream;
        }

        void headers(Http2Headers headers, boolean last) {
            int status = Integer.parseInt(headers.status().toString());
            if (status >= 200) {
                if (last) {
                    body.end();
                }
                answer.complete(new Response(status, Headers.map(headers), body, this::cancelUnlessDone));
            }
        }

        private void cancelUnlessDone() {
            if (!body.isEnded()) {
                cancel();
            }
        }

        void closed(Http2Stream stream) {
            reserved.decrementAndGet();
            boolean beyondGoAway = connection().goAwayReceived()
                    && stream.id() > connection().local().lastStreamKnownByPeer();
            var broken = refused || beyondGoAway
                    ? new NotProcessedException("the server did not take the request")
                    : new IOException("the connection broke before the end of the answer: " + brokenBy());
            body.fail(broken);
            writes.fail(broken);
            answer.completeExceptionally(broken);
        }

        private final class RequestBody extends SendBuffer {
            @Override
            void send(byte[] bytes, int length, boolean first, boolean last) throws IOException {
                writes.reserve(length);
                loop().execute(() -> write(bytes, length, last));
            }

            private void write(byte[] bytes, int length, boolean last) {
                var open = stream;
                if (open == null || !open.state().localSideOpen()) {
                    writes.written(length);
                    return;
                }
                var ctx = context();
                encoder()
                        .writeData(ctx, open.id(), Unpooled.wrappedBuffer(bytes, 0, length), 0, last, ctx.newPromise())
                        .addListener(_ -> writes.written(length));
                flushSoon();
            }
        }
    }

    private @Nullable Call call(int id) {
        Http2Stream stream = connection().stream(id);
        return stream == null ? null : stream.getProperty(callKey);
    }

    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            Long most = settings.maxConcurrentStreams();
            if (most != null) {
                streamsMost = (int) Math.min(most, Integer.MAX_VALUE);
            } else if (streamsMost == 0) {
                streamsMost = STREAMS_IF_UNSAID;
            }
            usable.run();
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last) {
            var call = call(id);
            if (call == null) {
                return;
            }
            if (headers.status() != null) {
                call.headers(headers, last);
            } else if (last) { // trailers
                call.body.end();
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last) {
            onHeadersRead(ctx, id, headers, padding, last);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last) {
            var call = call(id);
            if (call == null) {
                return data.readableBytes() + padding;
            }
            call.body.offer(copy(data));
            if (last) {
                call.body.end();
            }
            return padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error) {
            var call = call(id);
            if (call != null) {
                call.refused = error == Http2Error.REFUSED_STREAM.code();
            }
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Builder> {
        @Override
        protected Http2ClientConnection build() {
            connection(newConnection(false));
            gracefulShutdownTimeoutMillis(0);
            initialSettings(new Http2Settings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW)
                    .maxHeaderListSize(256 * 1024));
            return super.build();
        }

        @Override
        protected Http2ClientConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            var connection = new Http2ClientConnection(decoder, encoder, settings);
            frameListener(connection.new Frames());
            return connection;
        }
    }
}
