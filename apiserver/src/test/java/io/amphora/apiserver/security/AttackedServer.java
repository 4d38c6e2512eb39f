package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Credentials;
import io.amphora.apiserver.chain.RequestChain;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A server over the memory store with the plugins that every cluster has.
final class AttackedServer implements AutoCloseable {
    private final ApiServer server;

    AttackedServer() {
        this(ApiServerConfig.standard());
    }

    AttackedServer(ApiServerConfig config) {
        this(new MemoryStore(), config);
    }

    /// @param store stays open
    AttackedServer(MemoryStore store, ApiServerConfig config) {
        server = ApiServer.start(store, config.withPlugins(Plugins.standard(Randomness.system())));
    }

    /// What came back.
    ///
    /// @param text the message of a Status, or what else was said
    record Outcome(int code, ObjectTree tree, String text, List<String> warnings) {}

    ApiServer server() {
        return server;
    }

    /// Sends what is no attack, and has to go well.
    ObjectTree admin(String request, String body) {
        Outcome outcome = send(User.ADMIN, request, Map.of(), body);
        assertThat(outcome.code()).as(request + ": " + outcome.text()).isLessThan(300);
        return outcome.tree();
    }

    /// Lets a user do something: a Role of the namespace `default`, or a ClusterRole, with one rule.
    void allow(User user, boolean everywhere, String rule) {
        String rbac = "/apis/rbac.authorization.k8s.io/v1/" + (everywhere ? "cluster" : "namespaces/default/");
        String kind = everywhere ? "ClusterRole" : "Role";
        String name = user.name() + "-" + Integer.toHexString(rule.hashCode());
        admin("POST " + rbac + "roles", "{'metadata':{'name':'%s'},'rules':[%s]}".formatted(name, rule));
        admin("POST " + rbac + "rolebindings", """
                {'metadata':{'name':'%s'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'%s','name':'%s'},
                 'subjects':[{'apiGroup':'rbac.authorization.k8s.io','kind':'User','name':'%s'}]}
                """.formatted(name, kind, name, user.name()));
    }

    void check(Attack attack) {
        Outcome outcome = send(attack.user(), attack.request(), attack.headers(), attack.body());
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(attack.code());
        assertThat(outcome.text()).contains(attack.says());
    }

    Outcome send(User user, String request, Map<String, String> headers, String body) {
        RequestChain.Answer answer =
                server.chain().answer(Attack.request(request, headers, body), new Credentials.Known(user));
        Reply reply = answer.reply();
        return switch (reply) {
            case Reply.One one -> new Outcome(one.code(), one.tree(), "", answer.warnings());
            case Reply.Document document ->
                new Outcome(document.code(), document.tree(), document.tree().text("message"), answer.warnings());
            case Reply.Bytes bytes ->
                new Outcome(
                        bytes.code(),
                        ObjectTree.EMPTY,
                        new String(bytes.bytes(), StandardCharsets.UTF_8),
                        answer.warnings());
            case Reply.Events events -> {
                events.source().close();
                yield new Outcome(200, ObjectTree.EMPTY, "", answer.warnings());
            }
            case Reply.Many many -> new Outcome(200, many.metadata(), "", answer.warnings());
            case Reply.Listed listed -> new Outcome(200, listed.metadata(), "", answer.warnings());
            case Reply.Connection _ -> new Outcome(200, ObjectTree.EMPTY, "", answer.warnings());
        };
    }

    @Override
    public void close() {
        server.close();
    }
}
