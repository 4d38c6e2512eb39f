package io.amphora.apiserver.chain;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Exposition.Type;
import io.amphora.machinery.metrics.MetricSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lets so many requests be handled at a time, and reads so many bytes of bodies; who finds no room is told to come
/// again. Asked once a request is known to be allowed: those who may nothing take nothing from the others.
final class InFlight implements MetricSource {
    private static final Set<String> READING = Set.of("get", "list", "head", "options");
    private static final Set<String> PROBES = Set.of("healthz", "livez", "readyz");

    private final Share reading;
    private final Share mutating;
    private final Share watches;
    private final Share connections;
    private final Share bodies;
    private final Share answers;
    private final HeavyWork heavy = new HeavyWork();

    InFlight(RequestLimits limits) {
        reading = new Share(limits.reading());
        mutating = new Share(limits.mutating());
        watches = new Share(limits.watches());
        connections = new Share(limits.connections());
        bodies = new Share(limits.bodyBytes());
        answers = new Share(limits.answerBytes());
    }

    /// Room for one request.
    ///
    /// @throws PlainRefusal 429 when there is none
    Room enter(Call call) {
        RequestInfo info = call.info();
        boolean exempt = call.user().in(User.MASTERS);
        Share requests = isProbe(info) ? null : share(info);
        String user = call.user().name();
        if (requests != null && !requests.take(user, 1, exempt)) throw tooMany();
        return new Room(requests, user);
    }

    @Override
    public void writeTo(Exposition out) {
        out.family(
                        "apiserver_current_inflight_requests",
                        Type.GAUGE,
                        "[STABLE] Maximal number of currently used inflight request limit of this apiserver per request"
                                + " kind in last second.")
                .sample(mutating.taken(), "request_kind", "mutating")
                .sample(reading.taken(), "request_kind", "readOnly");
    }

    private static boolean isProbe(RequestInfo info) {
        if (info.isResource()) return false;
        String path = info.path();
        int end = path.indexOf('/', 1);
        return path.length() > 1 && PROBES.contains(path.substring(1, end < 0 ? path.length() : end));
    }

    private Share share(RequestInfo info) {
        if (info.verb().equals("watch")) return watches;
        if (info.isPassedOn()) return connections;
        return READING.contains(info.verb()) ? reading : mutating;
    }

    /// In the words and the form of Kubernetes' own filter.
    private static PlainRefusal tooMany() {
        return new PlainRefusal(
                429,
                "Too many requests, please try again later.\n",
                Map.of("retry-after", "1", "x-content-type-options", "nosniff"));
    }

    /// What a request has taken; given back when its answer is written.
    final class Room implements AutoCloseable {
        private final @Nullable Share requests;
        private final String user;
        private long bytes;
        private long answered;
        private boolean computes;
        private byte @Nullable [] heavyBody;

        private Room(@Nullable Share requests, String user) {
            this.requests = requests;
            this.user = user;
        }

        /// The same call; its body is read only if there is room for it.
        private Call measured(Call call) {
            return call.request().body() instanceof ApiRequest.Body.Bytes body
                    ? call.withBody(new ApiRequest.Body.Bytes(body.contentType(), () -> read(call.request(), body)))
                    : call;
        }

        private byte[] read(ApiRequest request, ApiRequest.Body.Bytes body) {
            if (heavyBody != null) return heavyBody;
            if (bytes == 0) claim(expected(request));
            byte[] read = body.bytes();
            claim(read.length - bytes);
            if (!HeavyWork.isHeavy(read)) return read;
            heavyBody = read;
            throw new HeavyBody();
        }

        /// Handles a call; once more, and elsewhere, when its body turns out to be heavy. Nothing is done before the
        /// body is read.
        Reply handled(Call call, Function<Call, Reply> handler) {
            Call measured = measured(call);
            try {
                return handler.apply(measured);
            } catch (HeavyBody elsewhere) {
                heavy.begin();
                computes = true;
                return OwnThread.call("heavy-request", () -> handler.apply(measured));
            }
        }

        private void claim(long more) {
            if (more > 0 && !bodies.take(user, more, false)) throw tooMany();
            if (more < 0) bodies.giveBack(user, -more);
            bytes += more;
        }

        /// An answer of that many bytes will stay in memory until the client has read it.
        void answers(long length) {
            if (!answers.takeFirst(user, length)) throw tooMany();
            answered += length;
        }

        /// What is left is to write the answer, as slowly as the client reads it.
        void computed() {
            if (computes) heavy.end();
            computes = false;
        }

        @Override
        public void close() {
            computed();
            if (requests != null) requests.giveBack(user, 1);
            if (bytes > 0) bodies.giveBack(user, bytes);
            if (answered > 0) answers.giveBack(user, answered);
        }
    }

    /// Told by the first look at a body, to whoever can hand it over.
    private static final class HeavyBody extends RuntimeException {
        HeavyBody() {
            super("the body is heavy", null, false, false);
        }
    }

    /// As long as the client says; the most there can be, when it says nothing.
    private static long expected(ApiRequest request) {
        String declared = request.header("content-length");
        if (declared.isEmpty()) return Bodies.LIMIT;
        try {
            long length = Long.parseLong(declared);
            if (length > Bodies.LIMIT) throw Bodies.tooLarge();
            return length;
        } catch (NumberFormatException malformed) {
            return Bodies.LIMIT;
        }
    }
}
