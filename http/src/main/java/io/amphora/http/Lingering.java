package io.amphora.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/// The end of a connection whose other side may still be sending.
final class Lingering {
    private static final int MILLIS = 2_000;

    private Lingering() {}

    /// On the event loop: ends what we send behind what was written, and gives the other side a moment to read it and
    /// to close. Closing at once, with bytes of its own unread, would make the kernel throw away our last words (an
    /// exit code, the reason of a refusal). The caller goes on to read, and drops what comes.
    static void close(ChannelHandlerContext ctx) {
        ctx.flush();
        var tls = ctx.pipeline().get(SslHandler.class);
        var ended = tls == null ? ctx.newSucceededFuture() : tls.closeOutbound();
        ended.addListener(_ -> ((DuplexChannel) ctx.channel()).shutdownOutput());
        ctx.channel().eventLoop().schedule(() -> ctx.close(), MILLIS, TimeUnit.MILLISECONDS);
    }
}
