package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.client.KubeconfigException;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reaches the cluster of a kubeconfig, as flags and environment choose it.
public final class HttpConnector implements Connector {
    private static final String USER_AGENT = "kubectl/v1.36.0 (amphora)";

    @Override
    public Connection connect(Flags flags, Map<String, String> environment) {
        try {
            return new Http(chosen(flags, environment));
        } catch (KubeconfigException wrong) {
            throw Failure.error(String.valueOf(wrong.getMessage()));
        }
    }

    private static Kubeconfig.Connection chosen(Flags flags, Map<String, String> environment) {
        var seen = new HashMap<>(environment);
        if (flags.has("kubeconfig")) seen.put("KUBECONFIG", flags.text("kubeconfig"));
        List<Path> files = Kubeconfig.files(seen);
        return overridden(Kubeconfig.load(files).connection(flags.text("context")), flags);
    }

    /// What flags say beats what the file says.
    private static Kubeconfig.Connection overridden(Kubeconfig.Connection given, Flags flags) {
        var impersonate = new HashMap<>(given.impersonate());
        if (flags.has("as")) impersonate.put("impersonate-user", List.of(flags.text("as")));
        if (flags.has("as-group")) impersonate.put("impersonate-group", flags.list("as-group"));
        return new Kubeconfig.Connection(
                flags.text("server", given.server()),
                given.namespace(),
                flags.has("certificate-authority") ? read(flags.text("certificate-authority")) : given.authorities(),
                flags.text("tls-server-name", given.serverName()),
                flags.isSet("insecure-skip-tls-verify") || given.insecure(),
                flags.has("client-certificate") ? read(flags.text("client-certificate")) : given.certificate(),
                flags.has("client-key") ? read(flags.text("client-key")) : given.key(),
                flags.text("token", given.token()),
                given.tokenFile(),
                given.basic(),
                impersonate);
    }

    private static String read(String file) {
        try {
            return java.nio.file.Files.readString(Path.of(file));
        } catch (IOException failure) {
            throw Failure.error("unable to read " + file + ": " + failure.getMessage());
        }
    }

    private static final class Http implements Connection {
        private final Kubeconfig.Connection chosen;
        private final HttpTransport transport;
        private final Client client;

        Http(Kubeconfig.Connection chosen) {
            this.chosen = chosen;
            this.transport = new HttpTransport(chosen);
            this.client = new Client(transport, USER_AGENT);
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
        public InputStream text(String path, Map<String, List<String>> query) {
            var headers = Map.of("accept", "*/*", "user-agent", USER_AGENT);
            try {
                var response = transport.send(new ApiRequest("GET", path, query, headers, null));
                if (response.status() < 400) return response.stream();
                try (response) {
                    throw refusal(response.status(), response.body());
                }
            } catch (IOException broken) {
                throw Failure.plain(
                        "The connection to the server " + chosen.server().replaceFirst("^https?://", "")
                                + " was refused - did you specify the right host or port?");
            }
        }

        private static ApiException refusal(int code, byte[] body) {
            try {
                ObjectTree status = Json.read(body).object();
                if (status.text("kind").equals("Status")) return new ApiException(status);
            } catch (JsonSyntaxException plain) {
                return ApiException.of(code, "", new String(body, StandardCharsets.UTF_8).strip());
            }
            return ApiException.of(code, "", new String(body, StandardCharsets.UTF_8).strip());
        }

        @Override
        public int stream(String path, Map<String, List<String>> query, Console console, boolean stdin, boolean tty) {
            throw Failure.error(
                    "exec is not supported by this command line yet; use another kubectl with this kubeconfig");
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
