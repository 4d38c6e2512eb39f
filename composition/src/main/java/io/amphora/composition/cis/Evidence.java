package io.amphora.composition.cis;

import io.amphora.api.transport.ApiRequest;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where a running cluster can be looked at.
///
/// @param data the data folder of the control plane and of the nodes on this machine
/// @param admin who asks
public record Evidence(Path data, Kubeconfig.Connection admin) {
    static final int KUBELET = 10250;
    private static final Map<String, List<String>> DRY_RUN = Map.of("dryRun", List.of("All"));

    Answer get(String path) throws IOException {
        return ask(admin, "GET", path, Map.of(), Map.of(), "");
    }

    /// Creates something, and deletes nothing: for reviews and what is taken away again.
    Answer create(String path, String json) throws IOException {
        return ask(admin, "POST", path, Map.of(), Map.of(), json);
    }

    Answer delete(String path) throws IOException {
        return ask(admin, "DELETE", path, Map.of(), Map.of(), "");
    }

    /// What would become of a request that creates something.
    Answer tryCreate(String path, String json) throws IOException {
        return ask(admin, "POST", path, DRY_RUN, Map.of(), json);
    }

    /// What would become of a patch by a node.
    Answer tryPatchAsNode(String node, String path, String json) throws IOException {
        var headers = Map.of("impersonate-user", "system:node:" + node, "impersonate-group", "system:nodes");
        return ask(admin, "PATCH", path, DRY_RUN, headers, json);
    }

    Answer getAnonymously(String path) throws IOException {
        return ask(as("", "", "", admin.server()), "GET", path, Map.of(), Map.of(), "");
    }

    Answer kubeletAsAdmin(String address, String path) throws IOException {
        return ask(
                as(admin.certificate(), admin.key(), admin.token(), kubelet(address)),
                "GET",
                path,
                Map.of(),
                Map.of(),
                "");
    }

    /// @param token "" for none
    Answer kubeletByToken(String address, String token, String path) throws IOException {
        return ask(as("", "", token, kubelet(address)), "GET", path, Map.of(), Map.of(), "");
    }

    private static String kubelet(String address) {
        return "https://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + KUBELET;
    }

    private Kubeconfig.Connection as(String certificate, String key, String token, String server) {
        return new Kubeconfig.Connection(
                server, "", admin.authorities(), "", false, certificate, key, token, "", "", Map.of());
    }

    private static Answer ask(
            Kubeconfig.Connection connection,
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, String> headers,
            String json)
            throws IOException {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        var body = json.isEmpty() ? null : new ApiRequest.Body.Value(type, Json.read(json.replace('\'', '"')));
        try (var transport = new HttpTransport(connection, _ -> {});
                var response = transport.send(new ApiRequest(method, path, query, headers, body))) {
            return new Answer(response.status(), new String(response.body(), StandardCharsets.UTF_8));
        }
    }

    /// @throws IOException when they cannot be listed
    List<ObjectTree> list(String path) throws IOException {
        Answer answer = get(path);
        if (!answer.isGood()) throw new IOException("GET " + path + " answers " + answer.code());
        return answer.tree().list("items").stream().map(Tree::object).toList();
    }

    /// Whether somebody may do something, as the cluster's own authorizers say.
    boolean may(String user, String group, String attributes) throws IOException {
        Answer answer = create(
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                "{'apiVersion':'authorization.k8s.io/v1','kind':'SubjectAccessReview','spec':{'user':'%s','groups':['%s'],"
                                .formatted(user, group)
                        + "'resourceAttributes':{" + attributes + "}}}");
        if (!answer.isGood()) throw new IOException("a SubjectAccessReview answers " + answer.code());
        return answer.tree().object("status").bool("allowed");
    }

    /// The main address of each node, by its name.
    Map<String, String> nodes() throws IOException {
        var nodes = new java.util.TreeMap<String, String>();
        for (ObjectTree node : list("/api/v1/nodes"))
            node.object("status").list("addresses").stream()
                    .map(Tree::object)
                    .filter(each -> each.text("type").equals("InternalIP"))
                    .findFirst()
                    .ifPresent(each -> nodes.put(node.object("metadata").text("name"), each.text("address")));
        return nodes;
    }

    /// The folders of the nodes of this machine.
    List<Path> nodeFolders() throws IOException {
        Path folder = data.resolve("nodes");
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> nodes = Files.list(folder)) {
            return nodes.filter(Files::isDirectory).sorted().toList();
        }
    }

    /// The words of the command line of each process of this cluster's jar.
    List<List<String>> processes() {
        String jar = data.resolve("amphora.jar").toString();
        return ProcessHandle.allProcesses()
                .map(process -> arguments(process.pid()))
                .filter(words -> words.contains(jar) && (words.contains("server") || words.contains("agent")))
                .toList();
    }

    private static List<String> arguments(long pid) {
        try {
            return List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .split("\0"));
        } catch (IOException gone) {
            return List.of();
        }
    }
}
