package io.amphora.apiserver.subresource;

import org.jspecify.annotations.Nullable;

/// The connection behind a request that is passed on. When it is closed, so is the one in front.
final class Behind {
    private @Nullable AutoCloseable connection;
    private boolean ended;

    /// Remembers the connection; closes it at once, when all has ended already.
    synchronized <C extends AutoCloseable> C with(C opened) {
        connection = opened;
        if (ended) end();
        return opened;
    }

    /// From any thread.
    synchronized void end() {
        ended = true;
        if (connection == null) return;
        try {
            connection.close();
        } catch (Exception broken) {
            // It is gone, which is as good.
        }
    }
}
