package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.http.HttpClient;
import io.amphora.http.Request;
import io.amphora.http.Response;
import io.amphora.http.Tls;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reaches an API server over HTTP, in JSON. Each open watch has a virtual thread that reads it.
public final class HttpTransport implements Transport {
    /// The reason of the cause in the details of a refusal that no server gave.
    public static final String NO_WAY = "ConnectionFailed";

    /// `299 - "what is wrong"`, several joined by commas.
    private static final Pattern WARNING = Pattern.compile("299 \\S+ \"((?:\\\\.|[^\"\\\\])*)\"");

    private final Kubeconfig.Connection connection;
    private final Consumer<String> warnings;
    private final HttpClient http;

    public HttpTransport(Kubeconfig.Connection connection) {
        this(connection, ignored -> {});
    }

    /// @param warnings told what the server warns of, answer by answer
    public HttpTransport(Kubeconfig.Connection connection, Consumer<String> warnings) {
        this.connection = connection;
        this.warnings = warnings;
        this.http = HttpClient.create(tls(connection));
    }

    public static Tls tls(Kubeconfig.Connection connection) {
        return new Tls(
                connection.certificate(),
                connection.key(),
                connection.authorities(),
                connection.serverName(),
                connection.insecure());
    }

    @Override
    public ObjectTree call(ApiRequest request) {
        try (Response response = send(request)) {
            byte[] body = response.body();
            if (response.status() >= 400) throw refusal(response, body);
            return object(response, body);
        } catch (IOException broken) {
            throw unreachable(broken);
        }
    }

    @Override
    public Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
        try {
            Response response = send(request);
            if (response.status() >= 400) {
                try (response) {
                    throw refusal(response, response.body());
                }
            }
            var done = new AtomicBoolean();
            Thread.ofVirtual().name("watch-" + request.path()).start(() -> read(response, events, closed, done));
            return () -> {
                done.set(true);
                response.close();
            };
        } catch (IOException broken) {
            throw unreachable(broken);
        }
    }

    /// One event is one line.
    private static void read(Response response, Consumer<WatchEvent> events, Runnable closed, AtomicBoolean done) {
        try (response;
                var lines = new BufferedReader(new InputStreamReader(response.stream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !done.get(); line = lines.readLine()) {
                if (line.isEmpty()) continue;
                ObjectTree event = Json.read(line).object();
                events.accept(new WatchEvent(event.text("type"), event.object("object")));
            }
        } catch (IOException | JsonSyntaxException broken) {
            // The watch ended in the middle of a line: it ends all the same, and is opened again by whoever
            // needs it.
        } finally {
            closed.run();
        }
    }

    /// The answer as it comes, whatever its status: logs, plain texts.
    public Response send(ApiRequest request) throws IOException {
        Response response = http.send(request(request));
        for (String header : response.headers().getOrDefault("warning", List.of())) {
            Matcher warning = WARNING.matcher(header);
            while (warning.find()) warnings.accept(warning.group(1).replaceAll("\\\\(.)", "$1"));
        }
        return response;
    }

    /// The client below, for upgrades (exec, port-forward); [#request] makes its requests.
    public HttpClient http() {
        return http;
    }

    /// The request on the wire, with the credentials of the connection.
    public Request request(ApiRequest request) {
        var headers = new LinkedHashMap<String, List<String>>();
        headers.put("accept", List.of("application/json"));
        headers.putAll(connection.impersonate());
        String authorization = authorization();
        if (!authorization.isEmpty()) headers.put("authorization", List.of(authorization));
        request.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        Request.Body body = Request.Body.NONE;
        if (request.body() != null) {
            headers.put("content-type", List.of(request.body().contentType()));
            body = new Request.Body.Bytes(
                    switch (request.body()) {
                        case ApiRequest.Body.Bytes bytes -> bytes.bytes();
                        case ApiRequest.Body.Value value -> Json.bytes(value.tree());
                    });
        }
        return new Request(request.method(), uri(request), headers, body, Request.DEFAULT_TIMEOUT);
    }

    private String authorization() {
        if (!connection.tokenFile().isEmpty()) {
            try {
                return "Bearer "
                        + Files.readString(Path.of(connection.tokenFile())).strip();
            } catch (IOException failure) {
                throw new KubeconfigException(
                        "unable to read tokenFile " + connection.tokenFile() + ": " + failure.getMessage());
            }
        }
        if (!connection.token().isEmpty()) return "Bearer " + connection.token();
        if (connection.basic().isEmpty()) return "";
        return "Basic " + Base64.getEncoder().encodeToString(connection.basic().getBytes(StandardCharsets.UTF_8));
    }

    private URI uri(ApiRequest request) {
        String server = connection.server().endsWith("/")
                ? connection.server().substring(0, connection.server().length() - 1)
                : connection.server();
        var text = new StringBuilder(server).append(encodedPath(request.path()));
        char separator = '?';
        for (Map.Entry<String, List<String>> parameter : request.query().entrySet()) {
            for (String value : parameter.getValue()) {
                text.append(separator)
                        .append(encoded(parameter.getKey()))
                        .append('=')
                        .append(encoded(value));
                separator = '&';
            }
        }
        return URI.create(text.toString());
    }

    private static String encodedPath(String path) {
        return encoded(path).replace("%2F", "/").replace("%3A", ":");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ObjectTree object(Response response, byte[] body) {
        if (body.length == 0)
            return ObjectTree.of("apiVersion", "v1", "kind", "Status", "status", "Success", "code", response.status());
        try {
            return Json.read(body).object();
        } catch (JsonSyntaxException other) {
            throw ApiException.internal("the server's answer is not JSON: " + other.getMessage());
        }
    }

    /// The Status that the server sent, or one made of its plain text.
    private static ApiException refusal(Response response, byte[] body) {
        try {
            if (Json.read(body) instanceof ObjectTree status
                    && status.text("kind").equals("Status"))
                return new ApiException(status.has("code") ? status : status.with("code", response.status()));
        } catch (JsonSyntaxException plain) {
            // Not every answer is JSON: proxies, and the server itself where no such path exists.
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return ApiException.of(
                response.status(),
                reason(response.status()),
                text.isEmpty() ? "the server answered " + response.status() : text);
    }

    private static String reason(int status) {
        return switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            default -> status >= 500 ? "InternalError" : "BadRequest";
        };
    }

    private static ApiException unreachable(IOException broken) {
        return ApiException.of(
                503,
                "ServiceUnavailable",
                String.valueOf(broken.getMessage()),
                ObjectTree.of("causes", List.of(ObjectTree.of("reason", NO_WAY))));
    }

    @Override
    public void close() {
        http.close();
    }
}
