package io.amphora.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
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
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
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
    /// Of a body nobody wanted, this much is read and dropped to keep the connection; then it is closed.
    private static final int DISCARD_MOST = 16 * 1024 * 1024;

    private final HttpServer server;
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

    Http1ServerConnection(HttpServer server, InetSocketAddress remote, List<X509Certificate> clientCertificates) {
        this.server = server;
        this.remote = remote;
        this.clientCertificates = clientCertificates;
    }

    InetSocketAddress remote() {
        return remote;
    }

    List<X509Certificate> clientCertificates() {
        return clientCertificates;
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

    // ---- in ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var object = (HttpObject) message;
        if (!early.isEmpty() || current != null && requestComplete) {
            early.add(object);
        } else {
            accept(object);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn();
    }

    private void accept(HttpObject object) {
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
            if (answerComplete) {
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
        } else if (discarded > DISCARD_MOST) {
            context().close();
        }
    }

    private void readOn() {
        var exchange = current;
        boolean bodyIsAhead = exchange != null
                && exchange.inbound != null
                && !requestComplete
                && !answerComplete
                && exchange.inbound.buffered() >= BODY_AHEAD;
        if (early.isEmpty() && !bodyIsAhead) {
            context().read();
        }
    }

    /// Answers what is no HTTP with a bare status; after that nothing on this connection can be trusted.
    private void malformed(Throwable cause) {
        var exchange = current;
        keepAlive = false;
        if (exchange != null) { // in the middle of a body
            exchange.gone();
            if (answerComplete || exchange.headSent) {
                context().close();
                return;
            }
            exchange.headSent = true;
        }
        var status = switch (cause) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            case TooLongFrameException _ -> HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context().writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent && current == null) {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            current.gone();
        }
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // a reset by the client, or broken TLS: channelInactive tells the handler
    }

    // ---- out ----

    void write(Http1Exchange exchange, Send send) {
        var ctx = context();
        if (exchange != current || answerComplete || !ctx.channel().isActive()) {
            exchange.written(send.length());
            return;
        }
        ChannelPromise promise = ctx.newPromise();
        if (send.length() > 0 && !(send.last() && send.head() != null)) {
            promise.addListener(_ -> exchange.written(send.length()));
        }
        var bytes = Unpooled.wrappedBuffer(send.bytes(), 0, exchange.mayHaveBody() ? send.length() : 0);
        if (send.head() instanceof HttpResponse head) {
            exchange.headSent = true;
            keepAlive &= !draining && !exchange.closeDelimited;
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
            answerComplete = true;
            if (!keepAlive && requestComplete) {
                promise.addListener(_ -> ctx.close());
            }
        }
        flushSoon();
        if (send.last()) {
            nextIfDone();
            readOn(); // what is left of the body goes by unread
        }
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
        var duplex = new ChannelDuplex(exchange::gone);
        ctx.pipeline().addLast(duplex);
        ctx.pipeline().remove(this);
        ctx.pipeline().remove(HttpServerCodec.class); // hands on what it has read beyond the request
        taken.complete(duplex);
    }
}
