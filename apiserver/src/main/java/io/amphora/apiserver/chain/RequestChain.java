package io.amphora.apiserver.chain;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.metrics.RequestFigures;
import io.amphora.apiserver.request.Authorization;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.apiserver.request.Warnings;
import io.amphora.machinery.metrics.MetricSource;
import io.amphora.machinery.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What every request goes through, whichever way it came: understand, authenticate, impersonate, authorize,
/// dispatch.
public final class RequestChain {
    private final Authentication authentication;
    private final Impersonation impersonation;
    private final Authorization authorization;
    private final Dispatcher dispatcher;
    private final OpenStreams streams;
    private final Failures failures;
    private final InFlight inFlight;
    private final RequestFigures figures;
    private final Clock clock;

    /// @param figures count what is answered
    /// @param log is told of failures that are the server's own fault
    public RequestChain(
            Authentication authentication,
            Authorization authorization,
            RequestLimits limits,
            Dispatcher dispatcher,
            OpenStreams streams,
            RequestFigures figures,
            Clock clock,
            Consumer<Throwable> log) {
        this.figures = figures;
        this.clock = clock;
        this.inFlight = new InFlight(limits);
        this.authentication = authentication;
        this.authorization = authorization;
        this.impersonation = new Impersonation(authorization);
        this.dispatcher = dispatcher;
        this.streams = streams;
        this.failures = new Failures(log);
    }

    /// The figures about what is going on.
    public List<MetricSource> metrics() {
        return List.of(inFlight, figures);
    }

    /// Closed when it is written: until then it counts as a request in flight.
    ///
    /// @param warnings texts of Warning headers
    /// @param counted what is told of the answer when it is over
    public record Answer(
            Reply reply,
            List<String> warnings,
            AutoCloseable room,
            @Nullable Counted counted) implements AutoCloseable {
        private static final AutoCloseable NO_ROOM = () -> {};

        /// One that takes nothing.
        public Answer(Reply reply, List<String> warnings) {
            this(reply, warnings, NO_ROOM, null);
        }

        /// Claims room for the bytes of a long answer, until it is written.
        ///
        /// @throws PlainRefusal 429 when there is none
        public void claim(long length) {
            if (room instanceof InFlight.Room taken) taken.answers(length);
        }

        @Override
        public void close() {
            if (counted != null) counted.over(reply.code());
            try {
                room.close();
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// Never throws: what goes wrong is a reply too.
    public Answer answer(ApiRequest request, Credentials credentials) {
        var warnings = new Warnings();
        Counted counted = null;
        try {
            RequestInfo info = RequestInfo.of(request);
            counted = Counted.begin(figures.of(info, request), info, clock);
            return answer(request, info, credentials, warnings, counted);
        } catch (Throwable failure) {
            return new Answer(failed(failure), warnings.texts(), Answer.NO_ROOM, counted);
        }
    }

    /// What to answer when something went wrong outside the chain, while an answer was given its form.
    public Reply failed(Throwable failure) {
        return failures.reply(failure);
    }

    private Answer answer(
            ApiRequest request,
            RequestInfo info,
            Credentials credentials,
            Warnings warnings,
            @Nullable Counted counted) {
        User sender = authentication.authenticate(request, credentials);
        User user = impersonation.effective(request, sender);
        var call = new Call(request, info, user, warnings);
        authorization.require(call);
        if (credentials instanceof Credentials.Known)
            return new Answer(dispatcher.dispatch(call), warnings.texts(), Answer.NO_ROOM, counted);
        InFlight.Room room = inFlight.enter(call);
        try {
            Reply reply = room.handled(call, dispatcher::dispatch);
            room.computed();
            return new Answer(streams.held(reply, request, credentials, sender), warnings.texts(), room, counted);
        } catch (Throwable failure) {
            room.close();
            throw failure;
        }
    }
}
