package io.amphora.composition;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.client.KubeconfigException;
import io.amphora.http.Response;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Kubeconfigs, and clients by them.
final class Connections {
    private static final String NAME = "amphora";
    private static final ApiRequest READINESS =
            new ApiRequest("GET", "/readyz", Map.of("verbose", List.of("")), Map.of("accept", "*/*"), null);

    private Connections() {}

    /// A client with the credentials of a kubeconfig's current context.
    static Client admin(Path kubeconfig) {
        return new Client(transport(kubeconfig), "amphora");
    }

    private static HttpTransport transport(Path kubeconfig) {
        return new HttpTransport(Kubeconfig.read(kubeconfig).connection(""));
    }

    /// What the server of a kubeconfig says of itself that is not well, such as a state that is full; a sentence each.
    static List<String> troubles(Path kubeconfig) throws IOException {
        try (var transport = transport(kubeconfig);
                Response answer = transport.send(READINESS)) {
            return new String(answer.body(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("[-]"))
                    .map(line -> line.substring("[-]".length()))
                    .toList();
        }
    }

    /// Whether the server of a kubeconfig answers and says that it is ready.
    static boolean isReady(Path kubeconfig) {
        try (Client client = admin(kubeconfig)) {
            return !client.get("/api/v1/namespaces/default").isEmpty();
        } catch (ApiException | KubeconfigException notYet) {
            return false;
        }
    }

    /// Writes a kubeconfig with one cluster, one user and one context, all inline.
    static void write(Path file, String server, String authority, Pki.Identity identity) {
        ObjectTree cluster = ObjectTree.of("server", server, "certificate-authority-data", Pki.base64(authority));
        ObjectTree user = ObjectTree.of(
                "client-certificate-data", Pki.base64(identity.certificate()),
                "client-key-data", Pki.base64(identity.key()));
        try {
            Kubeconfig.EMPTY
                    .withCluster(NAME, cluster)
                    .withUser(NAME, user)
                    .withContext(NAME, ObjectTree.of("cluster", NAME, "user", NAME, "namespace", "default"))
                    .withCurrentContext(NAME)
                    .write(file);
        } catch (IOException failure) {
            throw new UserError("cannot write " + file + ": " + failure.getMessage());
        }
    }
}
