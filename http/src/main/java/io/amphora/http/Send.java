package io.amphora.http;

import org.jspecify.annotations.Nullable;

/// One thing for the event loop to write: a head, bytes, or both; whole answers are a single one.
///
/// @param head as the protocol's own header type, built on the handler's thread
/// @param last nothing comes after it
record Send(ServerExchange exchange, @Nullable Object head, byte[] bytes, int length, boolean last)
        implements Runnable {
    @Override
    public void run() {
        exchange.deliver(this);
    }
}
