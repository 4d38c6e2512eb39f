package io.amphora.apiserver.chain;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The streams that are open (watches, exec, port-forward, logs that follow): each ends soon after the credentials by
/// which it was opened, whose sender every other request has to show anew. A sync loop, which runs while there are any,
/// authenticates them again.
public final class OpenStreams implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(20);

    private final Authentication authentication;
    private final Clock clock;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private Clock.@Nullable Timer next;
    private boolean closed;

    public OpenStreams(Authentication authentication, Clock clock) {
        this.authentication = authentication;
        this.clock = clock;
    }

    /// What a stream was opened with; equal ones are looked at once.
    private record Shown(Map<String, String> headers, Credentials credentials) {}

    /// @param sender who was authenticated, whomever they impersonate
    private record Stream(Shown shown, User sender, Runnable end) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /// The same reply, which ends with the sender's credentials if it is a stream.
    public Reply held(Reply reply, ApiRequest request, Credentials credentials, User sender) {
        boolean streams = reply instanceof Reply.Events || reply instanceof Reply.Connection;
        if (!streams || credentials instanceof Credentials.Known || sender.equals(User.ANONYMOUS)) return reply;
        var shown = new Shown(request.headers(), credentials);
        return switch (reply) {
            case Reply.Events(var kind, var source) ->
                new Reply.Events(kind, new Held(source, hold(new Stream(shown, sender, source::close))));
            case Reply.Connection(var takeOver, var end) ->
                new Reply.Connection(
                        exchange -> {
                            Stream stream = hold(new Stream(shown, sender, end));
                            try {
                                takeOver.accept(exchange);
                            } finally {
                                open.remove(stream);
                            }
                        },
                        end);
            default -> reply;
        };
    }

    private Stream hold(Stream stream) {
        open.add(stream);
        schedule();
        return stream;
    }

    private synchronized void schedule() {
        if (next == null && !closed) next = clock.after(PERIOD, this::sync);
    }

    private void sync() {
        synchronized (this) {
            next = null;
        }
        var good = new HashMap<Shown, Optional<User>>();
        for (Stream stream : new HashSet<>(open)) {
            Optional<User> now = good.computeIfAbsent(stream.shown, this::authenticated);
            if (now.filter(user -> isSame(user, stream.sender)).isEmpty() && open.remove(stream)) stream.end.run();
        }
        if (!open.isEmpty()) schedule();
    }

    private Optional<User> authenticated(Shown shown) {
        try {
            var request = new ApiRequest("GET", "/", Map.of(), shown.headers, null);
            return Optional.of(authentication.authenticate(request, shown.credentials));
        } catch (ApiException refused) {
            return Optional.empty();
        }
    }

    private static boolean isSame(User now, User before) {
        return now.name().equals(before.name()) && now.uid().equals(before.uid());
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) next.cancel();
    }

    /// The events of a watch, until it or its credentials end.
    private final class Held implements Reply.Source {
        private final Reply.Source source;
        private final Stream stream;

        Held(Reply.Source source, Stream stream) {
            this.source = source;
            this.stream = stream;
        }

        @Override
        public boolean requestBookmark() {
            return source.requestBookmark();
        }

        @Override
        public Optional<Reply.Told> next() throws InterruptedException {
            return source.next();
        }

        @Override
        public void close() {
            open.remove(stream);
            source.close();
        }
    }
}
