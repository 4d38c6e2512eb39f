package io.amphora.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The end of a connection whose other side may still be sending.
final class Lingering {
    private static final Duration TIME = Duration.ofSeconds(2);
    /// As Go's server has it.
    private static final Duration TIME_UNREAD = Duration.ofMillis(500);

    private Lingering() {}

    /// On the event loop: ends what we send behind what was written, and gives the other side a moment to read it and
    /// to close. Closing at once, with bytes of its own unread, would make the kernel throw away our last words (an
    /// exit code). The caller goes on to read.
    static void close(ChannelHandlerContext ctx) {
        end(ctx, TIME);
    }

    /// The same towards somebody whose words nobody wants: they stay in the network.
    static void closeUnread(ChannelHandlerContext ctx) {
        end(ctx, TIME_UNREAD);
    }

    private static void end(ChannelHandlerContext ctx, Duration time) {
        ctx.flush();
        var tls = ctx.pipeline().get(SslHandler.class);
        var ended = tls == null ? ctx.newSucceededFuture() : tls.closeOutbound();
        ended.addListener(_ -> ((DuplexChannel) ctx.channel()).shutdownOutput());
        ctx.channel().eventLoop().schedule(() -> ctx.close(), time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
