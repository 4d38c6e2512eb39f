package io.amphora.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection of the server: one exchange after the other; requests that come early wait. Runs on its
/// event loop.
///
/// The channel reads only when told: while nobody takes the body, the client's window closes. Between the end
/// of a
/// request and the end of its answer it does read, to notice a client that goes away.
final class Http1ServerConnection extends ChannelInboundHandlerAdapter implements ServerConnection {
    private static final int BODY_AHEAD = 128 * 1024;
    /// Of a body nobody wanted, this much is read and dropped to keep the connection; one with more is closed.
    private static final int DISCARD_MOST = 256 * 1024;
    /// What a client may send ahead, in requests and pieces of their bodies.
    private static final int EARLY_MOST = 400;

    private final HttpServer server;
    private final Sweep sweep;
    private final Unfinished unfinished;
    private final InetSocketAddress remote;
    private final List<X509Certificate> clientCertificates;
    private final ArrayDeque<HttpObject> early = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http1Exchange current;
    private boolean requestComplete;
    private boolean answerComplete;
    private boolean keepAlive = true;
    private boolean draining;
    private int discarded;
    private boolean flushIsDue;
    private boolean lingering;
    private long idleSince;

    Http1ServerConnection(
            HttpServer server,
            Sweep sweep,
            Unfinished unfinished,
            InetSocketAddress remote,
            List<X509Certificate> clientCertificates) {
        this.server = server;
        this.sweep = sweep;
        this.unfinished = unfinished;
        this.idleSince = sweep.now();
        this.remote = remote;
        this.clientCertificates = clientCertificates;
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
        return sweep;
    }

    Backlog backlog() {
        return server.backlog();
    }

    /// From any thread.
    EventLoop loop() {
        return context().channel().eventLoop();
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection is not in use yet");
        }
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setAutoRead(false);
        if (ctx.channel().isActive()) {
            ctx.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void drain() {
        draining = true;
        if (isIdle()) {
            context().close();
        }
    }

    @Override
    public void closeNow() {
        context().close();
    }

    @Override
    public boolean isIdle() {
        return current == null;
    }

    @Override
    public void sweep() {
        var exchange = current;
        boolean late = unfinished.isOlderThan(server.limits().head());
        if (exchange != null) {
            exchange.sweep();
        } else if (!lingering
                && (late || sweep.isOver(idleSince, server.limits().idle()))) {
            context().close();
        }
    }

    // ---- in ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
            return;
        }
        var object = (HttpObject) message;
        if (!early.isEmpty() || current != null && requestComplete) {
            early.add(object);
            if (early.size() > EARLY_MOST) ctx.close();
        } else {
            accept(object);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn();
    }

    private void accept(HttpObject object) {
        unfinished.clear();
        try {
            if (object.decoderResult().isFailure()) {
                malformed(object.decoderResult().cause());
                return;
            }
            if (object instanceof HttpRequest request) {
                begin(request);
            }
            if (object instanceof HttpContent content) {
                body(content);
            }
        } finally {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(HttpRequest request) {
        String target = Http1Exchange.target(request.uri());
        if (target.isEmpty()) {
            malformed(new IllegalArgumentException("bad target"));
            return;
        }
        int version = request.protocolVersion().majorVersion();
        if (version != 1) {
            refuse(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "unsupported protocol version");
            return;
        }
        boolean asks = request.protocolVersion().minorVersion() > 0;
        String problem = Hosts.problem(request.headers().getAll(HttpHeaderNames.HOST), asks);
        if (!problem.isEmpty()) {
            refuse(HttpResponseStatus.BAD_REQUEST, problem);
            return;
        }
        String expects = request.headers().get(HttpHeaderNames.EXPECT, "");
        if (!expects.isEmpty() && !expects.equalsIgnoreCase("100-continue")) {
            refuse(HttpResponseStatus.EXPECTATION_FAILED, "only 100-continue can be expected");
            return;
        }
        requestComplete = false;
        answerComplete = false;
        discarded = 0;
        keepAlive = HttpUtil.isKeepAlive(request);
        var exchange = new Http1Exchange(this, server.handler(), request, target);
        if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
            exchange.inbound = new Inbound(_ -> Loops.execute(loop(), this::readOn), exchange::sendContinue);
        }
        current = exchange;
        server.run(exchange);
    }

    private void body(HttpContent content) {
        var exchange = current;
        if (exchange == null) {
            return; // the rest of something malformed
        }
        if (exchange.inbound != null) {
            if (exchange.lastSent) {
                discarded += content.content().readableBytes();
            } else {
                exchange.inbound.offer(Http2Endpoint.copy(content.content()));
            }
        }
        if (content instanceof LastHttpContent) {
            requestComplete = true;
            if (exchange.inbound != null) {
                exchange.inbound.end();
            }
            nextIfDone();
        } else if (discarded > DISCARD_MOST && answerComplete) {
            linger();
        }
    }

    private void readOn() {
        var exchange = current;
        boolean bodyIsAhead = exchange != null
                && exchange.inbound != null
                && !requestComplete
                && !exchange.lastSent
                && exchange.inbound.buffered() >= BODY_AHEAD;
        if (early.isEmpty() && !bodyIsAhead && !lingering) {
            context().read();
        }
    }

    /// Answers what is no HTTP with a bare status; after that nothing on this connection can be trusted.
    private void malformed(Throwable cause) {
        refuse(
                switch (cause) {
                    case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
                    case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
                    case TooLongFrameException _ -> HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
                    default -> HttpResponseStatus.BAD_REQUEST;
                },
                "");
    }

    /// @param why in Go's words, "" for what needs none
    private void refuse(HttpResponseStatus status, String why) {
        var exchange = current;
        keepAlive = false;
        if (exchange != null) { // in the middle of a body
            exchange.gone();
            if (answerComplete || exchange.headSent) {
                context().close();
                return;
            }
            exchange.headSent = true;
            exchange.lastSent = true;
        }
        String text = why.isEmpty() ? "" : status.codeAsText() + " " + status.reasonPhrase() + ": " + why;
        var answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, text.length())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (!text.isEmpty()) answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        context().write(answer);
        linger();
    }

