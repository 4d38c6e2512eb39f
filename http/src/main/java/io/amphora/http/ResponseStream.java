package io.amphora.http;

import java.io.IOException;
import java.io.OutputStream;

/// The body of an answer that is still being written. For one thread at a time.
///
/// The head goes out with the first bytes, or with `flush` when there are none yet. A stream that is closed
/// before
/// anything was sent becomes an answer with a `content-length`.
public abstract class ResponseStream extends OutputStream {

    /// Sends `bytes` without copying them, now, with all that was written before. They may be shared between any
    /// number of answers and must never change again: a thousand watchers of one event cost one array.
    public abstract void writeShared(byte[] bytes) throws IOException;

    @Override
    public abstract void write(byte[] bytes, int from, int length) throws IOException;

    @Override
    public abstract void flush() throws IOException;

    @Override
    public abstract void close() throws IOException;
}
