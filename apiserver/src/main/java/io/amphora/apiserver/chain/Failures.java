package io.amphora.apiserver.chain;

import io.amphora.api.ApiException;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.state.NoRoomException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Turns whatever went wrong into an answer: the only place where that is decided.
final class Failures {
    /// A client learns nothing of what the server is made of.
    private static final String SEE_LOG = "the request failed by the server's own fault, its log says why";

    private final Consumer<Throwable> log;

    /// @param log is told of what is the server's own fault
    Failures(Consumer<Throwable> log) {
        this.log = log;
    }

    Reply reply(Throwable failure) {
        return switch (failure) {
            case ApiException refused -> new Reply.Document(refused.code(), refused.status());
            case PlainRefusal plain ->
                new Reply.Bytes(
                        plain.code(),
                        "text/plain; charset=utf-8",
                        String.valueOf(plain.getMessage()).getBytes(StandardCharsets.UTF_8),
                        plain.headers());
            case NoRoomException full ->
                status(
                        switch (full.reason()) {
                            case OBJECT_TOO_LARGE -> ApiException.of(500, "", String.valueOf(full.getMessage()));
                            case STATE_FULL ->
                                ApiException.of(507, "InsufficientStorage", String.valueOf(full.getMessage()));
                        });
            case StoreException disk -> {
                log.accept(disk);
                yield status(ApiException.of(
                        500, "InternalError", "Internal error occurred: " + disk.getMessage(), ObjectTree.EMPTY));
            }
            default -> {
                log.accept(failure);
                yield status(ApiException.internal(SEE_LOG));
            }
        };
    }

    private static Reply status(ApiException failure) {
        return new Reply.Document(failure.code(), failure.status());
    }
}
