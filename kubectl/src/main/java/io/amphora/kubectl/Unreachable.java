package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.client.HttpTransport;
import io.amphora.machinery.tree.ObjectTree;
import java.util.function.Consumer;

/// A transport that says in kubectl's words that there is no way to the server.
record Unreachable(Transport transport, String server) implements Transport {
    static ApiException from(String server, String why) {
        String host = server.replaceFirst("^https?://", "").replaceFirst("/.*", "");
        boolean refused = why.contains("onnection refused");
        return ApiException.of(
                503,
                Connector.UNREACHABLE,
                refused
                        ? "The connection to the server " + host
                                + " was refused - did you specify the right host or port?"
                        : "Unable to connect to the server: " + reason(host.replaceFirst(":\\d+$", ""), why));
    }

    /// What kubectl's users know these troubles by.
    private static String reason(String host, String why) {
        if (why.contains("Name or service not known")) return "dial tcp: lookup " + host + ": no such host";
        if (why.contains("unable to find valid certification path"))
            return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
        return why;
    }

    private ApiException told(ApiException failed) {
        boolean noWay = failed.status().object("details").list("causes").stream()
                .anyMatch(cause -> cause.object().text("reason").equals(HttpTransport.NO_WAY));
        return noWay ? from(server, String.valueOf(failed.getMessage())) : failed;
    }

    @Override
    public ObjectTree call(ApiRequest request) {
        try {
            return transport.call(request);
        } catch (ApiException failed) {
            throw told(failed);
        }
    }

    @Override
    public Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
        try {
            return transport.watch(request, events, closed);
        } catch (ApiException failed) {
            throw told(failed);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
