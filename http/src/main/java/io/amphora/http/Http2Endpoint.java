package io.amphora.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One end of an HTTP/2 connection; everything here runs on its event loop unless it says otherwise.
///
/// Builds on Netty's frame codec and flow control directly, without its channel per stream: a stream is then a
/// few
/// hundred bytes, and a request no more than its own object and a virtual thread.
abstract class Http2Endpoint extends Http2ConnectionHandler {
    /// Belong to a connection of HTTP/1.1; a peer has to treat an HTTP/2 message that carries one as malformed
    /// (RFC
    /// 9113, 8.2.2).
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

    private @Nullable ChannelHandlerContext context;
    private boolean flushIsDue;
    private @Nullable Throwable brokenBy;

    Http2Endpoint(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
    }

    static Http2Connection newConnection(boolean server) {
        var connection = new DefaultHttp2Connection(server);
        // Streams are equals to us: the weights that Netty keeps by default cost memory per stream and order
        // nothing.
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        return connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
        } else {
            brokenBy = cause; // broken TLS, or a reset: what waits is told when the channel is closed
            ctx.close();
        }
    }

    /// Why the connection ended, as far as it is known.
    final String brokenBy() {
        return brokenBy == null ? "it was closed" : String.valueOf(brokenBy.getMessage());
    }

    final ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection is not in use yet");
        }
        return context;
    }

    /// From any thread.
    final EventLoop loop() {
        return context().channel().eventLoop();
    }

    /// Flushes once for all that the loop has to write in this round, however many streams wrote.
    final void flushSoon() {
        if (!flushIsDue) {
            flushIsDue = true;
            loop().execute(() -> {
                flushIsDue = false;
                flush(context());
            });
        }
    }

    /// Opens the connection's receive window far beyond the sum of busy streams: what bounds the memory is the
    /// window of each stream, and one slow reader must not starve the others.
    final void openConnectionWindow(int bytes) {
        try {
            var flow = connection().local().flowController();
            flow.incrementWindowSize(connection().connectionStream(), bytes);
        } catch (Http2Exception e) {
            throw new IllegalStateException("the window cannot be opened", e);
        }
    }

    /// From any thread: the reader of `stream` took `bytes`.
    final void consumed(Http2Stream stream, int bytes) {
        Loops.execute(loop(), () -> {
            try {
                if (connection().local().flowController().consumeBytes(stream, bytes)) {
                    flushSoon();
                }
            } catch (Http2Exception e) {
                onError(context(), true, e);
            }
        });
    }

    final void reset(Http2Stream stream, Http2Error error) {
        if (stream.state() != Http2Stream.State.CLOSED && !stream.isResetSent()) {
            resetStream(context(), stream.id(), error.code(), context().newPromise());
            flushSoon();
        }
    }

    /// As HTTP/2 has them.
    static Http2Headers headers(Map<String, List<String>> headers) {
        var result = new DefaultHttp2Headers(true, true, 8);
        for (var entry : headers.entrySet()) {
            String name = Headers.lowerCase(entry.getKey());
            if (!OF_CONNECTION.contains(name)) {
                for (String value : entry.getValue()) {
                    result.add(name, value);
                }
            }
        }
        return result;
    }

    static byte[] copy(ByteBuf data) {
        return ByteBufUtil.getBytes(data);
    }
}
