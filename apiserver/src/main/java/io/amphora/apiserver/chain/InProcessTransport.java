package io.amphora.apiserver.chain;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.registry.Versions;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// A way into a server in the same process, for one user: the same chain as over a socket, but trees in and
/// trees out.
public final class InProcessTransport implements Transport {
    private final RequestChain chain;
    private final Credentials user;
    private final String agent;
    private final Set<Reply.Source> watches = ConcurrentHashMap.newKeySet();

    public InProcessTransport(RequestChain chain, User user) {
        this(chain, user, "");
    }

    /// @param agent the user agent of those that name none, by which their writes are known; "" for none
    public InProcessTransport(RequestChain chain, User user, String agent) {
        this.chain = chain;
        this.user = new Credentials.Known(user);
        this.agent = agent;
    }

    private ApiRequest signed(ApiRequest request) {
        if (agent.isEmpty() || !request.header("user-agent").isEmpty()) return request;
        var headers = new HashMap<>(request.headers());
        headers.put("user-agent", agent);
        return new ApiRequest(request.method(), request.path(), request.query(), headers, request.body());
    }

    @Override
    public ObjectTree call(ApiRequest request) {
        try (RequestChain.Answer answer = chain.answer(signed(request), user)) {
            return tree(answer.reply());
        }
    }

    private static ObjectTree tree(Reply reply) {
        return switch (reply) {
            case Reply.One one -> one.tree();
            case Reply.Many many -> list(many);
            case Reply.Listed listed -> list(listed.kind(), listed.metadata(), listed.items());
            case Reply.Document document -> {
                if (document.code() >= 400) throw new ApiException(document.tree());
                yield document.tree();
            }
            case Reply.Bytes bytes -> ofBytes(bytes);
            case Reply.Events events -> {
                events.source().close();
                throw ApiException.badRequest("a watch has to be opened as one");
            }
            case Reply.Connection ignored -> throw ApiException.badRequest("this takes a connection of its own");
        };
    }

    private static ObjectTree list(Reply.Many many) {
        var items = new ArrayList<Tree>(many.items().size());
        for (var item : many.items()) items.add(Versions.shown(many.kind(), item));
        return list(many.kind(), many.metadata(), items);
    }

    private static ObjectTree list(ResourceDefinition<?> kind, ObjectTree metadata, List<? extends Tree> items) {
        return ObjectTree.of(
                "kind",
                kind.listKind(),
                "apiVersion",
                kind.gvk().apiVersion(),
                "metadata",
                metadata,
                "items",
                ListTree.from(items));
    }

    private static ObjectTree ofBytes(Reply.Bytes bytes) {
        if (bytes.code() >= 400)
            throw ApiException.of(
                    bytes.code(), reason(bytes.code()), text(bytes).strip());
        try {
            return Json.read(bytes.bytes()).object();
        } catch (JsonSyntaxException plain) {
            return ObjectTree.of("kind", "Status", "apiVersion", "v1", "status", "Success", "message", text(bytes));
        }
    }

    private static String text(Reply.Bytes bytes) {
        return new String(bytes.bytes(), StandardCharsets.UTF_8);
    }

    private static String reason(int code) {
        return code == 404 ? "NotFound" : code == 500 ? "InternalError" : "";
    }

    @Override
    public Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
        RequestChain.Answer answer = chain.answer(signed(request), user);
        if (!(answer.reply() instanceof Reply.Events(var _, var source))) {
            try (answer) {
                tree(answer.reply()); // throws what the server refused with
            }
            throw ApiException.badRequest("this is no watch");
        }
        watches.add(source);
        Thread.ofVirtual().name("watch " + request.path()).start(() -> tell(answer, source, events, closed));
        return new Subscription() {
            @Override
            public boolean requestBookmark() {
                return source.requestBookmark();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    private void tell(RequestChain.Answer answer, Reply.Source source, Consumer<WatchEvent> events, Runnable closed) {
        try (answer;
                source) {
            for (Optional<Reply.Told> told = source.next(); told.isPresent(); told = source.next())
                events.accept(told.get().event());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            watches.remove(source);
            closed.run();
        }
    }

    /// Ends the watches; the server stays.
    @Override
    public void close() {
        watches.forEach(Reply.Source::close);
    }
}
