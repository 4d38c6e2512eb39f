package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.client.KubeconfigException;
import io.amphora.http.Duplex;
import io.amphora.http.Response;
import io.amphora.http.UpgradeRefusedException;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reaches the cluster of a kubeconfig, as flags and environment choose it.
public final class HttpConnector implements Connector {
    private static final String USER_AGENT = "kubectl/v1.36.0 (amphora)";

    @Override
    public Connection connect(Session session) {
        try {
            return new Http(chosen(session), said(session));
        } catch (KubeconfigException wrong) {
            throw Failure.error(String.valueOf(wrong.getMessage()));
        }
    }

    /// Tells each warning of the server once.
    private static Consumer<String> said(Session session) {
        Set<String> said = new HashSet<>();
        return warning -> {
            if (said.add(warning)) session.warn("Warning: " + warning);
        };
    }

    private static Kubeconfig.Connection chosen(Session session) {
        Flags flags = session.flags();
        Kubeconfig config = Kubeconfig.load(files(session));
        String context = flags.text("context", config.currentContext());
        if (flags.has("context") && config.findContext(context).isEmpty())
            throw Failure.plain("Error in configuration: context was not found for specified context: " + context);
        if (flags.hasCommon("cluster")
                && config.findCluster(flags.text("cluster")).isEmpty())
            throw Failure.error("no server found for cluster \"" + flags.text("cluster") + "\"");
        if (flags.hasCommon("user") && config.findUser(flags.text("user")).isEmpty())
            throw Failure.error("auth info \"" + flags.text("user") + "\" does not exist");
        ObjectTree pair = config.findContext(context).orElse(ObjectTree.EMPTY);
        for (String part : List.of("cluster", "user"))
            if (flags.hasCommon(part)) pair = pair.with(part, flags.text(part));
        boolean anything = !pair.text("cluster").isEmpty();
        Kubeconfig.Connection given = anything
                ? config.withContext("", pair).withCurrentContext("").connection("")
                : Kubeconfig.EMPTY.connection("");
        return overridden(session, given);
    }

    /// The kubeconfig files; one that a flag names must be there.
    public static List<Path> files(Session session) {
        var seen = new HashMap<>(session.environment());
        String named = session.flags().text("kubeconfig");
        if (!named.isEmpty()) {
            if (!Files.exists(session.file(named)))
                throw Failure.error("stat " + named + ": no such file or directory");
            return List.of(session.file(named));
        }
        return Kubeconfig.files(seen).stream()
                .map(file -> session.folder().resolve(file))
                .toList();
    }

    /// What flags say beats what the file says.
    private static Kubeconfig.Connection overridden(Session session, Kubeconfig.Connection given) {
        Flags flags = session.flags();
        var impersonate = new HashMap<>(given.impersonate());
        if (flags.has("as")) impersonate.put("impersonate-user", List.of(flags.text("as")));
        if (flags.has("as-uid")) impersonate.put("impersonate-uid", List.of(flags.text("as-uid")));
        if (flags.has("as-group")) impersonate.put("impersonate-group", flags.list("as-group"));
        String server = flags.text("server", given.server());
        String basic = flags.has("username") ? flags.text("username") + ":" + flags.text("password") : given.basic();
        return new Kubeconfig.Connection(
                server.contains("://") ? server : "http://" + server,
                given.namespace(),
                pem(session, "certificate-authority", given.authorities()),
                flags.text("tls-server-name", given.serverName()),
                flags.isSet("insecure-skip-tls-verify") || given.insecure(),
                pem(session, "client-certificate", given.certificate()),
                pem(session, "client-key", given.key()),
                flags.text("token", given.token()),
                flags.has("token") ? "" : given.tokenFile(),
                basic,
                impersonate);
    }

    private static String pem(Session session, String flag, String otherwise) {
        String file = session.flags().text(flag);
        if (file.isEmpty()) return otherwise;
        return new String(session.bytes(file, "unable to read " + flag + " "), StandardCharsets.UTF_8);
    }

