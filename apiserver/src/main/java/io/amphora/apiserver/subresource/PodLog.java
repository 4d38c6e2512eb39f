package io.amphora.apiserver.subresource;

import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.Response;
import io.amphora.http.websocket.WebSocketConnection;
import java.io.IOException;

/// Carries a container's log to who asks for it, once the kubelet has agreed to give it.
final class PodLog {
    private PodLog() {}

    /// @param url of the kubelet
    static void carry(HttpExchange exchange, HttpClient client, String url, String pod, Behind behind)
            throws IOException {
        Response log = client.send(PassThrough.plain(exchange, url));
        KubeletAnswer.require(log, "pods/log", pod);
        if (WebSocketConnection.isAskedBy(exchange)) LogSocket.carry(exchange, log, behind);
        else PassThrough.answer(exchange, log, behind);
    }
}
