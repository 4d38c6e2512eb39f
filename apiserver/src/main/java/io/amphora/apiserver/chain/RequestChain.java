package io.amphora.apiserver.chain;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.request.Authorization;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.apiserver.request.Warnings;
import java.util.List;
import java.util.function.Consumer;

/// What every request goes through, whichever way it came: understand, authenticate, impersonate, authorize,
/// dispatch.
public final class RequestChain {
    private final Authentication authentication;
    private final Impersonation impersonation;
    private final Authorization authorization;
    private final Dispatcher dispatcher;
    private final OpenStreams streams;
    private final Failures failures;

    /// @param log is told of failures that are the server's own fault
    public RequestChain(
            Authentication authentication,
            Authorization authorization,
            Dispatcher dispatcher,
            OpenStreams streams,
            Consumer<Throwable> log) {
        this.authentication = authentication;
        this.authorization = authorization;
        this.impersonation = new Impersonation(authorization);
        this.dispatcher = dispatcher;
        this.streams = streams;
        this.failures = new Failures(log);
    }

    /// @param warnings texts of Warning headers
    public record Answer(Reply reply, List<String> warnings) {}

    /// Never throws: what goes wrong is a reply too.
    public Answer answer(ApiRequest request, Credentials credentials) {
        var warnings = new Warnings();
        Reply reply;
        try {
            reply = reply(request, credentials, warnings);
        } catch (RuntimeException | StackOverflowError failure) {
            reply = failures.reply(failure);
        }
        return new Answer(reply, warnings.texts());
    }

    private Reply reply(ApiRequest request, Credentials credentials, Warnings warnings) {
        RequestInfo info = RequestInfo.of(request);
        User sender = authentication.authenticate(request, credentials);
        User user = impersonation.effective(request, sender);
        var call = new Call(request, info, user, warnings);
        authorization.require(call);
        return streams.held(dispatcher.dispatch(call), request, credentials, sender);
    }
}
