package io.amphora.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;

/// A piece of an answer that goes on, on its way through HTTP/2's flow control into DATA frames.
///
/// A thousand watchers are a thousand of these for each event, so it goes around what Netty's own need for padding,
/// promises and merging. Flow control holds it back while the channel has more than it can send; so once it is
/// written, its writer may go on.
final class DataPiece implements FlowControlled {
    private final Http2Exchange exchange;
    private final byte[] bytes;
    private final int length;
    private int sent;

    DataPiece(Http2Exchange exchange, byte[] bytes, int length) {
        this.exchange = exchange;
        this.bytes = bytes;
        this.length = length;
    }

    @Override
    public int size() {
        return length - sent;
    }

    @Override
    public void write(ChannelHandlerContext ctx, int allowed) {
        int count = Math.min(Math.min(size(), allowed), Http2CodecUtil.MAX_FRAME_SIZE_LOWER_BOUND);
        if (count == 0) return;
        ctx.write(Unpooled.wrappedBuffer(frame(count)), ctx.voidPromise());
        sent += count;
    }

    /// RFC 9113, 4.1 and 6.1: length, type, no flags, stream, and the data.
    private byte[] frame(int count) {
        byte[] frame = new byte[Http2CodecUtil.FRAME_HEADER_LENGTH + count];
        int stream = exchange.stream().id();
        frame[0] = (byte) (count >>> 16);
        frame[1] = (byte) (count >>> 8);
        frame[2] = (byte) count;
        frame[3] = Http2FrameTypes.DATA;
        frame[5] = (byte) (stream >>> 24);
        frame[6] = (byte) (stream >>> 16);
        frame[7] = (byte) (stream >>> 8);
        frame[8] = (byte) stream;
        System.arraycopy(bytes, sent, frame, Http2CodecUtil.FRAME_HEADER_LENGTH, count);
        return frame;
    }

    @Override
    public void writeComplete() {
        exchange.written(length);
    }

    /// The stream is gone: its writer is not to wait for it.
    @Override
    public void error(ChannelHandlerContext ctx, Throwable cause) {
        exchange.written(length);
    }

    @Override
    public boolean merge(ChannelHandlerContext ctx, FlowControlled next) {
        return false;
    }
}
