package io.amphora.http;

import io.amphora.http.Request.Origin;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends requests, in blocking code. Speaks HTTP/2 with servers that offer it over TLS, many requests on one connection, else
/// HTTP/1.1 with connections that are kept for the next request. Has no thread of its own: all clients of a process share one
/// event loop. Follows no redirects and keeps no cookies.
public final class HttpClient implements AutoCloseable {
    /// How Netty's native transport begins its messages: `connect(..) failed with error(-111): `.
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final Tls tls;
    private final EventLoopGroup loops;
    private final Map<Origin, ClientPool> pools = new ConcurrentHashMap<>();
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SslContext http2Context;
    private volatile @Nullable SslContext http1Context;
    private volatile boolean closed;

    private HttpClient(Tls tls, EventLoopGroup loops) {
        this.tls = tls;
        this.loops = loops;
    }

    /// @param tls for `https`; [Tls#DEFAULT] trusts what the JVM trusts
    public static HttpClient create(Tls tls) {
        return new HttpClient(tls, Loops.client());
    }

    public static HttpClient create() {
        return create(Tls.DEFAULT);
    }

    /// Sends and waits for the head of the answer, whatever its status.
    ///
    /// @throws ConnectException when there is no way to the server: nothing was sent
    /// @throws IOException      when the connection breaks or the time is over; the server may have acted on the request
    public Response send(Request request) throws IOException {
        return pool(request.origin()).send(request);
    }

    /// Sends a request that asks for another protocol, on a connection of its own that speaks HTTP/1.1. The caller sets
    /// `connection` and `upgrade` among the headers.
    ///
    /// @throws UpgradeRefusedException with the answer, when it is not a 101
    public Upgraded upgrade(Request request) throws IOException {
        return new Http1ClientConnection(connect(request.origin(), false).http1(), _ -> {}).upgrade(request);
    }

    /// @param headers of the 101
    public record Upgraded(Map<String, List<String>> headers, Duplex connection) {
        /// The first value, "" for none.
        public String header(String lowerCaseName) {
            var values = headers.get(lowerCaseName);
            return values == null || values.isEmpty() ? "" : values.getFirst();
        }
    }

    /// Cancels what is running and closes all connections.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        channels.forEach(Channel::close);
        pools.clear();
        ReferenceCountUtil.release(http2Context);
        ReferenceCountUtil.release(http1Context);
    }

    private ClientPool pool(Origin origin) {
        return pools.computeIfAbsent(origin, key -> new ClientPool(this, key));
    }

    // ---- connecting ----

    /// A new connection in the protocol that came out of ALPN; one of the two is there.
    record Connected(@Nullable Http2ClientConnection http2, @Nullable ChannelDuplex pipe) {
        ChannelDuplex http1() {
            if (pipe == null) {
                throw new IllegalStateException("HTTP/2 was not asked for");
            }
            return pipe;
        }
    }

    Connected connect(Origin origin, boolean http2) throws IOException {
        if (closed) {
            throw new ConnectException("the client is closed");
        }
        var ready = new CompletableFuture<Connected>();
        var context = origin.secure() ? context(http2) : null;
        var bootstrap = new Bootstrap()
                .group(loops)
                .channel(Loops.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        begin(channel, origin, context, ready);
                    }
                });
        if (Epoll.isAvailable()) {
            bootstrap
                    .option(EpollChannelOption.TCP_KEEPIDLE, 30)
                    .option(EpollChannelOption.TCP_KEEPINTVL, 15)
                    .option(EpollChannelOption.TCP_KEEPCNT, 4);
        }
        bootstrap.connect(origin.host(), origin.port()).addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                ready.completeExceptionally(connected.cause());
            }
        });
        return await(ready, cause -> noWay(origin, cause));
    }

    private static ConnectException noWay(Origin origin, Throwable cause) {
        String why = String.valueOf(cause.getMessage());
        for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
            if (deeper.getMessage() != null) {
                why = deeper.getMessage(); // the innermost says what is wrong with a certificate
            }
        }
        String plain = NATIVE_CALL.matcher(why).replaceFirst("");
        var exception = new ConnectException("cannot connect to " + origin + ": " + plain);
        exception.initCause(cause);
        return exception;
    }

    private void begin(
            Channel channel, Origin origin, @Nullable SslContext context, CompletableFuture<Connected> ready) {
        channels.add(channel);
        channel.closeFuture().addListener(_ -> channels.remove(channel));
        if (context == null) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    http1(ctx.pipeline(), ready);
                    ctx.pipeline().remove(this);
                }
            });
            return;
        }
        String name = tls.serverName().isEmpty() ? origin.host() : tls.serverName();
        channel.pipeline()
                .addLast(context.newHandler(channel.alloc(), name, origin.port()))
                .addLast(new Handshake(ready));
    }

    /// Waits for TLS, then puts the protocol that was agreed on in its place.
    private static final class Handshake extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Connected> ready;

        Handshake(CompletableFuture<Connected> ready) {
            this.ready = ready;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
                ctx.fireUserEventTriggered(event);
                return;
            }
            if (!handshake.isSuccess()) {
                ready.completeExceptionally(handshake.cause());
                ctx.close();
                return;
            }
            String protocol = ctx.pipeline().get(SslHandler.class).applicationProtocol();
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                var connection = Http2ClientConnection.create();
                ctx.pipeline().addLast(connection);
                connection.whenUsable(() -> ready.complete(new Connected(connection, null)), ready::completeExceptionally);
            } else {
                http1(ctx.pipeline(), ready);
            }
            ctx.pipeline().remove(this);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            ready.completeExceptionally(new IOException("the server closed the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ready.completeExceptionally(cause);
            ctx.close();
        }
    }

    private static void http1(ChannelPipeline pipeline, CompletableFuture<Connected> ready) {
        var pipe = new ChannelDuplex(() -> {});
        pipeline.addLast(pipe);
        ready.complete(new Connected(null, pipe));
    }

    /// Made when first needed: a client of plain HTTP loads no TLS.
    private synchronized SslContext context(boolean http2) throws IOException {
        if (closed) {
            throw new ConnectException("the client is closed");
        }
        var context = http2 ? http2Context : http1Context;
        if (context == null) {
            context = http2 ? tls.forClient("h2", "http/1.1") : tls.forClient("http/1.1");
            if (http2) {
                http2Context = context;
            } else {
                http1Context = context;
            }
        }
        return context;
    }

    static <T> T await(CompletableFuture<T> future, Function<Throwable, IOException> failure) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failure.apply(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the server", e);
        }
    }

    // ---- bodies that are sent as they are read ----

    /// @param broken told when the input or the way to the server fails: the body is then incomplete
    static void pump(InputStream input, OutputStream output, Runnable broken) {
        Thread.startVirtualThread(() -> {
            try {
                byte[] buffer = new byte[16 * 1024];
                for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
                    output.write(buffer, 0, n);
                    if (input.available() == 0) {
                        output.flush();
                    }
                }
                output.close();
            } catch (IOException e) {
                broken.run();
            }
        });
    }
}
