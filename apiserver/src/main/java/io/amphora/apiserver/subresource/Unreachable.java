package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/// Says that a server behind this one gave no answer, in the words that clients know.
@FunctionalInterface
interface Unreachable {
    /// The texts of a system that does not connect.
    List<String> REASONS = List.of("connection refused", "no route to host", "network is unreachable");

    /// @param why as Go's network library says it
    ApiException refusal(String method, String url, String why);

    /// What runs in a Pod or on a node.
    Unreachable SERVICE =
            (method, url, why) -> ApiException.of(503, "ServiceUnavailable", "error trying to reach service: " + why);

    /// A kubelet, of which a plain answer is expected.
    Unreachable KUBELET = (method, url, why) -> Statuses.unclassified(
            method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT) + " \"" + url + "\": " + why);

    /// Whoever is asked to speak another protocol.
    Unreachable BACKEND = (method, url, why) -> Statuses.unclassified("error dialing backend: " + why);

    static String why(String url, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!(failure instanceof ConnectException) && !(failure instanceof SocketTimeoutException)) return message;
        String dial = "dial tcp " + URI.create(url).getAuthority() + ": ";
        String lower = message.toLowerCase(Locale.ROOT);
        for (String reason : REASONS) if (lower.contains(reason)) return dial + "connect: " + reason;
        return dial + (lower.contains("time") ? "i/o timeout" : message);
    }
}
