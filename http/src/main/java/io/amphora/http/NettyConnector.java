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
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Connections on the event loop that all clients of a process share; HTTP/2 where the server offers it over TLS.
final class NettyConnector implements Connector {
    private final Tls tls;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private @Nullable SslContext http2Context;
    private @Nullable SslContext http1Context;
    private boolean closed;

    NettyConnector(Tls tls) {
        this.tls = tls;
    }

    @Override
    public Connected connect(Origin origin, boolean http2) throws IOException {
        var ready = new CompletableFuture<Connected>();
        var context = context(origin.secure(), http2);
        var bootstrap = new Bootstrap()
                .group(Loops.client())
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
        try {
            return ready.get();
        } catch (ExecutionException e) {
            throw Connector.noWay(origin, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting", e);
        }
    }

    /// Made when first needed: a client of plain HTTP loads no TLS.
    private synchronized @Nullable SslContext context(boolean secure, boolean http2) throws IOException {
        if (closed) {
            throw new ConnectException("the client is closed");
        }
        if (!secure) {
            return null;
        }
        var context = http2 ? http2Context : http1Context;
        if (context == null) {
            context = http2 ? NettyTls.forClient(tls, "h2", "http/1.1") : NettyTls.forClient(tls, "http/1.1");
            if (http2) {
                http2Context = context;
            } else {
                http1Context = context;
            }
        }
        return context;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            channels.forEach(Channel::close);
            ReferenceCountUtil.release(http2Context);
            ReferenceCountUtil.release(http1Context);
        }
    }

    // ---- event loop ----

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
                connection.whenUsable(
                        () -> ready.complete(new Connected(connection, null)), ready::completeExceptionally);
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
        var pipe = new ChannelDuplex(Backlog.NONE, () -> {});
        pipeline.addLast(pipe);
        ready.complete(new Connected(null, pipe));
    }
}
