package io.amphora.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A channel as two blocking streams. Reads ahead a little, so that a peer that goes away is noticed without a
/// reader.
final class ChannelDuplex extends ChannelInboundHandlerAdapter implements Pipe {
    private static final int READ_AHEAD = 128 * 1024;

    private final Runnable closed;
    private final Inbound input = new Inbound(_ -> resume(), () -> {});
    private final Outbound writes;
    private final Output output = new Output();
    private volatile @Nullable ChannelHandlerContext context;
    private boolean flushIsDue;
    private @Nullable Future<?> deadline;
    private volatile boolean overdue;

    /// @param closed runs on the event loop when the connection is gone
    ChannelDuplex(Backlog backlog, Runnable closed) {
        this.writes = backlog.open(this::abort);
        this.closed = closed;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        output.writeShared(bytes);
    }

    @Override
    public void close() {
        failBoth();
        var ctx = context();
        Loops.execute(ctx.channel().eventLoop(), () -> {
            if (!ctx.channel().isActive()) {
                return;
            }
            Lingering.close(ctx);
            readOn(ctx);
        });
    }

    @Override
    public void abort() {
        failBoth();
        Loops.execute(context().channel().eventLoop(), () -> context().close());
    }

    private void failBoth() {
        input.fail(new IOException("the connection is closed"));
        writes.fail(new IOException("the connection is closed"));
    }

    @Override
    public boolean isQuiet() {
        return context().channel().isActive() && !input.isEnded() && input.buffered() == 0;
    }

    @Override
    public void deadline(Duration time) {
        overdue = false;
        Runnable action = () -> {
            overdue = true;
            abort();
        };
        deadline = context().channel().eventLoop().schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean clearDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
        return overdue;
    }

    private ChannelHandlerContext context() {
        var ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the connection is not in use yet");
        }
        return ctx;
    }

    private void resume() {
        var ctx = context();
        Loops.execute(ctx.channel().eventLoop(), () -> readOn(ctx));
    }

    // ---- event loop ----

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setAutoRead(false);
        if (ctx.channel().isActive()) {
            ctx.read();
        } else {
            channelInactive(ctx);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            input.offer(Http2Endpoint.copy(bytes));
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn(ctx);
    }

    private void readOn(ChannelHandlerContext ctx) {
        if (input.buffered() < READ_AHEAD) {
            ctx.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent done && done.isSuccess()) {
            input.end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        input.end();
        writes.fail(new IOException("the connection is closed by the other side"));
        writes.end();
        closed.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var broken = new IOException("the connection broke: " + cause.getMessage(), cause);
        input.fail(broken);
        writes.fail(broken);
        ctx.close();
    }

    private void write(byte[] bytes, int length) {
        var ctx = context();
        ctx.write(Unpooled.wrappedBuffer(bytes, 0, length)).addListener(_ -> writes.written(length));
        if (!flushIsDue) {
            flushIsDue = true;
            ctx.channel().eventLoop().execute(() -> {
                flushIsDue = false;
                ctx.flush();
            });
        }
    }

    private final class Output extends SendBuffer {
        @Override
        void send(byte[] bytes, int length, boolean first, boolean last) throws IOException {
            if (length > 0) {
                writes.reserve(length);
                Loops.execute(context().channel().eventLoop(), () -> ChannelDuplex.this.write(bytes, length));
            }
            if (last) {
                ChannelDuplex.this.close();
            }
        }
    }
}
