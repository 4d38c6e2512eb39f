package io.amphora.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// An HTTP/2 connection of the server: turns frames into [Http2Exchange]s and their answers into frames.
final class Http2ServerConnection extends Http2Endpoint implements ServerConnection {
    /// What a client may send of one body before anyone wants it, and what it may then send ahead.
    private static final int UNWANTED_WINDOW = 64 * 1024;
    private static final int STREAM_WINDOW = 256 * 1024;
    /// What it may send of all its bodies.
    private static final int CONNECTION_WINDOW = 4 * 1024 * 1024;

    private final HttpServer server;
    private final Unfinished unfinished;
    private final InetSocketAddress remote;
    private final List<X509Certificate> clientCertificates;
    private final PropertyKey exchangeKey;
    /// Handlers that run, also those whose stream the client has reset meanwhile.
    private final AtomicInteger handlers = new AtomicInteger();
    /// When the last stream was closed, in looks of the sweep.
    private long idleSince;
    private boolean toldToGo;

    private Http2ServerConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            HttpServer server,
            Unfinished unfinished,
            InetSocketAddress remote,
            List<X509Certificate> clientCertificates) {
        super(decoder, encoder, settings);
        this.server = server;
        this.unfinished = unfinished;
        this.remote = remote;
        this.clientCertificates = clientCertificates;
        exchangeKey = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Http2Exchange exchange = stream.getProperty(exchangeKey);
                if (exchange != null) {
                    exchange.gone();
                }
                idleSince = sweeper().now();
            }
        });
    }

    static Http2ServerConnection create(
            HttpServer server, Unfinished unfinished, InetSocketAddress remote, List<X509Certificate> certificates) {
        return new Builder(server, unfinished, remote, certificates).build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        idleSince = sweeper().now();
        openConnectionWindow(CONNECTION_WINDOW);
    }

    /// A client that takes nothing is not listened to: what it asks for would only gather here.
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        super.channelWritabilityChanged(ctx);
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void sweep() {
        if (unfinished.isOlderThan(server.limits().head())) {
            closeNow();
        } else if (isIdle()) {
            closeIdle();
        } else {
            sweepStreams();
        }
    }

    /// Pings do not count: a connection is there for requests. One that does not even take its GOAWAY is cut.
    private void closeIdle() {
        if (!sweeper().isOver(idleSince, server.limits().idle())) return;
        idleSince = sweeper().now();
        if (toldToGo) closeNow();
        else drain();
        toldToGo = true;
    }

    private void sweepStreams() {
        try {
            connection().forEachActiveStream(stream -> {
                Http2Exchange exchange = stream.getProperty(exchangeKey);
                if (exchange != null) {
                    exchange.sweep();
                }
                return true;
            });
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    @Override
    public void drain() {
        context().channel().close(); // comes through this handler: GOAWAY, and the close when the last stream is done
    }

    @Override
    public void closeNow() {
        var ctx = context();
        int last = connection().remote().lastStreamCreated();
        goAway(ctx, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        ctx.flush();
        ctx.close();
    }

    @Override
    public boolean isIdle() {
        return connection().numActiveStreams() == 0;
    }

    InetSocketAddress remote() {
        return remote;
    }

    List<X509Certificate> clientCertificates() {
        return clientCertificates;
    }

    Duration idle() {
        return server.limits().idle();
    }

    Sweep sweeper() {
        return server.sweep(context().channel());
    }

    Backlog backlog() {
        return server.backlog();
    }

    void handlerDone() {
        handlers.decrementAndGet();
    }

    // ---- frames in ----

    private void request(ChannelHandlerContext ctx, int id, Http2Headers headers, boolean last) {
        Http2Stream stream = connection().stream(id);
        Http2Exchange open = stream.getProperty(exchangeKey);
        if (open != null) { // trailers
            if (last && open.inbound != null) {
                open.inbound.end();
            }
            return;
        }
        if (!Http2Exchange.isWellFormed(headers)) {
            encoder().writeHeaders(ctx, id, new DefaultHttp2Headers().status("400"), 0, true, ctx.newPromise());
            flushSoon();
            return;
        }
        // A client that opens and resets streams faster than handlers notice would otherwise have any number
        // of them
        // (CVE-2023-44487).
        int most = 5 * server.limits().streams();
        if (handlers.incrementAndGet() > most) {
            handlers.decrementAndGet();
            onError(
                    ctx,
                    true,
                    Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many abandoned requests"));
            return;
        }
        var exchange = new Http2Exchange(this, server.handler(), stream, headers);
        if (!last) {
            exchange.inbound = new Inbound(n -> consumed(stream, n), exchange::beginBody);
        }
        stream.setProperty(exchangeKey, exchange);
        server.run(exchange);
    }

    private int data(int id, ByteBuf data, int padding, boolean last) {
        Http2Stream stream = connection().stream(id);
        Http2Exchange exchange = stream == null ? null : stream.getProperty(exchangeKey);
        if (exchange == null || exchange.inbound == null) {
            return data.readableBytes() + padding;
        }
        exchange.inbound.offer(copy(data));
        if (last) {
            exchange.inbound.end();
        }
        return padding;
    }

    // ---- frames out ----

    void write(Http2Exchange exchange, Send send) {
        Http2Stream stream = exchange.stream();
        if (stream.isResetSent() || !stream.state().localSideOpen()) {
            exchange.written(send.length());
            return;
        }
        var ctx = context();
        int length = exchange.mayHaveBody() ? send.length() : 0;
        boolean last = send.last();
        if (send.head() instanceof Http2Headers head) {
            var promise = ctx.newPromise();
            encoder().writeHeaders(ctx, stream.id(), head, 0, last && length == 0, promise);
            if (last && length == 0) {
                promise.addListener(_ -> answered(exchange));
            }
        }
        if (length > 0 && !last) {
            encoder().flowController().addFlowControlled(stream, new DataPiece(exchange, send.bytes(), length));
        } else if (length > 0 || last && send.head() == null) {
            var promise = ctx.newPromise();
            encoder().writeData(ctx, stream.id(), Unpooled.wrappedBuffer(send.bytes(), 0, length), 0, last, promise);
            promise.addListener(_ -> {
                exchange.written(send.length());
                if (last) {
                    answered(exchange);
                }
            });
        } else {
            exchange.written(send.length());
        }
        flushSoon();
    }

    /// Somebody reads the body.
    void openWindow(Http2Stream stream) {
        if (!stream.state().remoteSideOpen()) return;
        try {
            connection().local().flowController().incrementWindowSize(stream, STREAM_WINDOW - UNWANTED_WINDOW);
            flushSoon();
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    /// Nobody will read what the client still sends of this request.
    private void answered(Http2Exchange exchange) {
        if (exchange.inbound != null && !exchange.inbound.isEnded()) {
            reset(exchange.stream(), Http2Error.NO_ERROR);
        }
    }

    /// Each whole frame ends what was unfinished; while a header block is, no other frame may come (RFC 9113, 6.10).
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            unfinished.clear();
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) {
            unfinished.clear();
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) {
            unfinished.clear();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            unfinished.clear();
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) {
            unfinished.clear();
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error) {
            unfinished.clear();
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive) {
            unfinished.clear();
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload) {
            unfinished.clear();
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last) {
            unfinished.clear();
            request(ctx, id, headers, last);
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
            unfinished.clear();
            return data(id, data, padding, last);
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2ServerConnection, Builder> {
        private final HttpServer server;
        private final Unfinished unfinished;
        private final InetSocketAddress remote;
        private final List<X509Certificate> certificates;

        Builder(
                HttpServer server,
                Unfinished unfinished,
                InetSocketAddress remote,
                List<X509Certificate> certificates) {
            this.server = server;
            this.unfinished = unfinished;
            this.remote = remote;
            this.certificates = certificates;
        }

        @Override
        protected Http2ServerConnection build() {
            var limits = server.limits();
            connection(newConnection(true));
            gracefulShutdownTimeoutMillis(-1); // the server itself decides how long
            // Netty's limit of 200 resets in 30 s would hit every agent that closes its watches; ours counts
            // running
            // handlers.
            decoderEnforceMaxRstFramesPerWindow(0, 0);
            // Nor do those count that we send, with each refusal whose request goes on.
            encoderEnforceMaxRstFramesPerWindow(0, 0);
            initialSettings(new Http2Settings()
                    .maxConcurrentStreams(limits.streams())
                    .initialWindowSize(UNWANTED_WINDOW)
                    .maxHeaderListSize(limits.headerBytes()));
            return super.build();
        }

        @Override
        protected Http2ServerConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            var connection =
                    new Http2ServerConnection(decoder, encoder, settings, server, unfinished, remote, certificates);
            frameListener(connection.new Frames());
            return connection;
        }
    }
}
