package io.amphora.composition;

import io.amphora.api.ApiException;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificateSigningRequests;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.transport.ApiRequest;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.client.KubeconfigException;
import io.amphora.http.Response;
import io.amphora.http.Tls;
import io.amphora.machinery.io.Bounded;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A machine's place in a cluster: who it is to the API server, and the certificate that it shows to those who ask
/// its kubelet. A machine that has none joins with a token (as kubeadm's TLS bootstrap does it):
///
/// ```
///  cluster-info of kube-public, read by anybody     -> the CA, believed because its hash is in the token
///  CertificateSigningRequest as system:bootstrap:ID -> the client certificate of system:node:NAME
///  CertificateSigningRequest as system:node:NAME    -> the serving certificate of its address
/// ```
///
/// @param kubeconfig of the user `system:node:NAME`
/// @param serving what its kubelet's server shows, and by whom its callers must be signed
/// @param network the addresses of the cluster, as its server tells them
record Membership(Kubeconfig kubeconfig, Tls serving, ClusterNetwork network) {
    /// Read before the server is known to be the right one.
    private static final int LARGEST_CLUSTER_INFO = 1 << 20;

    private static final String CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration CLOCKS_MAY_DIFFER = Duration.ofMinutes(5);

    /// A certificate that runs out so soon is asked for anew.
    private static final Duration LAST_MONTH = Duration.ofDays(30);

    private static final String CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING_SIGNER = "kubernetes.io/kubelet-serving";

    /// @param address of the node
    record Machine(String name, String address) {
        String user() {
            return "system:node:" + name;
        }
    }

    /// What is kept in `folder`, or what the cluster grants now.
    ///
    /// @param token empty for a machine that has joined before
    /// @throws UserError in one sentence that says what to do
    static Membership of(String server, Optional<JoinToken> token, Machine machine, Path folder, Clock clock) {
        Path file = folder.resolve("kubelet.kubeconfig");
        var kept = kept(file, server, token, clock);
        Kubeconfig kubeconfig = kept.isPresent() ? kept.get() : join(server, token, machine, file, clock);
        Kubeconfig.Connection connection = kubeconfig.connection("");
        return new Membership(kubeconfig, serving(connection, machine, folder, clock), network(connection, folder));
    }

    /// As the server tells it, or told it before: a node starts also while the server is away.
    private static ClusterNetwork network(Kubeconfig.Connection connection, Path folder) {
        Path file = folder.resolve("network.yaml");
        try (var client = new Client(new HttpTransport(connection), "kubelet")) {
            ClusterNetwork told = client.resource(ConfigMaps.DEFINITION)
                    .inNamespace("kube-public")
                    .find("cluster-info")
                    .map(info -> ClusterNetwork.parse(info.tree().object("data")))
                    .orElse(ClusterNetwork.DEFAULT);
            told.write(file);
            return told;
        } catch (ApiException refused) {
            if (Files.exists(file)) return ClusterNetwork.read(file);
            throw new UserError("the server at " + connection.server() + " does not tell the cluster's addresses: "
                    + refused.getMessage());
        }
    }