    /// The client has a moment to read why; what it still sends is not read.
    private void linger() {
        lingering = true;
        if (current != null) {
            current.gone();
            current = null;
        }
        releaseEarly();
        Lingering.closeUnread(context());
    }

    private void releaseEarly() {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            current.gone();
        }
        releaseEarly();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // a reset by the client, or broken TLS: channelInactive tells the handler
    }

    // ---- out ----

    void write(Http1Exchange exchange, Send send) {
        var ctx = context();
        if (exchange != current || exchange.lastSent || !ctx.channel().isActive()) {
            exchange.written(send.length());
            return;
        }
        ChannelPromise promise = ctx.newPromise();
        if (send.length() > 0) {
            promise.addListener(_ -> exchange.written(send.length()));
        }
        var bytes = Unpooled.wrappedBuffer(send.bytes(), 0, exchange.mayHaveBody() ? send.length() : 0);
        if (send.head() instanceof HttpResponse head) {
            exchange.headSent = true;
            keepAlive &= !draining && !exchange.closeDelimited && canSkipBody(exchange);
            if (!keepAlive) {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            } else if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            }
            if (send.last()) {
                ctx.write(whole(head, bytes), promise);
            } else {
                ctx.write(head);
                if (bytes.isReadable()) {
                    ctx.write(new DefaultHttpContent(bytes), promise);
                } else {
                    promise.trySuccess();
                }
            }
        } else {
            ctx.write(send.last() ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes), promise);
        }
        if (send.last()) {
            exchange.lastSent = true;
            promise.addListener(_ -> answered(exchange));
        }
        flushSoon();
        if (send.last()) {
            readOn(); // what is left of the body goes by unread
        }
    }

    /// The answer has reached the socket: not before, so that a client which asks and does not read gathers no answers
    /// here.
    private void answered(Http1Exchange exchange) {
        if (exchange != current || !context().channel().isActive()) return;
        answerComplete = true;
        if (requestComplete) {
            nextIfDone();
        } else if (!keepAlive || discarded > DISCARD_MOST) {
            linger();
        } else {
            exchange.endWithin(server.limits().head());
        }
    }

    /// Whether what is left of a body that nobody wants is so little that the connection can be kept for it.
    private boolean canSkipBody(Http1Exchange exchange) {
        if (requestComplete || exchange.inbound == null) return true;
        boolean waits = exchange.expectsContinue() && !exchange.continued;
        return !waits && exchange.declaredLength() <= DISCARD_MOST;
    }

    /// The last words to a client that was too slow.
    void conclude(Http1Exchange exchange, Send answer) {
        keepAlive = false;
        write(exchange, answer);
    }

    private static FullHttpResponse whole(HttpResponse head, io.netty.buffer.ByteBuf bytes) {
        return new DefaultFullHttpResponse(
                head.protocolVersion(),
                head.status(),
                bytes,
                head.headers(),
                io.netty.handler.codec.http.EmptyHttpHeaders.INSTANCE);
    }

    private void flushSoon() {
        if (!flushIsDue) {
            flushIsDue = true;
            loop().execute(() -> {
                flushIsDue = false;
                context().flush();
            });
        }
    }

    private void nextIfDone() {
        if (!requestComplete || !answerComplete) {
            return;
        }
        if (current != null) {
            current.gone(); // for what still listens; the handler may be done already
        }
        if (!keepAlive || draining) {
            context().flush();
            context().close();
            return;
        }
        current = null;
        idleSince = sweep.now();
        while (!early.isEmpty() && (current == null || !requestComplete)) {
            accept(early.remove());
        }
        readOn();
    }

    void abort(Http1Exchange exchange) {
        if (exchange == current) {
            context().flush();
            context().close();
        }
    }

    void sendContinue(Http1Exchange exchange) {
        if (exchange == current && !exchange.headSent) {
            exchange.continued = true;
            context()
                    .writeAndFlush(new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    /// Answers 101 and puts a bare byte pipe where HTTP was.
    void takeConnection(Http1Exchange exchange, HttpHeaders headers, CompletableFuture<Duplex> taken) {
        var ctx = context();
        if (exchange != current || !requestComplete || !ctx.channel().isActive()) {
            taken.completeExceptionally(
                    requestComplete
                            ? new ServerExchange.ClientGoneException()
                            : new HttpExchange.UpgradeException("an upgrade with a body is not supported"));
            return;
        }
        var answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.SWITCHING_PROTOCOLS,
                Unpooled.EMPTY_BUFFER,
                headers,
                io.netty.handler.codec.http.EmptyHttpHeaders.INSTANCE);
        ctx.writeAndFlush(answer);
        current = null;
        var duplex = new ChannelDuplex(backlog(), exchange::gone);
        ctx.pipeline().addLast(duplex);
        ctx.pipeline().remove(this);
        ctx.pipeline().remove(unfinished);
        ctx.pipeline().remove(HttpServerCodec.class); // hands on what it has read beyond the request
        taken.complete(duplex);
    }
}