    private static final class Http implements Connection {
        private final Kubeconfig.Connection chosen;
        private final HttpTransport transport;
        private final Client client;

        Http(Kubeconfig.Connection chosen, Consumer<String> warnings) {
            this.chosen = chosen;
            this.transport = new HttpTransport(chosen, warnings);
            this.client = new Client(new Unreachable(transport, chosen.server()), USER_AGENT);
        }

        @Override
        public Client client() {
            return client;
        }

        @Override
        public String namespace() {
            return chosen.namespace().isEmpty() ? "default" : chosen.namespace();
        }

        @Override
        public String server() {
            return chosen.server();
        }

        @Override
        public InputStream text(String method, String path, Map<String, List<String>> query, byte[] body) {
            var headers = Map.of("accept", "*/*", "user-agent", USER_AGENT);
            var content = body.length == 0 ? null : new ApiRequest.Body.Bytes("application/json", body);
            try {
                Response response = transport.send(request(method, path, query, headers, content));
                if (response.status() < 400) return response.stream();
                try (response) {
                    throw refusal(response.status(), response.body());
                }
            } catch (IOException broken) {
                throw Unreachable.from(chosen.server(), String.valueOf(broken.getMessage()));
            }
        }

        private static ApiRequest request(
                String method,
                String path,
                Map<String, List<String>> query,
                Map<String, String> headers,
                ApiRequest.@Nullable Body body) {
            int question = path.indexOf('?');
            if (question < 0) return new ApiRequest(method, path, query, headers, body);
            var all = new LinkedHashMap<>(query);
            for (String part : path.substring(question + 1).split("&")) {
                String[] pair = part.split("=", 2);
                all.computeIfAbsent(decoded(pair[0]), any -> new ArrayList<>())
                        .add(pair.length == 2 ? decoded(pair[1]) : "");
            }
            return new ApiRequest(method, path.substring(0, question), all, headers, body);
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        private static ApiException refusal(int code, byte[] body) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            try {
                ObjectTree status = Json.read(body).object();
                if (status.text("kind").equals("Status")) return new ApiException(status);
            } catch (JsonSyntaxException plain) {
                // Not every answer is JSON.
            }
            return ApiException.of(code, code == 404 ? "NotFound" : "", text);
        }

        @Override
        public Channels open(String path, Map<String, List<String>> query, String subprotocol) {
            return new WebSocketChannels(socket(path, query, subprotocol));
        }

        @Override
        public Duplex tunnel(String path, String subprotocol) {
            return socket(path, Map.of(), subprotocol).asDuplex();
        }

        private WebSocketConnection socket(String path, Map<String, List<String>> query, String subprotocol) {
            var request = transport.request(new ApiRequest("GET", path, query, Map.of("user-agent", USER_AGENT), null));
            try {
                return WebSocketConnection.connect(transport.http(), request, List.of(subprotocol));
            } catch (UpgradeRefusedException refused) {
                try (Response response = refused.response()) {
                    throw refusal(response.status(), response.body());
                } catch (IOException broken) {
                    throw Unreachable.from(chosen.server(), String.valueOf(broken.getMessage()));
                }
            } catch (IOException broken) {
                throw Unreachable.from(chosen.server(), String.valueOf(broken.getMessage()));
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private record WebSocketChannels(WebSocketConnection socket) implements Channels {
        @Override
        public byte @Nullable [] read() throws IOException {
            while (true) {
                switch (socket.read()) {
                    case WebSocketConnection.Message.Binary(var bytes) -> {
                        return bytes;
                    }
                    case WebSocketConnection.Message.Text(var text) -> {
                        return text.getBytes(StandardCharsets.UTF_8);
                    }
                    default -> {
                        return null;
                    }
                }
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            socket.write(bytes, from, length);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
