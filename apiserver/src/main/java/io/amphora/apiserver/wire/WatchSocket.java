package io.amphora.apiserver.wire;

import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.wire.Accept.Choice;
import io.amphora.apiserver.wire.Accept.Encoding;
import io.amphora.http.HttpExchange;
import io.amphora.http.websocket.WebSocketConnection;
import java.io.IOException;

/// A watch over a WebSocket: a message per event, text where the encoding is text. What the client sends is ignored,
/// but its pings are answered and its close ends the watch.
final class WatchSocket {
    /// By which a browser brings its token among the subprotocols.
    private static final String BEARER = "base64url.bearer.authorization.k8s.io.";

    private WatchSocket() {}

    /// @throws HttpExchange.UpgradeException when there is no WebSocket; nothing is answered yet then
    /// @throws io.amphora.api.ApiException 406 when there is nothing that the client accepts
    static void serve(HttpExchange exchange, Rendering rendering, Reply.Events events)
            throws IOException, InterruptedException {
        Reply.Source source = events.source();
        Choice choice = rendering.ofEvents(events.kind());
        try (var socket = exchange.upgrade(WebSocketConnection.acceptingAny(BEARER))) {
            socket.onClosed(source::close);
            for (var told = source.next(); told.isPresent(); told = source.next())
                send(socket, choice, rendering.event(events.kind(), choice, told.get()));
        }
    }

    private static void send(WebSocketConnection socket, Choice choice, byte[] event) throws IOException {
        if (choice.encoding() == Encoding.PROTOBUF) socket.write(event);
        else socket.writeText(event);
    }
}
