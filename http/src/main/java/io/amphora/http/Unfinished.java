package io.amphora.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// What has come on a connection and is not yet something: half of a head, a header block without its end, a part of
/// a frame. Counted per connection and over all, for whoever sends it is nobody yet.
final class Unfinished extends ChannelInboundHandlerAdapter {
    private static final long NONE = -1;

    private final Sweep sweep;
    private final AtomicLong ofAll;
    private final long most;
    private long since;
    private int bytes;
    private int counted;

    /// Begins to wait at once, as the first thing of a connection is due then.
    ///
    /// @param ofAll the bytes on all connections
    Unfinished(Sweep sweep, AtomicLong ofAll, long most) {
        this.sweep = sweep;
        this.ofAll = ofAll;
        this.most = most;
        this.since = sweep.now();
    }

    /// It has become something.
    void clear() {
        since = NONE;
        bytes = 0;
    }

    boolean isOlderThan(Duration time) {
        return since != NONE && sweep.isOver(since, time);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf arrived) {
            if (since == NONE) since = sweep.now();
            bytes += arrived.readableBytes();
        }
        ctx.fireChannelRead(message); // decodes what it can, and clears this
        if (bytes != counted && count() > most) ctx.close();
    }

    private long count() {
        long all = ofAll.addAndGet(bytes - counted);
        counted = bytes;
        return bytes == 0 ? 0 : all;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clear();
        count();
        ctx.fireChannelInactive();
    }

    /// Removed when the connection is handed over.
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        clear();
        count();
    }
}
