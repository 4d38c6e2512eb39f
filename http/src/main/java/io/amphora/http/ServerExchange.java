package io.amphora.http;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an exchange is in either protocol. [#run] is the body of its virtual thread; `gone`, `write` and `abort`
/// happen on the event loop of its connection.
abstract class ServerExchange implements HttpExchange, Runnable {
    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
    static final byte[] NO_BYTES = {};
    /// Answers up to here are counted with their connection.
    private static final int SMALL = 2 * 1024;
    private static final Whole NOTHING = new Whole(500, Map.of(), NO_BYTES);
    /// How long the last words to a client that is late may take.
    private static final Duration GRACE = Duration.ofSeconds(2);

    /// How far the answer is; only the handler's thread looks at it.
    private enum Answer {
        NONE,
        WHOLE,
        STREAM,
        UPGRADE
    }

    private final HttpHandler handler;
    private final EventLoop loop;
    private final Sweep sweep;
    private final Backlog backlog;
    private final long begun;
    private Answer answer = Answer.NONE;
    private @Nullable Stream stream;
    private @Nullable Duplex duplex;

    // Guarded by `this`: both threads come here.
    private @Nullable List<Runnable> closeActions;
    private boolean over;
    private @Nullable Outbound outbound;

    /// Set before the handler starts; null when the request has no body.
    @Nullable
    Inbound inbound;

    /// Of an exchange that is late: what it has to end with, and the look of the [Sweep] at which it is.
    private volatile Whole otherwise = NOTHING;

    private volatile long due = Long.MAX_VALUE;

    /// Owned by the event loop: what the handler still sends is not wanted any more.
    private boolean late;

    ServerExchange(HttpHandler handler, EventLoop loop, Sweep sweep, Backlog backlog) {
        this.handler = handler;
        this.loop = loop;
        this.sweep = sweep;
        this.backlog = backlog;
        this.begun = sweep.now();
    }

    // ---- in each protocol ----

    /// The protocol's headers for an answer.
    ///
    /// @param length of the body, -1 for unknown
    /// @throws IllegalArgumentException for a header that may not be sent
    abstract Object head(int status, Map<String, List<String>> headers, long length);

    /// On the event loop: writes, and flushes when the loop has done what else it has to do.
    abstract void write(Send send);

    /// On the event loop: makes the client see that the answer is broken.
    abstract void abort();

    /// On the event loop: whether the client may have seen some of the answer.
    abstract boolean isBegun();

    /// How long a client may take for what is left of an answer that is all written.
    abstract Duration lastWords();

    /// On the event loop: the last that the client is told.
    abstract void conclude(Send answer);

    abstract Duplex takeConnection(Map<String, List<String>> headers) throws IOException;

    /// On the handler's thread, as its last act.
    abstract void handlerDone();

    // ---- the handler's thread ----

    @Override
    public final void run() {
        try {
            handler.handle(this);
            finish();
        } catch (Throwable failure) {
            failed(failure);
        } finally {
            end();
            handlerDone();
        }
    }

    private void finish() throws IOException {
        switch (answer) {
            case NONE -> {
                if (!isOver()) {
                    throw new IllegalStateException("the handler gave no answer");
                }
            }
            case WHOLE -> {}
            case STREAM -> {
                if (stream != null) {
                    stream.close();
                }
            }
            case UPGRADE -> {
                if (duplex != null) {
                    duplex.close();
                }
            }
        }
    }

    private void failed(Throwable failure) {
        LOG.log(
                isNobodys(failure) ? Level.DEBUG : Level.WARNING,
                () -> method() + " " + rawPath() + " failed",
                failure);
        switch (answer) {
            case NONE -> respond(failure instanceof BodyTooLargeException ? 413 : 500, Map.of(), NO_BYTES);
            case WHOLE -> {}
            case STREAM -> {
                if (stream == null || !stream.isClosed() || stream.broken) {
                    Loops.execute(loop, this::abort);
                }
            }
            case UPGRADE -> {
                if (duplex != null) {
                    duplex.close();
                }
            }
        }
    }

    /// Once an answer has begun, a connection that breaks, in front or behind, is how many of them end.
    private boolean isNobodys(Throwable failure) {
        if (failure instanceof BodyTooLargeException) return true;
        boolean broken = failure instanceof IOException || failure instanceof UncheckedIOException;
        return broken && (answer == Answer.STREAM || answer == Answer.UPGRADE || isOver());
    }

    @Override
    public final byte[] body(int limit) throws IOException {
        var body = inbound;
        if (body == null) {
            return NO_BYTES;
        }
        if (declaredLength() > limit) {
            throw new BodyTooLargeException(limit);
        }
        byte[] whole = body.readWhole(limit);
        if (whole == null) {
            throw new BodyTooLargeException(limit);
        }
        return whole;
    }

    @Override
    public final long declaredLength() {
        try {
            return Long.parseLong(header("content-length"));
        } catch (NumberFormatException e) {
            return inbound == null ? 0 : -1;
        }
    }

    @Override
    public final InputStream bodyStream() {
        return inbound != null ? inbound : InputStream.nullInputStream();
    }

    @Override
    public final void respond(int status, Map<String, List<String>> headers, byte[] body) {
        ensureUnanswered();
        byte[] sent = status == 204 || status == 304 ? NO_BYTES : body;
        if (sent.length > Outbound.HIGH_WATER) {
            respondSlowly(status, headers, sent);
            return;
        }
        Object head = head(status, headers, sent.length);
        answer = Answer.WHOLE;
        if (sent.length > SMALL && !isBooked(sent.length)) {
            return;
        }
        send(head, sent, sent.length, true);
    }

    /// False when nobody is left to be answered.
    private boolean isBooked(int bytes) {
        try {
            outbound().reserve(bytes);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /// A long answer holds its handler until the client has taken it, and with the handler whatever that has claimed:
    /// clients that ask and do not read would else gather answers in memory.
    private void respondSlowly(int status, Map<String, List<String>> headers, byte[] body) {
        var measured = new LinkedHashMap<>(headers);
        measured.put("content-length", List.of(Integer.toString(body.length)));
        try (var out = stream(status, measured)) {
            out.writeShared(body);
        } catch (IOException gone) {
            Loops.execute(loop, this::abort); // nobody is left to be answered
        }
    }

    @Override
    public final ResponseStream stream(int status, Map<String, List<String>> headers) throws IOException {
        ensureUnanswered();
        answer = Answer.STREAM;
        return stream = new Stream(status, headers, outbound());
    }

    private Outbound outbound() {
        var writes = backlog.open(this::cutOff);
        synchronized (this) {
            if (over) {
                writes.fail(new ClientGoneException());
            }
            outbound = writes;
        }
        return writes;
    }

    /// The client takes nothing, and others need the room.
    private void cutOff() {
        Loops.execute(loop, () -> {
            gone();
            abort();
        });
    }

    @Override
    public final <T extends AutoCloseable> T upgrade(Upgrade<T> protocol) throws IOException {
        var accepted = protocol.accept(this);
        ensureUnanswered();
        var connection = takeConnection(accepted.headers());
        answer = Answer.UPGRADE;
        duplex = connection;
        return accepted.begin().apply(connection);
    }

    private void ensureUnanswered() {
        if (answer != Answer.NONE) {
            throw new IllegalStateException("the request is answered already");
        }
    }

    private void send(@Nullable Object head, byte[] bytes, int length, boolean last) {
        Loops.execute(loop, new Send(this, head, bytes, length, last));
    }

    @Override
    public final void limit(Duration time, Whole otherwise) {
        this.otherwise = otherwise;
        due = sweep.end(begun, time);
    }

    @Override
    public final void lift() {
        due = Long.MAX_VALUE;
    }

    // ---- the event loop ----

    final void deliver(Send send) {
        if (late) {
            written(send.length());
            return;
        }
        write(send);
        if (send.last()) {
            endWithin(lastWords());
        }
    }

    /// What is left of the exchange is to end within `time`.
    final void endWithin(Duration time) {
        due = Math.min(due, sweep.end(sweep.now(), time));
    }

    final void sweep() {
        if (sweep.now() <= due) return;
        due = sweep.end(sweep.now(), GRACE);
        if (late || isBegun()) {
            abort();
            return;
        }
        late = true;
        Whole last = otherwise;
        gone();
        conclude(new Send(
                this, head(last.status(), last.headers(), last.body().length), last.body(), last.body().length, true));
    }

    // ---- either thread ----

    @Override
    public final void onClose(Runnable action) {
        synchronized (this) {
            if (!over) {
                if (closeActions == null) {
                    closeActions = new ArrayList<>(1);
                }
                closeActions.add(action);
                return;
            }
        }
        action.run();
    }

    private synchronized boolean isOver() {
        return over;
    }

    private void end() {
        runAll(closeActions());
        var writes = writes();
        if (writes != null) {
            writes.end();
        }
    }

    private synchronized @Nullable Outbound writes() {
        return outbound;
    }

    /// On the event loop: the stream or connection is closed, by the client or because all is done.
    final void gone() {
        var actions = closeActions();
        if (inbound != null) {
            inbound.fail(new ClientGoneException());
        }
        var writes = writes();
        if (writes != null) {
            writes.fail(new ClientGoneException());
        }
        if (!actions.isEmpty()) {
            Thread.startVirtualThread(() -> runAll(actions));
        }
    }

    private synchronized List<Runnable> closeActions() {
        over = true;
        var actions = closeActions;
        closeActions = null;
        return actions == null ? List.of() : actions;
    }

    private static void runAll(List<Runnable> actions) {
        for (var action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "an action at the end of a request failed", e);
            }
        }
    }

    static final class ClientGoneException extends IOException {
        ClientGoneException() {
            super("the client is gone");
        }
    }

    private final class Stream extends SendBuffer {
        private final int status;
        private final Map<String, List<String>> headers;
        private final Outbound writes;
        private boolean broken;

        Stream(int status, Map<String, List<String>> headers, Outbound writes) {
            this.status = status;
            this.headers = headers;
            this.writes = writes;
        }

        @Override
        void send(byte[] bytes, int length, boolean first, boolean last) throws IOException {
            boolean sent = false;
            try {
                writes.reserve(length);
                Object head = first ? head(status, headers, last ? length : -1) : null;
                ServerExchange.this.send(head, bytes, length, last);
                sent = true;
            } finally {
                broken = !sent;
            }
        }
    }

    /// On the event loop: `bytes` of a stream have left, or never will.
    final void written(int bytes) {
        var writes = writes();
        if (writes != null && bytes > 0) {
            writes.written(bytes);
        }
    }
}
