package io.amphora.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Serves HTTP/1.1 and, over TLS, HTTP/2. Has a few event loop threads that only move bytes; each request is
/// handled by a virtual thread of its own.
///
/// ```
/// socket -> [TLS -> ALPN] -> frames -> HttpExchange -> virtual thread: HttpHandler
///                                          ^                |
///                                          +---- Send ------+  one flush for all that wait
/// ```
public final class HttpServer implements AutoCloseable {

    /// @param address    to listen on, such as `127.0.0.1`, `::` or `0.0.0.0`
    /// @param port       0 for any free one
    /// @param tls        null for plain HTTP/1.1. With `authorities`, clients may show a certificate
    /// @param eventLoops threads that move bytes
    /// @param limits     what clients may take
    public record Options(
            String address, int port, @Nullable Tls tls, int eventLoops, Limits limits) {

        /// Plain HTTP on `address`; the other options as a server of a cluster wants them.
        public static Options on(String address, int port) {
            int loops = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8);
            return new Options(address, port, null, loops, Limits.standard());
        }

        public Options withTls(Tls tls) {
            return new Options(address, port, tls, eventLoops, limits);
        }

        public Options withEventLoops(int threads) {
            return new Options(address, port, tls, threads, limits);
        }

        public Options withLimits(Limits limits) {
            return new Options(address, port, tls, eventLoops, limits);
        }
    }

    /// An event for a hundred watchers of one connection leaves in one go.
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    /// What one connection may bring in a round of its event loop: whoever sends much does not keep the others waiting.
    private static final int LARGEST_READ = 32 * 1024;
    private static final int READS_PER_ROUND = 4;

    private final Options options;
    private final HttpHandler handler;
    private final @Nullable SslContext tls;
    private final EventLoopGroup loops;
    private final Map<EventExecutor, Sweep> sweeps = new HashMap<>();
    private final AtomicLong unfinishedBytes = new AtomicLong();
    private final Backlog backlog;
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Channel listener;

    private HttpServer(Options options, HttpHandler handler) throws IOException {
        this.options = options;
        this.handler = handler;
        backlog = new Backlog(options.limits().answerBytes());
        tls = options.tls() == null ? null : NettyTls.forServer(options.tls());
        loops = Loops.create("http-server", options.eventLoops());
        for (EventExecutor loop : loops) {
            sweeps.put(loop, Sweep.start((EventLoop) loop, options.limits()));
        }
        try {
            listener = listen();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// @throws IOException              with one sentence, when the address cannot be listened on
    /// @throws IllegalArgumentException when the certificates are not what they should be
    public static HttpServer start(Options options, HttpHandler handler) throws IOException {
        return new HttpServer(options, handler);
    }

    private Channel listen() throws IOException {
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(Loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 2048, LARGEST_READ).maxMessagesPerRead(READS_PER_ROUND))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        if (Epoll.isAvailable()) {
            // A watcher whose machine vanished is noticed within a minute and a half, not the kernel's two hours.
            bootstrap
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, 30)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, 15)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, 4);
        }
        var bound = bootstrap
                .bind(new InetSocketAddress(options.address(), options.port()))
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        String where = options.address() + ":" + options.port();
        String message = String.valueOf(bound.cause().getMessage());
        String why = message.contains("ddress already in use")
                ? "the port is taken"
                : message.contains("assign requested address")
                        ? "this machine does not have the address"
                        : message.contains("ermission denied") ? "it is not permitted" : message;
        throw new IOException("cannot listen on " + where + ": " + why, bound.cause());
    }

    // ---- a connection begins (on its event loop) ----

    private void accept(Channel channel) {
        Sweep sweep = sweep(channel);
        if (open.incrementAndGet() > options.limits().connections() && !sweep.makeRoom()) {
            open.decrementAndGet();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(_ -> open.decrementAndGet());
        connections.add(channel);
        sweep.add(channel);
        if (tls == null) {
            http1(channel, List.of());
            return;
        }
        var secured = tls.newHandler(channel.alloc());
        secured.setHandshakeTimeoutMillis(options.limits().handshake().toMillis());
        channel.pipeline().addLast(secured);
        channel.pipeline().addLast(new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
            @Override
            protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                var certificates = peerCertificates(ctx.pipeline().get(SslHandler.class));
                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                    var unfinished = unfinished(channel);
                    ctx.pipeline()
                            .addLast(
                                    unfinished,
                                    Http2ServerConnection.create(
                                            HttpServer.this, unfinished, remote(channel), certificates));
                } else {
                    http1(channel, certificates);
                }
            }

            @Override
            protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close(); // a port scan or a bad certificate: nothing to log a stack trace for
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        });
    }

    private void http1(Channel channel, List<X509Certificate> certificates) {
        var decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(options.limits().headerBytes())
                .setMaxHeaderSize(options.limits().headerBytes())
                .setHeadersFactory(CountedHeaders.atMost(options.limits().headerFields()))
                .setMaxChunkSize(64 * 1024);
        var unfinished = unfinished(channel);
        channel.pipeline()
                .addLast(
                        unfinished,
                        new HttpServerCodec(decoder),
                        new Http1ServerConnection(this, sweep(channel), unfinished, remote(channel), certificates));
    }

    private Unfinished unfinished(Channel channel) {
        return new Unfinished(sweep(channel), unfinishedBytes, options.limits().unfinishedBytes());
    }

    /// Of the loop that the channel belongs to.
    Sweep sweep(Channel channel) {
        return Objects.requireNonNull(sweeps.get(channel.eventLoop()));
    }

    private static InetSocketAddress remote(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : new InetSocketAddress(0);
    }

    private static List<X509Certificate> peerCertificates(SslHandler handler) {
        try {
            Certificate[] chain = handler.engine().getSession().getPeerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the client showed none
        }
    }

    // ---- for the connections ----

    Limits limits() {
        return options.limits();
    }

    HttpHandler handler() {
        return handler;
    }

    Backlog backlog() {
        return backlog;
    }

    void run(ServerExchange exchange) {
        Thread.startVirtualThread(exchange);
    }

    // ---- for the owner ----

    public int port() {
        return listener.localAddress() instanceof InetSocketAddress address ? address.getPort() : -1;
    }

    /// Stops in order: takes no new connections, tells clients to go (GOAWAY, `connection: close`), waits until
    /// all
    /// requests are answered, at most `grace`, and closes.
    public void drain(Duration grace) {
        listener.close().awaitUninterruptibly();
        forConnections(ServerConnection::drain, false);
        connections.newCloseFuture().awaitUninterruptibly(grace.toMillis());
        close();
    }

    private void forConnections(Consumer<ServerConnection> action, boolean closeOthers) {
        for (var channel : connections) {
            channel.eventLoop().execute(() -> {
                var connection = connection(channel);
                if (connection != null) {
                    action.accept(connection);
                } else if (closeOthers || channel.pipeline().get(ChannelDuplex.class) == null) {
                    channel.close(); // still in its handshake, or no longer HTTP
                }
            });
        }
    }

    static @Nullable ServerConnection connection(Channel channel) {
        var http2 = channel.pipeline().get(Http2ServerConnection.class);
        return http2 != null ? http2 : channel.pipeline().get(Http1ServerConnection.class);
    }

    /// Closes everything at once; what is running sees its client go away.
    @Override
    public void close() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        forConnections(ServerConnection::closeNow, true);
        connections.newCloseFuture().awaitUninterruptibly(5, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        if (!closed.getAndSet(true)) {
            ReferenceCountUtil.release(tls);
        }
    }
}
