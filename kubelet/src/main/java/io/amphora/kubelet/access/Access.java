package io.amphora.kubelet.access;

import io.amphora.api.ApiException;
import io.amphora.client.Client;
import io.amphora.http.HttpExchange;
import io.amphora.machinery.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Judges who asks the node's server, and what for. A name alone opens nothing: who may do what
/// with a node is the cluster's policy, which the API server knows (`nodes/proxy`, `nodes/log`,
/// …). While it can't be reached, what it said a moment ago holds.
public final class Access {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);

    private final Authentication authentication;
    private final Authorization authorization;

    /// What a request that is not let through is answered.
    public record Refusal(int status, String text) {}

    /// @param client with the rights of a node, which may ask for reviews
    public Access(Client client, Clock clock, String nodeName) {
        this.authentication = new Authentication(client, clock);
        this.authorization = new Authorization(client, clock, nodeName);
    }

    /// @param endpoint the first part of the path, decoded
    /// @return empty when the request may go on
    public Optional<Refusal> refusal(HttpExchange exchange, String endpoint) {
        return authentication
                .find(exchange.clientCertificates(), exchange.header("authorization"))
                .map(caller -> refusal(caller, NodeRequest.of(exchange.method(), endpoint)))
                .orElse(Optional.of(new Refusal(401, "Unauthorized")));
    }

    private Optional<Refusal> refusal(Caller caller, NodeRequest request) {
        String who = "(user=" + caller.name() + ", verb=" + request.verb() + ", resource=nodes, subresource";
        for (String subresource : request.subresources()) {
            try {
                if (authorization.isAllowed(caller, request.verb(), subresource)) return Optional.empty();
            } catch (ApiException unanswered) {
                LOG.warn("authorization of {}: {}", caller.name(), unanswered.getMessage());
                return Optional.of(new Refusal(500, "Authorization error " + who + "=" + subresource + ")"));
            }
        }
        String asked = String.join(" ", request.subresources());
        return Optional.of(new Refusal(403, "Forbidden " + who + "(s)=[" + asked + "])\n"));
    }
}
