package io.amphora.http;

/// Answers a request, on a virtual thread of its own. What it throws becomes a bare 500.
@FunctionalInterface
public interface HttpHandler {
    void handle(HttpExchange exchange) throws Exception;
}
