package io.amphora.http;

import io.amphora.http.Request.Body;
import io.amphora.http.Request.Origin;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The connections to one server: a few of HTTP/2 that all share, or those of HTTP/1.1 that nobody uses at the
/// moment.
///
/// What the server speaks is known after the first connection, which is therefore opened by one request while the
/// others wait. The same holds for each further connection of HTTP/2, so that a burst does not open one for each
/// request.
final class ClientPool {
    private static final int ATTEMPTS = 4;
    private static final int IDLE_MOST = 32;
    /// Safe to send again when an idle connection turns out to be closed (RFC 9110, 9.2.2).
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private final Connector connector;
    private final Origin origin;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private final List<Shared> shared = new ArrayList<>();
    private final Deque<Http1ClientConnection> idle = new ArrayDeque<>();
    private boolean opening;
    private boolean speaksHttp1;

    ClientPool(Connector connector, Origin origin) {
        this.connector = connector;
        this.origin = origin;
        speaksHttp1 = !origin.secure();
    }

    Response send(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return acquire().send(request);
            } catch (NotProcessedException e) {
                if (attempt == ATTEMPTS || request.body() instanceof Body.Stream) {
                    throw e;
                }
            } catch (Http1ClientConnection.StaleException e) {
                boolean again = IDEMPOTENT.contains(request.method()) && request.body() instanceof Body.Bytes;
                if (attempt == ATTEMPTS || !again) {
                    throw e;
                }
            }
        }
    }

    /// A connection with room for one request.
    interface Connection {
        Response send(Request request) throws IOException;
    }

    /// A connection that carries many requests at a time.
    interface Shared extends Connection {
        /// Whether it takes requests at all.
        boolean isUsable();

        /// Takes room for one request, if there is any.
        boolean reserve();
    }

    private Connection acquire() throws IOException {
        lock.lock();
        try {
            while (true) {
                var free = free();
                if (free != null) {
                    return free;
                }
                if (speaksHttp1) {
                    break; // outside the lock
                }
                if (!opening) {
                    opening = true;
                    break;
                }
                opened.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a connection", e);
        } finally {
            lock.unlock();
        }
        return open();
    }

    /// With the lock held.
    private @Nullable Connection free() {
        shared.removeIf(connection -> !connection.isUsable());
        for (var connection : shared) {
            if (connection.reserve()) {
                return connection;
            }
        }
        for (var connection = idle.pollLast(); connection != null; connection = idle.pollLast()) {
            if (connection.isQuiet()) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    private Connection open() throws IOException {
        Shared http2 = null;
        boolean done = false;
        try {
            var connected = connector.connect(origin, true);
            http2 = connected.http2();
            done = true;
            return http2 != null && http2.reserve()
                    ? http2
                    : new Http1ClientConnection(connected.http1(), this::release);
        } finally {
            lock.lock();
            try {
                if (!speaksHttp1) {
                    opening = false;
                    if (http2 != null) {
                        shared.add(http2);
                    } else if (done) {
                        speaksHttp1 = true;
                    }
                    opened.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void release(Http1ClientConnection connection) {
        lock.lock();
        try {
            if (idle.size() < IDLE_MOST) {
                idle.addLast(connection);
                return;
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }
}
