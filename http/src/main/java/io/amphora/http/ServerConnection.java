package io.amphora.http;

/// A connection as the server sees it, in either protocol. Called on the connection's event loop.
interface ServerConnection {
    /// Takes no further requests and closes when the running ones are answered.
    void drain();

    /// Closes without waiting for answers.
    void closeNow();

    boolean isIdle();

    /// Once in a while: ends what takes longer than it may.
    void sweep();
}