    /// The credentials of before, unless they are another cluster's or soon run out.
    private static Optional<Kubeconfig> kept(Path file, String server, Optional<JoinToken> token, Clock clock) {
        if (!Files.exists(file)) return Optional.empty();
        try {
            Kubeconfig kubeconfig = Kubeconfig.read(file);
            Kubeconfig.Connection connection = kubeconfig.connection("");
            boolean sameCluster = token.isEmpty()
                    || Pki.pin(connection.authorities()).equals(token.get().pin());
            if (!sameCluster || !connection.server().equals(server) || runsOut(connection.certificate(), clock))
                return Optional.empty();
            return Optional.of(kubeconfig);
        } catch (KubeconfigException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static Kubeconfig join(String server, Optional<JoinToken> token, Machine machine, Path file, Clock clock) {
        JoinToken by = token.orElseThrow(() -> new UserError("this machine is no node of the cluster at " + server
                + " yet: join with --token, which `amphora token create` makes beside the server"));
        String authority = authority(server, by, clock);
        var stranger =
                new Kubeconfig.Connection(server, "", authority, "", false, "", "", by.bearer(), "", "", Map.of());
        try (var client = new Client(new HttpTransport(stranger), "amphora")) {
            Pki.Identity identity = certificate(client, machine, CLIENT_SIGNER, List.of(), clock);
            Connections.write(file, server, authority, identity);
            return Kubeconfig.read(file);
        } catch (ApiException refused) {
            throw switch (refused.code()) {
                case 401 ->
                    new UserError("the server does not know this token (any more): make a new one with"
                            + " `amphora token create` beside the server");
                case 503 -> new UserError("the server at " + server + " does not answer: " + refused.getMessage());
                default ->
                    new UserError(
                            "the server at " + server + " does not let this machine join: " + refused.getMessage());
            };
        }
    }

    /// The cluster's CA as the server tells it, if it is the one that the token means.
    private static String authority(String server, JoinToken token, Clock clock) {
        var anybody = new Kubeconfig.Connection(server, "", "", "", true, "", "", "", "", "", Map.of());
        try (var transport = new HttpTransport(anybody);
                Response answer = transport.send(new ApiRequest("GET", CLUSTER_INFO, Map.of(), Map.of(), null))) {
            if (answer.status() != 200) throw noCluster(server, "it answers " + answer.status());
            String authority = authorityIn(Json.read(Bounded.whole(answer.stream(), LARGEST_CLUSTER_INFO))
                    .object());
            if (!Pki.pin(authority).equals(token.pin()))
                throw new UserError("the server at " + server + " is not the one that this token is for: its CA has the"
                        + " hash " + Pki.pin(authority) + ", the token says " + token.pin());
            checkClock(answer.header("date"), clock);
            return authority;
        } catch (IOException unreachable) {
            throw new UserError("the server at " + server + " does not answer: " + unreachable.getMessage());
        } catch (IllegalArgumentException malformed) {
            throw noCluster(server, String.valueOf(malformed.getMessage()));
        }
    }

    private static UserError noCluster(String server, String why) {
        return new UserError("the server at " + server + " is no cluster that a machine can join: " + why);
    }

    /// The ConfigMap holds a kubeconfig with one cluster and no user.
    private static String authorityIn(ObjectTree clusterInfo) {
        ObjectTree config =
                Yaml.read(clusterInfo.object("data").text("kubeconfig")).object();
        ObjectTree cluster = config.list("clusters").stream()
                .findFirst()
                .map(each -> each.object().object("cluster"))
                .orElse(ObjectTree.EMPTY);
        byte[] authority = Base64.getDecoder().decode(cluster.text("certificate-authority-data"));
        return new String(authority, StandardCharsets.UTF_8);
    }

    /// Certificates and tokens are good from a moment on; a machine whose clock is far off takes them for bad.
    ///
    /// @param date as the server says it (RFC 9110, 5.6.7)
    static void checkClock(String date, Clock clock) {
        Instant theirs;
        try {
            theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException unsaid) {
            return;
        }
        Duration ahead = Duration.between(theirs, clock.now());
        if (ahead.abs().compareTo(CLOCKS_MAY_DIFFER) > 0)
            throw new UserError("the clock of this machine is " + ahead.abs().toMinutes() + " minutes "
                    + (ahead.isNegative() ? "behind" : "ahead of") + " the server's: set it right and join again");
    }

    private static Tls serving(Kubeconfig.Connection connection, Machine machine, Path folder, Clock clock) {
        Path certificateFile = folder.resolve("kubelet-serving.crt");
        Path keyFile = folder.resolve("kubelet-serving.key");
        try {
            if (Files.exists(certificateFile) && Files.exists(keyFile)) {
                String kept = Files.readString(certificateFile);
                if (!runsOut(kept, clock) && Pki.isFor(kept, connection.authorities(), machine.address()))
                    return Tls.of(kept, Files.readString(keyFile), connection.authorities());
            }
            try (var client = new Client(new HttpTransport(connection), "kubelet")) {
                var names = List.of(machine.name(), machine.address());
                Pki.Identity identity = certificate(client, machine, SERVING_SIGNER, names, clock);
                Pki.writePrivately(keyFile, identity.key());
                Files.writeString(certificateFile, identity.certificate());
                return Tls.of(identity.certificate(), identity.key(), connection.authorities());
            }
        } catch (ApiException refused) {
            throw new UserError("the server at " + connection.server() + " gives this node no serving certificate: "
                    + refused.getMessage());
        } catch (IOException failure) {
            throw new UserError("cannot keep certificates in " + folder + ": " + failure.getMessage());
        }
    }

    /// Asks for a certificate and waits until somebody has approved it and somebody has signed it.
    ///
    /// @param names of a server: DNS names and addresses; none for a client
    private static Pki.Identity certificate(
            Client client, Machine machine, String signer, List<String> names, Clock clock) {
        KeyPair keys = Pki.newKeyPair();
        var usages = List.of("digital signature", names.isEmpty() ? "client auth" : "server auth");
        var request = CertificateSigningRequest.EMPTY
                .withMetadata(CertificateSigningRequest.EMPTY.metadata().withGenerateName("csr-"))
                .withSpec(CertificateSigningRequest.EMPTY
                        .spec()
                        .withSignerName(signer)
                        .withRequest(Pki.request(keys, machine.user(), List.of("system:nodes"), names)
                                .getBytes(StandardCharsets.UTF_8))
                        .withUsages(usages));
        var requests = client.resource(CertificateSigningRequests.DEFINITION);
        String name = requests.create(request).name();
        Deadline until = clock.deadline(PATIENCE);
        while (!until.isOver()) {
            var status = requests.get(name).status();
            if (status.certificate().length > 0)
                return new Pki.Identity(
                        new String(status.certificate(), StandardCharsets.UTF_8), Pki.keyPem(keys.getPrivate()));
            for (var condition : status.conditions())
                if (condition.type().equals("Denied") || condition.type().equals("Failed"))
                    throw new UserError("the cluster does not sign this machine's request for a certificate: "
                            + condition.message());
            try {
                clock.sleep(LOOK);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new UserError("interrupted while it waited for a certificate");
            }
        }
        throw new UserError("nobody approved this machine's request for a certificate (" + name + ") within "
                + PATIENCE.toSeconds() + " s: a node gets its own name, and the address that it speaks from; for others"
                + " let it ask again, and approve meanwhile (`kubectl get csr`, `kubectl certificate approve`)");
    }

    private static boolean runsOut(String certificate, Clock clock) {
        Instant end = Pki.readCertificate(certificate).getNotAfter().toInstant();
        return end.isBefore(clock.now().plus(LAST_MONTH));
    }
}
